"""Whole episodes: which are kept, and that they are whole."""

import gc
import mmap
import weakref

import numpy as np
import pytest

from understanding_rl_vision import large_arrays
from understanding_rl_vision.envs import Environment
from understanding_rl_vision.envs.base import Ending
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.play.episodes import (
    EpisodeRecorder,
    as_trajectories,
    play_quota,
    sample_episodes,
    with_episodes,
    with_levels_of,
)
from understanding_rl_vision.progress import Progress

QUIET = Progress(quiet=True)


class Levels(Environment):
    """Level n takes n + 1 steps and is solved if n is even; game g plays g, g + 1, ... unless told otherwise.

    An observation shows the level and the step in it.
    """

    observation_shape = (1, 1, 2)
    action_combos = [(), ("A",), ("B",)]
    can_choose_levels = True

    def __init__(self, num_envs):
        self.num_envs = num_envs
        self._levels = list(range(num_envs))
        self._steps = [0] * num_envs
        self._before = self._levels
        self._rewards = np.zeros(num_envs, np.float32)

    def observe(self):
        shown = np.array([[[pair]] for pair in zip(self._levels, self._steps)], np.uint8)
        return self._rewards, shown, np.array(self._steps) == 0

    def act(self, actions):
        self._before = list(self._levels)
        for game, level in enumerate(self._before):
            self._steps[game] += 1
            self._rewards[game] = float(level % 2 == 0 and self._steps[game] > level)
            if self._steps[game] > level:
                self._levels[game], self._steps[game] = level + 1, 0

    def full_frames(self):
        return np.tile(self.observe()[1][..., 1:], (1, 2, 2, 3))

    def start_levels(self, levels):
        for game, level in levels.items():
            self._levels[game], self._steps[game] = level, 0

    def endings(self):
        return [
            Ending(level, level % 2 == 0, None if level % 2 == 0 else "lava") if step == 0 else None
            for level, step in zip(self._before, self._steps)
        ]


class Unnumbered(Levels):
    """The same game, which says nothing of its levels."""

    can_choose_levels = False

    def endings(self):
        return [Ending(None, None, "unknown") if step == 0 else None for step in self._steps]


class Watched(Levels):
    """The same game, which knows how many of the pictures that it gave are still in memory."""

    def __init__(self, num_envs):
        super().__init__(num_envs)
        self._given = []

    def observe(self):
        rewards, shown, firsts = super().observe()
        self._given.append(weakref.ref(shown))
        return rewards, shown, firsts

    def full_frames(self):
        frames = super().full_frames()
        self._given.append(weakref.ref(frames))
        return frames

    def pictures_held(self):
        gc.collect()
        return sum(given() is not None for given in self._given)


class Uniform:
    def outputs(self, observations):
        return np.zeros((len(observations), 3), np.float32), observations[:, 0, 0, 1] / 8.0


def sample(wanted, env=Levels, num_envs=3, max_steps=100, seed=0, **options):
    return sample_episodes(env(num_envs), Uniform(), wanted, seed, max_steps, QUIET, **options)


def shown_levels(trajectories):
    """The level that each trajectory shows; its steps must all be there, from the first."""
    for observations in trajectories["observations"]:
        level = observations[0, 0, 0, 0]
        assert (observations[:, 0, 0, 0] == level).all()
        assert observations[:, 0, 0, 1].tolist() == list(range(level + 1))
    return [int(observations[0, 0, 0, 0]) for observations in trajectories["observations"]]


def test_no_pictures_are_held_in_memory(monkeypatch):
    monkeypatch.setattr(large_arrays, "LARGE", 1000)
    env = Watched(3)
    played = list(play_quota(EpisodeRecorder(env, Uniform(), 0, full_resolution=True), 60, 3))
    assert sum(len(episode.steps["actions"]) for episode in played) > 600 and env.pictures_held() <= 4
    trajectories = as_trajectories(played)
    assert sorted(shown_levels(trajectories)) == sorted(episode.level for episode in played)
    for name in ("observations", "observations_full"):
        (whole,) = {id(rows.base): rows.base for rows in trajectories[name]}.values()
        assert isinstance(whole.base, (mmap.mmap, memoryview))


