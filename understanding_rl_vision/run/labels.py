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
        written["annotations"] = read_annotations(options["annotations"], layers, lengths)
    return written


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
    """Notes on frames, a list of {'trajectory', 'frame' (both from 0), 'text' and maybe 'layer'}.

    lengths: number of frames of each trajectory; None: not known yet, any frame will do.

    Raises InputError for another form, and for a frame or a layer that this interface does not have.
    """
    notes = read_json(path, "the annotations")
    if not isinstance(notes, list) or not all(isinstance(note, dict) for note in notes):
        raise InputError('{}: annotations are a list of {{"trajectory": 0, "frame": 12, "text": "..."}}.'.format(path))
    for i, note in enumerate(notes):
        fits = (
            isinstance(note.get("text"), str)
            and note.get("layer") in (None,) + tuple(layers)
            and _is_index(note.get("trajectory"), math.inf if lengths is None else len(lengths))
            and _is_index(note.get("frame"), math.inf if lengths is None else lengths[note["trajectory"]])
        )
        if not fits and lengths is None:
            raise InputError(
                "{}: note {} needs a text, a trajectory and a frame, both counted from 0, and if any a layer of "
                "{}.".format(path, i + 1, ", ".join(layers))
            )
        if not fits:
            raise InputError(
                "{}: note {} needs a text, a trajectory from 0 to {}, a frame that it has (the longest: from 0 to {}), "
                "and if any a layer of {}.".format(path, i + 1, len(lengths) - 1, max(lengths) - 1, ", ".join(layers))
            )
    return notes
