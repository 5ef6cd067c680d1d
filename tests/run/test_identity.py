"""The identity of a run: what names and notes belong to."""

import collections

import numpy as np

from understanding_rl_vision.run.identity import run_identity

Trajectories = collections.namedtuple("Trajectories", "actions rewards dones")


def identity(layers=("2b",), actions=(1, 2), rewards=(0, 0.5), dones=(0, 1), grid=((3, 4),)):
    played = Trajectories([np.array(actions)], [np.array(rewards, np.float32)], [np.array(dones)])
    return run_identity(list(layers), played, {"grids/2b_feature0_1_4.json": np.array(grid)})


def test_the_same_run_has_the_same_identity_and_every_other_another():
    same = [identity(), identity(actions=np.array([1, 2], np.uint8)), identity(grid=np.array([[3, 4]], np.int16))]
    assert len(set(same)) == 1 and len(same[0]) == 32
    others = [
        identity(layers=["2b", "3a"]),
        identity(actions=[1, 3]),
        identity(rewards=[0, 1]),
        identity(dones=[1, 1]),
        identity(grid=[[4, 3]]),
    ]
    assert len(set(others + same)) == 6
