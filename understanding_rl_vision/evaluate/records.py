"""The levels played so far, in files: added to while playing, put in order at the end."""

import contextlib
import csv
import glob
import io
import math
import os
import re

from understanding_rl_vision.errors import InputError
from understanding_rl_vision.files import replacing, unwritable
from understanding_rl_vision.json_files import to_json
from understanding_rl_vision.play.levels import Played

# Ours are a tenth of that.
LONGEST_LINE = 1000

FIELDS = ("model", "index", "level", "solved", "cause", "steps", "return")

# As CSV has it.
_SOLVED = {"True": True, "False": False, "": None}


class Journal:
    """Levels as they end, each written at once, so that nothing is lost when the process ends. One for each process."""

    def __init__(self, folder, rank):
        self._path = os.path.join(folder, "playing.{}.csv".format(rank))
        with self._naming():
            # Without a buffer: what could not be written is not tried again when the file is closed.
            self._file = open(self._path, "ab", buffering=0)

    @contextlib.contextmanager
    def _naming(self):
        """As a context: an OSError becomes an InputError that names the file."""
        try:
            yield
        except OSError as error:
            raise unwritable(self._path, error) from error

    def add(self, model, played):
        text = io.StringIO(newline="")
        csv.writer(text).writerow(_row(model, played))
        left = text.getvalue().encode("utf-8")
        with self._naming():
            while left:
                left = left[self._file.write(left) :]

    def close(self):
        self._file.close()


def read_played(folder):
    """Return what has been played in a folder, in files put in order and in journals: (model, index) → Played."""
    played = {}
    for path in [os.path.join(folder, "levels.csv")] + _journals(folder):
        if os.path.exists(path):
            played.update(filter(None, map(_parsed, _rows_of(path))))
    return played


def _rows_of(path):
    """The rows of a CSV file, each one line; lines that cannot be, such as those of a full disk, are left out."""
    try:
        with open(path, newline="", encoding="utf-8", errors="replace") as file:
            lines = [line for line in file if len(line) <= LONGEST_LINE and "\0" not in line]
        return [row for line in lines for row in csv.reader([line])]
    except (OSError, csv.Error) as error:
        raise InputError("Cannot read the levels played in {}: {}.".format(path, error)) from None


def write_levels(folder, played):
    """Write levels.csv and levels.json in order, (model, index) → Played, and remove the journals."""
    rows = [_row(model, episode) for (model, _), episode in sorted(played.items())]
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([FIELDS] + rows)
    write_text(os.path.join(folder, "levels.csv"), text.getvalue())
    write_text(
        os.path.join(folder, "levels.json"),
        "[\n{}\n]\n".format(",\n".join(to_json(dict(zip(FIELDS, row))) for row in rows)),
    )
    for path in _journals(folder):
        with contextlib.suppress(FileNotFoundError):
            os.remove(path)


def remove_levels(folder):
    """Remove what was played in a folder."""
    for path in glob.glob(os.path.join(glob.escape(folder), "levels.*")) + _journals(folder):
        os.remove(path)


def write_text(path, text):
    with replacing(path) as file:
        file.write(text.encode("utf-8"))


def written_here(names):
    """Those of the names of files in a folder that an evaluation goes on with."""
    return [name for name in names if re.fullmatch(r"(invisible/)?(summary\.json|levels\.csv|playing\.\d+\.csv)", name)]


def _journals(folder):
    return sorted(glob.glob(os.path.join(glob.escape(folder), "playing.*.csv")))


def _row(model, played):
    return (model, played.index, played.level, played.solved, played.cause, played.steps, played.total)


def _parsed(row):
    """A row as ((model, index), Played); None for the heading and for a row cut short by the end of a process."""
    try:
        model, index, level, solved, cause, steps, total = row
        played = Played(
            int(index), int(level) if level else None, _SOLVED[solved], cause or None, int(steps), float(total)
        )
        key = int(model), played.index
    except (KeyError, ValueError):
        return None
    # A failure always has its cause.
    fits = min(*key, played.steps, played.level or 0) >= 0 and math.isfinite(played.total)
    return (key, played) if fits and (played.solved is not False or played.cause) else None


def of_model(model_index, played, num_levels):
    """A model's list of Played, in order."""
    return [
        episode for (model, index), episode in sorted(played.items()) if model == model_index and index < num_levels
    ]
