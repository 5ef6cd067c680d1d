"""Training on several ranks, which are threads of this process."""

import concurrent.futures
import functools
import threading

import numpy as np
import pytest

from tests.helpers.trainings import SMALL, curve
from tests.train.games import CoinGame
from understanding_rl_vision.ranks import Ranks
from understanding_rl_vision.rl_clarity.training import train
from understanding_rl_vision.train import loop, saving
from understanding_rl_vision.train.loop import Training


class ThreadComm:
    """As much of mpi4py's communicator as Ranks uses, between threads of this process."""

    def __init__(self, rank, shared):
        self._rank = rank
        self._shared = shared

    @classmethod
    def make(cls, size):
        shared = {"barrier": threading.Barrier(size, timeout=60), "values": [None] * size}
        return [cls(rank, shared) for rank in range(size)]

    def Get_rank(self):
        return self._rank

    def Get_size(self):
        return len(self._shared["values"])

    def allgather(self, value):
        self._shared["barrier"].wait()
        self._shared["values"][self._rank] = value
        self._shared["barrier"].wait()
        values = list(self._shared["values"])
        self._shared["barrier"].wait()
        return values

    def bcast(self, value):
        return self.allgather(value)[0]

    def Allreduce(self, array, total):
        total[...] = sum(self.allgather(array))


def in_threads(functions):
    """The results of functions that run at the same time; raises the error of one where there is any."""
    with concurrent.futures.ThreadPoolExecutor(len(functions)) as pool:
        futures = [pool.submit(function) for function in functions]
        return [future.result() for future in futures]


def train_together(size, make_training):
    """Trainings that `make_training(ranks)` has made and that ran in a thread for each rank."""

    def run(comm):
        training = make_training(Ranks(comm))
        training.run()
        return training

    return in_threads([functools.partial(run, comm) for comm in ThreadComm.make(size)])


def test_ranks_learn_from_all_games_and_stay_equal(tmp_path, settings):
    played = set()

    def make_training(ranks):
        env = CoinGame(4, seed=ranks.rank)
        played.add(env.observe()[1].tobytes())
        return Training(env, settings(timesteps_per_proc=96, save_interval=3), ranks, str(tmp_path))

    trainings = train_together(3, make_training)
    assert len(played) == 3 and len({training.episodes.count for training in trainings}) == 1
    assert [row["frames"] for row in curve(tmp_path)] == ["96", "192", "288"]
    content = saving.read_last_checkpoint(str(tmp_path))
    assert len(content["training"]["states"]) == 3
    for training in trainings:
        for name, values in training.params().items():
            np.testing.assert_array_equal(values, content["params"][name])


def test_ranks_that_differ_are_noticed(tmp_path, settings):
    class Unequal(Ranks):
        def mean(self, array):
            return super().mean(array) + np.float32(self.rank)

    def make_training(ranks):
        ranks.__class__ = Unequal
        return Training(CoinGame(4), settings(), ranks, str(tmp_path))

    with pytest.raises(RuntimeError, match="parameters differ after update 1"):
        train_together(2, make_training)


def test_ranks_play_different_levels_also_after_a_resume(tmp_path, monkeypatch):
    seeds = []
    make_env = loop.make_env

    def make_and_note(*args, seed, **options):
        seeds.append(seed)
        return make_env(*args, seed=seed, **options)

    monkeypatch.setattr(loop, "make_env", make_and_note)

    first = dict(SMALL, save_dir=str(tmp_path), timesteps_per_proc=16)
    for options in (first, {"resume": str(tmp_path), "timesteps_per_proc": 32}):
        in_threads([functools.partial(train, comm, **options) for comm in ThreadComm.make(2)])
    assert len(set(seeds)) == len(seeds) == 4
