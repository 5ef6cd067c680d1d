"""What people write into an interface: names of features and notes on frames, in the JSON that the page exports."""

import math
import re

from understanding_rl_vision.errors import InputError, quoted
from understanding_rl_vision.json_files import read_json

_NUMBER = re.compile("[0-9]{1,9}")


def read_writings(options, layers, lengths):
    """Names of features and notes on frames that options of `generate` ask for, as props.

    layers: names of those shown. lengths: of all trajectories, or None where they are not known yet. Raises InputError.
    """
    written = {}
    if options["feature_labels"] is not None:
        written["feature_labels"] = read_feature_labels(options["feature_labels"], layers, options["nmf_features"])
    if options["annotations"] is not None:
        notes = read_annotations(options["annotations"], layers, lengths)
        written["annotations" if isinstance(notes, list) else "stories"] = (
            notes if isinstance(notes, list) else notes["stories"]
        )
    return written


def all_notes(written):
    """The notes of writings, one story's after another's."""
    stories = written.get("stories", [])
    return written.get("annotations", []) + [note for story in stories for note in story["notes"]]


def _is_index(value, length):
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < length


def read_feature_labels(path, layers, features):
    """Names of features, {layer: {number of the direction from 0: name}}, of layers that are shown.

    Raises InputError for another form, and for a layer or a number that this interface does not have.
    """
    labels = read_json(path, "the feature labels")
    form = 'feature labels are of the form {"2b": {"0": "coin"}}: layer, feature counted from 0, name.'
    if not isinstance(labels, dict) or not all(isinstance(names, dict) for names in labels.values()):
        raise InputError("{}: {}".format(path, form))
    for layer, names in labels.items():
        if layer not in layers:
            raise InputError("{} names layer {}; there are {}.".format(path, quoted(layer), ", ".join(layers)))
        for feature, name in names.items():
            if not _NUMBER.fullmatch(feature) or not _is_index(int(feature), features) or not isinstance(name, str):
                raise InputError(
                    "{} gives feature {} of {} the name {}; features go from 0 to {}, names are texts.".format(
                        path, quoted(feature), layer, quoted(name), features - 1
                    )
                )
    return labels


def read_annotations(path, layers, lengths):
    """Notes on frames: a list of them, or {'stories': [{'name', 'summary', 'notes'}]}, whose notes are such lists.

    A note: 'trajectory' and 'frame' (from 0), 'text', and maybe 'layer', 'output' (the key of one in the page's links:
    'v', 'a7') and 'feature' (from 0, or 'all'), which are then shown. lengths: number of frames of each trajectory;
    None: not known yet, any frame will do. Raises InputError for another form, and for a frame or a layer that this
    interface does not have.
    """
    content = read_json(path, "the annotations")
    stories = content.get("stories") if isinstance(content, dict) else None
    if isinstance(stories, list) and all(map(_is_story, stories)):
        for story in stories:
            _check_notes("{}: of the story {}, ".format(path, quoted(story["name"])), story["notes"], layers, lengths)
        return {"stories": [dict({"summary": ""}, **story) for story in stories]}
    if not _are_notes(content):
        raise InputError(
            '{}: annotations are a list of {{"trajectory": 0, "frame": 12, "text": "..."}}, or {{"stories": [{{"name": '
            '"...", "summary": "...", "notes": [...]}}]}}.'.format(path)
        )
    _check_notes("{}: ".format(path), content, layers, lengths)
    return content


def _are_notes(notes):
    return isinstance(notes, list) and all(isinstance(note, dict) for note in notes)


def _is_story(story):
    if not isinstance(story, dict) or not set(story) <= {"name", "summary", "notes"}:
        return False
    texts = story.get("name"), story.get("summary", "")
    return all(isinstance(text, str) for text in texts) and _are_notes(story.get("notes"))


def _check_notes(where, notes, layers, lengths):
    """Raise InputError for the first note that this interface cannot show. where: what the message begins with."""
    for i, note in enumerate(notes):
        feature = note.get("feature", "all")
        fits = (
            isinstance(note.get("text"), str)
            and note.get("layer") in (None,) + tuple(layers)
            and isinstance(note.get("output", ""), str)
            and (feature == "all" or _is_index(feature, math.inf))
            and _is_index(note.get("trajectory"), math.inf if lengths is None else len(lengths))
            and _is_index(note.get("frame"), math.inf if lengths is None else lengths[note["trajectory"]])
        )
        if fits:
            continue
        place = "a trajectory and a frame, both counted from 0"
        if lengths is not None:
            place = "a trajectory from 0 to {}, a frame that it has (the longest: from 0 to {})".format(
                len(lengths) - 1, max(lengths) - 1
            )
        raise InputError(
            "{}note {} needs a text, {}, and if any a layer of {}, an output as the page's links have it and a feature "
            "counted from 0.".format(where, i + 1, place, ", ".join(layers))
        )