@pytest.mark.parametrize("wanted, levels", [("failed", [1, 1, 3]), ("solved", [0, 2, 2])])
def test_the_first_of_each_game_is_kept_whole(wanted, levels):
    found = sample(wanted)
    assert shown_levels(found) == levels
    assert [len(rows) for rows in found["actions"]] == [level + 1 for level in levels]
    assert all(firsts[0] and not firsts[1:].any() for firsts in found["firsts"])
    solved = wanted == "solved"
    cause = None if solved else "lava"
    assert found["episodes"] == [{"level": level, "solved": solved, "cause": cause} for level in levels]
    assert [rewards[-1] for rewards in found["rewards"]] == [float(solved)] * 3
    assert set(found) == {"observations", "actions", "rewards", "firsts", "episodes"}


def test_chosen_levels_are_played_in_any_order_and_number():
    assert shown_levels(sample([5, 2, 2, 7])) == [5, 2, 2, 7]
    assert shown_levels(sample([4, 1, 6], num_envs=2)) == [4, 1, 6]
    with pytest.raises(InputError, match="levels of this game cannot be chosen.*'failed' and 'solved' are accepted"):
        sample([4], Unnumbered)


def test_where_the_game_does_not_say_a_reward_at_the_end_tells_that_it_was_solved():
    found = sample("solved", Unnumbered)
    assert shown_levels(found) == [0, 2, 2]
    assert found["episodes"][0] == {"level": None, "solved": True, "cause": None}
    assert sample("failed", Unnumbered)["episodes"][0]["cause"] == "unknown"


def test_a_search_ends(capsys):
    # Game 0 has solved level 0 after a step, the others not after two.
    assert shown_levels(sample("solved", max_steps=2)) == [0]
    with pytest.raises(InputError, match="No failed episode in 1 steps of each of 3 games.*larger max_steps"):
        sample("failed", max_steps=1)
    sample_episodes(Levels(3), Uniform(), "solved", 0, 2, Progress())
    assert "Only 1 of 3 games had a solved episode in 2 steps" in capsys.readouterr().err


def test_frames_of_full_size_are_of_the_same_steps():
    found = sample("failed", full_resolution=True)
    for frames, observations in zip(found["observations_full"], found["observations"]):
        assert frames.shape[1:] == (2, 2, 3)
        np.testing.assert_array_equal(frames[:, 0, 0, 0], observations[:, 0, 0, 1])


def test_what_a_game_does_depends_on_its_seed_and_on_no_other_game():
    first, again, other = (sample([6, 6, 6], seed=seed)["actions"] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert any(np.any(a != b) for a, b in zip(first, other))
    # Others that end earlier make no difference.
    np.testing.assert_array_equal(sample([6, 0, 0], seed=1)["actions"][0], first[0])


def test_each_game_plays_its_share():
    played = list(play_quota(EpisodeRecorder(Levels(3), Uniform(), 0), 7, 3))
    assert sorted(episode.level for episode in played) == [0, 1, 1, 2, 2, 2, 3]
    trajectories = as_trajectories(played)
    assert sorted(shown_levels(trajectories)) == [0, 1, 1, 2, 2, 2, 3]
    np.testing.assert_allclose(played[-1].steps["values"], np.arange(len(played[-1].steps["values"])) / 8)


@pytest.mark.parametrize("wanted", ["lost", [], 3, {"failed"}, [-1], [1.5], ["failed"], [2**31]])
def test_other_episodes_are_refused(wanted):
    with pytest.raises(InputError, match="given"):
        with_episodes({}, wanted)


def test_others_play_the_same_levels():
    play = {"num_envs": 9, "seed": 1, "episodes": "failed"}
    assert with_levels_of(play, sample("failed")) == {"num_envs": 3, "seed": 1, "episodes": [1, 1, 3]}
    with pytest.raises(InputError, match="levels have no numbers"):
        with_levels_of(play, sample("failed", Unnumbered))
