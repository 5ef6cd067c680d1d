"""A training in a folder, which may be stopped at any moment and goes on: what `train_gpu.py` and `distil.py` keep.

The folder gets checkpoint.jd (for `rl-clarity run`), state.pt (to go on from) and progress.csv.
"""

import collections
import os
import re
import time

import joblib
import numpy as np
import torch

from understanding_rl_vision.agents.fetching import fetch
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.files import replacing
from understanding_rl_vision.progress import Progress

try:
    from understanding_rl_vision.agents.checkpoints import read_checkpoint
except ImportError:
    # It needs TensorFlow, which may not be there.
    read_checkpoint = None

SAVE_EVERY = 20
MIN_LEARNING_RATE = 0.02
# The solved rate is that of this many of the last episodes.
NUM_RECENT = 2000


def add_run_options(parser, *, frames, learning_rate):
    parser.add_argument("out_dir")
    parser.add_argument("--frames", type=float, default=frames, help="of the whole training, over all sessions")
    parser.add_argument("--minutes", type=float, default=60, help="of the whole training, over all sessions")
    parser.add_argument("--session-minutes", type=float, default=float("inf"), help="how long this session lasts")
    parser.add_argument("--load-path", help="a checkpoint to begin with: a file, openai:NAME or an address")
    parser.add_argument("--learning-rate", type=float, default=learning_rate, help="at first; it falls to nearly 0")
    parser.add_argument("--report-every", type=float, default=10, help="seconds between lines")


def fetched(given):
    """The path of a checkpoint's file, given that, or an agent's name or address, from where it is downloaded."""
    if not re.match("openai:|https?://", given):
        return given
    return fetch(given, Progress())


def load_checkpoint(path):
    """A checkpoint's `params` and those of its `args` that are given. Raises InputError where the file is none.

    The package's reader runs nothing that is in the file, but is there only where TensorFlow is.
    """
    return _unpickled(path) if read_checkpoint is None else read_checkpoint(path)._asdict()


def _unpickled(path):
    try:
        content = joblib.load(path)
        params, args = dict(content["params"]), dict(content["args"])
    except Exception as error:  # A damaged pickle can fail in any way.
        raise InputError(
            "Cannot read {} ({}: {}). A checkpoint is accepted: a joblib file of a dictionary with 'params' and "
            "'args'.".format(path, type(error).__name__, error)
        ) from error
    plain = {name: value.item() if isinstance(value, np.generic) else value for name, value in args.items()}
    return {"params": params, "args": {name: value for name, value in plain.items() if value is not None}}


class Run:
    """A training in a folder: its network and optimiser, how far it is, and the lines about it.

    network: a `clear` one. args_of: function of the checkpoint to begin with, or of None, to the args of the one to
    write. said: what lines say of the statistics.
    """

    def __init__(self, options, machine, network, args_of, said, adam_epsilon=1e-8):
        self._options, self._folder, self._said = options, options.out_dir, said
        self.network = network
        capturable = machine.device.type == "cuda"
        self.optimizer = torch.optim.Adam(
            self.network.parameters(), eps=adam_epsilon, fused=True, capturable=capturable
        )
        self.frames, self.seconds = 0, 0.0
        self._returns = collections.deque(maxlen=NUM_RECENT)
        self._statistics = []
        if os.path.exists(self._path("state.pt")):
            state = torch.load(self._path("state.pt"), map_location=machine.device, weights_only=True)
            self.network.load_state_dict(state["network"])
            self.optimizer.load_state_dict(state["optimizer"])
            self.frames, self.seconds, self.args = (state[name] for name in ("frames", "seconds", "args"))
            with open(self._path("progress.csv"), "a") as file:
                file.truncate(min(state["progress_bytes"], file.tell()))
        else:
            begun_with = load_checkpoint(fetched(options.load_path)) if options.load_path else None
            if begun_with:
                self.network.take_arrays(begun_with["params"])
            self.args = args_of(begun_with)
            with replacing(self._path("progress.csv")):
                pass
        for group in self.optimizer.param_groups:
            group["lr"] = torch.tensor(options.learning_rate, device=machine.device)
        self._start = self._reported = self._saved = time.monotonic()
        self._seconds_before, self._frames_reported = self.seconds, self.frames

    def _path(self, name):
        return os.path.join(self._folder, name)

    @property
    def seed(self):
        """Another one in every session, so that one that goes on does not play again what the last has played."""
        return self._options.seed + self.frames

    @property
    def left(self):
        """What is left of the training, from 1 to 0."""
        options = self._options
        return max(0.0, 1 - max(self.frames / options.frames, self.seconds / (60 * options.minutes)))

    @property
    def learning_rate(self):
        return self._options.learning_rate * max(MIN_LEARNING_RATE, self.left)

    @property
    def over(self):
        """Whether the training or the session is."""
        return not self.left or time.monotonic() - self._start >= 60 * self._options.session_minutes

    def advance(self, num_frames, returns, statistics=None):
        """Count frames and episodes. Now and then write a line and save.

        returns: the total rewards of the episodes that ended. statistics: names → values, of which lines have means.
        """
        now = time.monotonic()
        self.frames += num_frames
        self.seconds = self._seconds_before + now - self._start
        self._returns.extend(returns)
        if statistics:
            self._statistics.append(statistics)
        if self._statistics and now - self._reported >= self._options.report_every:
            rate = (self.frames - self._frames_reported) / (now - self._reported)
            self._report(rate)
            self._statistics.clear()
            self._reported, self._frames_reported = now, self.frames
        if now - self._saved >= SAVE_EVERY:
            self.save()
            self._saved = now

    def save(self):
        path = self._path("progress.csv")
        state = {
            "network": self.network.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "frames": self.frames,
            "seconds": self.seconds,
            "args": self.args,
            "progress_bytes": os.path.getsize(path),
        }
        with replacing(self._path("state.pt")) as file:
            torch.save(state, file)
        args = dict(self.args, learning_rate=self._options.learning_rate, frames=self.frames)
        with replacing(self._path("checkpoint.jd")) as file:
            joblib.dump({"params": self.network.named_arrays(), "args": args}, file)

    def _report(self, rate):
        statistics = {name: np.mean([some[name] for some in self._statistics]) for name in self._statistics[0]}
        solved = np.mean(np.array(self._returns) > 0) if self._returns else np.nan
        row = {"frames": self.frames, "seconds": self.seconds, "episodes": len(self._returns)}
        row.update({"frames_per_second": rate, "solved_rate": solved}, **statistics)
        path = self._path("progress.csv")
        with open(path, "a") as file:
            if not file.tell():
                file.write(",".join(row) + "\n")
            file.write(",".join("{:.9g}".format(value) for value in row.values()) + "\n")
        line = "{:.2f} M frames, {:.1f} min, {frames_per_second:.0f} frames/s, solved {solved_rate:.1%}, " + self._said
        print(line.format(self.frames / 1e6, self.seconds / 60, **row), flush=True)
