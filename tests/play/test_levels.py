"""Playing levels on made-up games, whose episodes' lengths and ends follow from the level."""

import collections
import threading

import numpy as np
import pytest

from understanding_rl_vision.envs.base import Ending, Environment
from understanding_rl_vision.play.levels import play_levels

ACTIONS = 3
START = 1000


class MadeUpGames(Environment):
    """Level k lasts 1 + k % 7 steps and is solved when k is even; a step earns k. Without choice, levels follow on."""

    observation_shape = (1, 1, 1)
    action_combos = [(str(action),) for action in range(ACTIONS)]

    def __init__(self, num_envs, choose, first=0):
        self.num_envs, self._choose = num_envs, choose
        self._levels = [first + 100 * game for game in range(num_envs)]
        self._time = [0] * num_envs
        self._rewards, self._firsts = np.zeros(num_envs, np.float32), np.ones(num_envs, bool)
        self._ended = [None] * num_envs
        self.actions = collections.defaultdict(list)

    can_choose_levels = property(lambda self: self._choose)

    def observe(self):
        observations = np.array(self._levels).astype(np.uint8).reshape(-1, 1, 1, 1)
        return self._rewards.copy(), observations, self._firsts.copy()

    def act(self, actions):
        for game, level in enumerate(self._levels):
            self.actions[level].append(int(actions[game]))
            self._time[game] += 1
            self._rewards[game] = level
            self._firsts[game] = self._time[game] == 1 + level % 7
            if self._firsts[game]:
                self._ended[game] = Ending(level, level % 2 == 0, None if level % 2 == 0 else "fall")
                self._levels[game], self._time[game] = level + (0 if self._choose else 1), 0

    def start_levels(self, levels):
        for game, level in levels.items():
            self._levels[game], self._time[game], self._firsts[game] = level, 0, True

    def endings(self):
        return [ending if first else None for ending, first in zip(self._ended, self._firsts)]


def logits(observations):
    return np.zeros((len(observations), ACTIONS)) + observations[:, 0, 0] % 5 * np.arange(ACTIONS)


@pytest.mark.parametrize("sizes", [(1,), (3, 2), (20, 20)])
def test_every_chosen_level_is_played_once_to_its_end(sizes):
    levels = [(index, START + index) for index in range(30)]
    played = list(play_levels([MadeUpGames(size, True) for size in sizes], logits, levels, seed=0))
    assert sorted(one.index for one in played) == list(range(30))
    for one in played:
        assert one.level == START + one.index
        assert one.steps == 1 + one.level % 7 and one.total == one.steps * one.level
        assert one.solved == (one.level % 2 == 0) and one.cause == (None if one.solved else "fall")


def test_what_happens_in_a_level_depends_on_no_other_level_nor_on_the_number_of_games():
    def actions(sizes, levels, seed):
        envs = [MadeUpGames(size, True) for size in sizes]
        list(play_levels(envs, logits, levels, seed))
        # A game that has nothing left to do goes on with its last level.
        return {
            level: env.actions[level][: 1 + level % 7]
            for env in envs
            for level in env.actions
            if level in dict(levels).values()
        }

    levels = [(index, START + 3 * index) for index in range(20)]
    alone, together = actions((1,), levels, 4), actions((3, 2), levels, 4)
    assert alone == together and len({tuple(one) for one in alone.values()}) > 5
    assert actions((2, 2), levels[5::2], 4) == {level: alone[level] for _, level in levels[5::2]}
    assert actions((1,), levels, 5) != alone


def test_where_levels_cannot_be_chosen_each_game_plays_a_fixed_share():
    envs = [MadeUpGames(2, False), MadeUpGames(1, False, first=200)]
    played = list(play_levels(envs, logits, [(index, None) for index in range(10)], seed=0))
    assert sorted(one.index for one in played) == list(range(10))
    # The games' own levels, one after the other: four of the first, three of each other.
    assert sorted(one.level for one in played) == [0, 1, 2, 3, 100, 101, 102, 200, 201, 202]


def test_a_game_that_does_not_say_whether_it_was_solved_is_told_by_the_return():
    class Silent(MadeUpGames):
        def endings(self):
            return [Ending(None, None, "unknown")] * self.num_envs

    played = list(play_levels([Silent(1, False)], logits, [(0, None), (1, None)], seed=0))
    assert [(one.level, one.solved, one.cause) for one in played] == [(None, False, "unknown"), (None, True, None)]


def test_the_policy_works_for_several_groups_of_games_at_once():
    both_wait = threading.Barrier(2)

    def together(observations):
        both_wait.wait(timeout=60)
        return logits(observations)

    envs = [MadeUpGames(1, False, first=7), MadeUpGames(1, False, first=14)]
    played = list(play_levels(envs, together, [(0, None), (1, None)], seed=0))
    assert sorted(one.index for one in played) == [0, 1]


def test_an_error_of_the_policy_ends_the_play():
    def broken(observations):
        raise ValueError("no logits")

    with pytest.raises(ValueError, match="no logits"):
        list(play_levels([MadeUpGames(2, True), MadeUpGames(2, True)], broken, [(0, 1), (1, 2)], seed=0))
