"""What was found, as a table and as notes for the page."""

import csv
import io
import os

from understanding_rl_vision.errors import InputError
from understanding_rl_vision.files import replacing
from understanding_rl_vision.find import sentences
from understanding_rl_vision.json_files import to_json
from understanding_rl_vision.pages.formats import format_change
from understanding_rl_vision.run.opening import middle_layer, residual_of_value

TABLE, NOTES = "finds.csv", "finds.notes.json"


def write_report(search, output_dir, scale, progress):
    """Write the table of a Search; returns the Episodes to show, in the order of kinds and ranks, and their `notes`.

    Raises InputError where nothing was found.
    """
    indices = _leading_indices(search)
    _say_what_is_missing(search, progress)
    trajectories = {index: trajectory for trajectory, index in enumerate(indices)}
    _write(os.path.join(output_dir, TABLE), table(search.found, trajectories))
    return [search.episodes[index] for index in indices], notes(search, trajectories, scale)


def _leading_indices(search):
    """Which of the episodes are shown, in the order of kinds and ranks."""
    indices = list(dict.fromkeys(find.searched.index for finds in search.leading.values() for find in finds))
    if not indices:
        raise InputError(
            "Nothing was found of {}. Give a larger num_levels, or other kinds.".format(", ".join(search.leading))
        )
    return indices


def _say_what_is_missing(search, progress):
    if search.constant_value is not None:
        progress.say(
            "The value is {:.3g} at every frame: advantages tell of rewards alone, and there are no spikes.".format(
                search.constant_value
            )
        )
    for kind, finds in search.leading.items():
        if not finds:
            progress.say("There was no {} in these episodes.".format(kind))


def _write(path, text):
    with replacing(path) as file:
        file.write(text.encode("utf-8"))


def table(found, trajectories):
    """CSV of all Finds by kind. As on the page, frames and trajectories count from 1; those not shown have none."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow("kind rank score frame trajectory level solved cause steps return".split())
    for kind, finds in found.items():
        for rank, (searched, frame, score, _) in enumerate(finds, 1):
            shown = trajectories.get(searched.index)
            solved = "" if searched.solved is None else int(searched.solved)
            writer.writerow(
                [kind, rank, "{:.6g}".format(score), frame + 1, "" if shown is None else shown + 1, searched.level]
                + [solved, searched.cause, searched.steps, "{:.6g}".format(searched.total)]
            )
    return text.getvalue()


def notes(search, trajectories, scale=None):
    """Notes for the page on the frames of a Search's leading Finds, in their order, which lack the residual.

    trajectories: index of an episode → that of its trajectory. Each has trajectory, frame, and the texts before and
    after the residual.
    """
    return [
        {
            "trajectory": trajectories[find.searched.index],
            "frame": find.frame,
            "before": "{}: {}".format(
                sentences.heading(kind, rank, len(finds), find.searched),
                sentences.what_happened(
                    kind, find, search.episodes[find.searched.index].steps.get("values"), search.has_value, scale
                ),
            ),
            "after": sentences.what_came(kind, find),
        }
        for kind, finds in search.leading.items()
        for rank, find in enumerate(finds, 1)
    ]


def write_notes(path, notes, scale, results):
    """Write the annotations that `notes` and the residual at the middle layer make, and return them.

    scale: see `format_value`. results: the Results of a page.
    """
    layer = middle_layer(results.layers)
    written = []
    for note in notes:
        residual = residual_of_value(results.records, layer, note["trajectory"], note["frame"])
        known = "" if residual is None else "; residual {}".format(format_change(residual, scale))
        text = "{}{}. {}".format(note["before"], known, note["after"])
        written.append({"trajectory": note["trajectory"], "frame": note["frame"], "text": text})
    _write(path, to_json(written, indent=1))
    return written
