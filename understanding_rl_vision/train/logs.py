"""What a training reports: a line with the time left, progress.csv, and TensorBoard's events."""

import collections
import csv
import io
import os
import re

import numpy as np

from understanding_rl_vision.errors import InputError
from understanding_rl_vision.files import replacing
from understanding_rl_vision.progress import follow
from understanding_rl_vision.tensorflow1 import building, tf

COLUMNS = (
    "update",
    "frames",
    "seconds",
    "frames_per_second",
    "episodes",
    "mean_return",
    "mean_length",
    "solved_rate",
    "policy_loss",
    "value_loss",
    "entropy",
    "approx_kl",
    "clip_fraction",
    "explained_variance",
)

# Means over episodes are over this many of the last.
NUM_RECENT = 500

# Ours are a tenth of that.
LONGEST_LINE = 3000


class Episodes:
    """The recent episodes, see `rollouts.EpisodeStats`, and how many there were in all (`count`)."""

    def __init__(self, recent=(), count=0):
        self.recent = collections.deque(recent, maxlen=NUM_RECENT)
        self.count = count

    def extend(self, episodes):
        self.recent.extend(episodes)
        self.count += len(episodes)

    def summary(self):
        """The columns about episodes; NaN where there were none, or where nothing tells whether they were solved."""
        # Checkpoints of earlier versions hold pairs: solved were those of a total reward above 0.
        whole = [tuple(episode) if len(episode) > 2 else (*episode, episode[0] > 0) for episode in self.recent]
        columns = list(zip(*whole)) or [()] * 3
        means = [_mean([value for value in column if value is not None]) for column in columns]
        return dict(zip(("mean_return", "mean_length", "solved_rate"), means), episodes=self.count)


def _mean(values):
    return np.mean(values) if values else np.nan


def explained_variance(values, returns):
    """1 - Var(returns - values) / Var(returns): 1 for a perfect value function, 0 for a constant one."""
    variance = returns.var()
    return np.nan if variance == 0 else 1.0 - (returns - values).var() / variance


class Logs:
    """Writes rows (dictionaries of COLUMNS) into a folder and the line of the terminal.

    Parameters
    ----------
    save_dir
        Folder of progress.csv and the events.
    start
        The update that the training goes on from; rows after it are dropped.
    total_frames, start_frames
        Frames of the whole training, and of that those until `start`.
    quiet
        Without the line of the terminal.
    """

    def __init__(self, save_dir, start, total_frames, start_frames, quiet=False):
        self._path = os.path.join(save_dir, "progress.csv")
        _write_rows(self._path, [row for row in read_progress(self._path) if int(row["update"]) <= start])
        # FileWriter is refused where TensorFlow is eager.
        with building():
            self._events = tf.summary.FileWriter(save_dir)
        # TensorBoard forgets what an earlier run has written after this step.
        self._events.add_session_log(tf.SessionLog(status=tf.SessionLog.START), global_step=start_frames + 1)
        looks = {"unit": " frames", "unit_scale": True}
        self._bar = follow("training", quiet, total=total_frames, initial=start_frames, **looks)

    def write(self, row):
        with open(self._path, "a", newline="") as file:
            file.write(_csv([row], header=False))
        values = [
            tf.Summary.Value(tag=name, simple_value=row[name])
            for name in COLUMNS
            if name not in ("update", "frames") and not np.isnan(row[name])
        ]
        self._events.add_summary(tf.Summary(value=values), row["frames"])
        self._events.flush()
        line = "mean return {mean_return:.3g}" if row["episodes"] else "no episode ended yet"
        if not np.isnan(row["solved_rate"]):
            line += ", solved {solved_rate:.1%}"
        self._bar.set_postfix_str(line.format(**row), refresh=False)
        self._bar.update(row["frames"] - self._bar.n)

    def close(self):
        self._events.close()
        self._bar.close()


def read_progress(path):
    """The rows of a progress.csv that are whole, as dictionaries of texts; none where there is no file."""
    if not os.path.exists(path):
        return []
    try:
        with open(path, newline="", encoding="utf-8", errors="replace") as file:
            whole = [line for line in file if line.endswith("\n") and len(line) <= LONGEST_LINE and "\0" not in line]
        rows = [row for line in whole for row in csv.reader([line])]
    except (OSError, csv.Error) as error:
        raise InputError("Cannot read {}: {}.".format(path, error)) from None
    header = rows[0] if rows else ["update"]
    if "update" not in header or not set(header) <= set(COLUMNS):
        raise InputError("{} is not of a training here; move it away, or give another folder.".format(path))
    found = [dict(zip(header, row)) for row in rows[1:] if len(row) == len(header)]
    return [row for row in found if re.fullmatch("[0-9]{1,18}", row["update"])]


def _write_rows(path, rows):
    with replacing(path) as file:
        file.write(_csv(rows, header=True).encode())


def _csv(rows, header):
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    if header:
        writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
