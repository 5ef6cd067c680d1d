"""Levels of the first CoinRun played again, to see their ends at the size that people see.

Drawing that takes several times as long as playing does, so it is done for the levels alone whose end is to be
explained, in a process of its own: the library has one generator of levels for a process, and reads its images once.
There levels are drawn in the same order, everything moves as before, and nothing is hidden.
"""

import json
import signal
import subprocess
import sys
import tempfile

import numpy as np

from understanding_rl_vision.envs.base import UNKNOWN
from understanding_rl_vision.envs.coinrun_old_causes import cause
from understanding_rl_vision.envs.coinrun_old_library import FULL_SIZE, SIZE, ZOOM, assets_of, load_library
from understanding_rl_vision.envs.coinrun_old_sprites import load_lava, load_sprites
from understanding_rl_vision.processes import package_variables

# What is looked at of the pictures, around their middle: as far as an enemy may be after the agent's last jump.
AROUND = slice(FULL_SIZE // 4, 3 * FULL_SIZE // 4)

PROGRAM = "from understanding_rl_vision.envs.coinrun_old_replay import serve; serve()"


class Replays:
    """The other process, started when it is first needed.

    folder: of the package. settings: those of the library, with the seed.
    """

    def __init__(self, folder, settings):
        self._first = {"folder": folder, "settings": [int(value) for value in settings]}
        self._process = self._errors = None

    def cause(self, level, oldest, actions):
        """Return what ended a level, one of `coinrun_causes.CAUSES`.

        level: how many were drawn before it. oldest: the lowest such number of those that are still to be told.
        actions: all since it began; the library told of the end with the last one.
        """
        if not self._process:
            self._errors = tempfile.TemporaryFile()
            self._process = subprocess.Popen(
                [sys.executable, "-c", PROGRAM],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                env=package_variables(),
                universal_newlines=True,
            )
            self._send(self._first)
        self._send({"level": level, "oldest": oldest, "actions": [int(action) for action in actions]})
        answer = self._process.stdout.readline()
        if not answer:
            self._fail()
        return json.loads(answer)

    def close(self):
        if self._process:
            self._process.stdin.close()
            self._process.stdout.close()
            self._process.wait()
            self._errors.close()
            self._process = None

    def _send(self, message):
        try:
            self._process.stdin.write(json.dumps(message) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            self._fail()

    def _fail(self):
        self._process.wait()
        self._errors.seek(0)
        lines = self._errors.read().decode(errors="replace").strip().splitlines()
        raise RuntimeError(
            "Playing a level of coinrun_old again failed: {}".format(lines[-1] if lines else "no message")
        )


class Replayer:
    """Plays levels again, in order. settings: as in `Replays`."""

    def __init__(self, library, settings):
        self._library, self._game_type = library, settings[4]
        self._library.initialize_args(np.array(settings, np.int32).ctypes.data)
        self._drawn, self._handles = 0, {}

    def pictures(self, level, oldest, actions):
        """Return the pictures before and after the last step of a level, or None; see `Replays.cause`."""
        while self._drawn <= level:
            self._handles[self._drawn] = self._library.vec_create(self._game_type, 1, 0, True, ZOOM)
            self._drawn += 1
            self._forget(oldest)
        handle = self._handles.pop(level)
        # With the last of the actions the next level began.
        pictures = [self._step(handle, action) for action in actions[:-1]][-2:]
        self._library.vec_close(handle)
        return (pictures[0], pictures[-1]) if pictures else None

    def _forget(self, oldest):
        for level in [level for level in self._handles if level < oldest]:
            self._library.vec_close(self._handles.pop(level))

    def _step(self, handle, action):
        small, picture = np.zeros((SIZE, SIZE, 3), np.uint8), np.zeros((FULL_SIZE, FULL_SIZE, 3), np.uint8)
        reward, done, action = np.zeros(1, np.float32), np.zeros(1, bool), np.array([action], np.int32)
        self._library.vec_step_async_discrete(handle, action.ctypes.data)
        self._library.vec_wait(handle, *(array.ctypes.data for array in (small, picture, reward, done)))
        return picture[AROUND, AROUND].copy()


def serve():
    """Answer the requests of a `Replays`."""
    # Who is interrupted at the keyboard closes this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    first = json.loads(sys.stdin.readline())
    assets = assets_of(first["folder"])
    replayer = Replayer(load_library(first["folder"], assets), first["settings"])
    sprites, lava = load_sprites(assets, flying=True), load_lava(assets)
    for line in sys.stdin:
        pictures = replayer.pictures(**json.loads(line))
        print(json.dumps(cause(*pictures, sprites, lava) if pictures else UNKNOWN), flush=True)
