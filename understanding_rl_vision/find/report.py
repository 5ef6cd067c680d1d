"""What was found, as a table and as notes for the page."""

import csv
import io
import os

from understanding_rl_vision.envs.base import UNKNOWN
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.files import replacing
from understanding_rl_vision.find.search import KINDS, KINDS_WITHOUT_VALUE
from understanding_rl_vision.json_files import to_json

TABLE, NOTES = "finds.csv", "finds.notes.json"


def write_report(search, output_dir, progress):
    """Write the table and the notes of a Search; returns the Episodes to show, in the order of kinds and ranks.

    Raises InputError where nothing was found.
    """
    indices = _leading_indices(search)
    _say_what_is_missing(search, progress)
    trajectories = {index: trajectory for trajectory, index in enumerate(indices)}
    _write(os.path.join(output_dir, TABLE), table(search.found, trajectories))
    _write(os.path.join(output_dir, NOTES), to_json(notes(search.leading, trajectories, search.has_value), indent=1))
    return [search.episodes[index] for index in indices]


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


def notes(leading, trajectories, has_value=True):
    """Notes for the page on the frames of the leading Finds by kind, in their order."""
    called = KINDS if has_value else KINDS_WITHOUT_VALUE
    return [
        {
            "trajectory": trajectories[searched.index],
            "frame": frame,
            "text": "{}: {} {:+.3g}".format(_which(kind, rank, len(finds), searched), called[kind], score),
        }
        for kind, finds in leading.items()
        for rank, (searched, frame, score, _) in enumerate(finds, 1)
    ]


def _which(kind, rank, count, searched):
    place = "" if searched.level is None else " in level {}".format(searched.level)
    ending = {True: "solved", False: "failed", None: "return {:.3g}".format(searched.total)}[searched.solved]
    if searched.cause not in (None, UNKNOWN):
        ending += " by {}".format(searched.cause)
    return "{} {} of {}{}, {}".format(kind.capitalize(), rank, count, place, ending)
