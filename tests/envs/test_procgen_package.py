"""The installed Procgen, whichever it is: what was played with procgen 0.10.7 comes again, causes of ends too."""

import sys

import numpy as np
import pytest

from understanding_rl_vision.envs import make_env
from understanding_rl_vision.envs.procgen_package import NAME
from understanding_rl_vision.envs.procgen_state import State

pytest.importorskip(NAME)

# Step, game, level, whether solved and cause of the first ends, as procgen 0.10.7 gave them.
ENDS = [
    (19, 5, 1005, False, "buzzsaw"),
    (35, 3, 1003, True, None),
    (46, 1, 1001, True, None),
    (47, 2, 1002, True, None),
    (47, 6, 1006, True, None),
    (54, 4, 1004, True, None),
    (58, 7, 1007, True, None),
    (66, 5, 1005, False, "buzzsaw"),
    (67, 0, 1000, True, None),
    (76, 2, 1002, False, "buzzsaw"),
    (81, 1, 1001, True, None),
    (97, 6, 1006, True, None),
    (100, 5, 1005, False, "buzzsaw"),
    (101, 3, 1003, True, None),
    (104, 4, 1004, True, None),
]


def test_python_decides_which_it_is():
    assert NAME == ("procgen_gym" if sys.version_info >= (3, 13) else "procgen")


def test_ends_levels_and_causes_are_those_of_procgen():
    env = make_env("procgen", "coinrun", 8, seed=3)
    env.watch_endings()
    env.start_levels({game: 1000 + game for game in range(8)})
    random, ends = np.random.RandomState(0), []
    for step in range(110):
        env.act(np.where(random.rand(8) < 0.5, 8, 7))
        _, _, firsts = env.observe()
        if firsts.any():
            ends += [(step, game, *ending) for game, ending in enumerate(env.endings()) if ending]
    assert ends == ENDS
    assert [State(state).texts[0] for state in env.get_state()] == [b"coinrun"] * 8
    env.close()
