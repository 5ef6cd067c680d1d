import threading

import numpy as np

from understanding_rl_vision.envs import Environment
from understanding_rl_vision.envs.base import Seen
from understanding_rl_vision.play.sampling import sample_observations, sample_trajectories
from understanding_rl_vision.progress import Progress

QUIET = Progress(quiet=True)


class Counter(Environment):
    """Game n shows its number and its step; episodes are 5 steps long; an action earns itself + 10 · its step."""

    observation_shape = (1, 1, 2)
    action_combos = [(), ("A",), ("B",)]

    def __init__(self, num_envs):
        self.num_envs = num_envs
        self._step = 0
        self._rewards = np.zeros(num_envs, np.float32)

    def observe(self):
        observations = np.zeros((self.num_envs, 1, 1, 2), np.uint8)
        observations[:, 0, 0, 0] = np.arange(self.num_envs)
        observations[:, 0, 0, 1] = self._step
        return self._rewards, observations, np.full(self.num_envs, self._step % 5 == 0)

    def act(self, actions):
        self._rewards = (actions + 10 * self._step).astype(np.float32)
        self._step += 1

    def full_frames(self):
        return np.tile(self.observe()[1][..., 1:], (1, 2, 2, 3))

    def close(self):
        pass


class Uniform:
    def logits(self, observations):
        return np.zeros((len(observations), 3), np.float32)


def test_sample_trajectories_lays_out_games_and_steps():
    trajectories = sample_trajectories(Counter(2), Uniform(), 7, 0, QUIET)
    assert set(trajectories) == {"observations", "actions", "rewards", "firsts", "solved"}
    observations = trajectories["observations"]
    assert observations.shape == (2, 7, 1, 1, 2) and observations.dtype == np.uint8
    assert observations[1, :, 0, 0, 0].tolist() == [1] * 7
    # The first step after making the games is thrown away.
    assert observations[0, :, 0, 0, 1].tolist() == [1, 2, 3, 4, 5, 6, 7]
    assert trajectories["firsts"][0].tolist() == [False, False, False, False, True, False, False]
    # Of the episode that a step ends.
    assert trajectories["solved"][0].tolist() == [-1, -1, -1, 1, -1, -1, -1]
    expected = trajectories["actions"] + 10 * observations[..., 0, 0, 1]
    np.testing.assert_array_equal(trajectories["rewards"], expected)


def test_sample_trajectories_keeps_frames_of_the_same_steps():
    trajectories = sample_trajectories(Counter(2), Uniform(), 3, 0, QUIET, full_resolution=True)
    frames = trajectories["observations_full"]
    assert frames.shape == (2, 3, 2, 2, 3) and frames.dtype == np.uint8
    np.testing.assert_array_equal(frames[..., 0, 0, 0], trajectories["observations"][..., 0, 0, 1])


def test_sample_observations_are_ordered_by_time_then_by_game():
    kept = sample_observations([Counter(3)], Uniform(), 2, 4, 0, QUIET, full_resolution=True)
    assert kept["observations"][:, 0, 0].tolist() == [[0, 4], [1, 4], [2, 4], [0, 8], [1, 8], [2, 8]]
    np.testing.assert_array_equal(kept["observations_full"][:, 1, 1, 2], kept["observations"][:, 0, 0, 1])


class Drawn(Counter):
    """Counts the steps at which frames were asked for."""

    def __init__(self, num_envs, ends_late=False):
        super().__init__(num_envs)
        self.ends_late, self.drawn = ends_late, []

    def full_frames(self):
        self.drawn.append(self._step)
        return super().full_frames()


def test_full_frames_are_drawn_of_the_observations_that_are_kept_alone():
    for ends_late, steps in ((False, {0, 4, 8}), (True, {0, 3, 4, 7, 8})):
        env = Drawn(3, ends_late)
        kept = sample_observations([env], Uniform(), 2, 4, 0, QUIET, full_resolution=True)
        assert set(env.drawn) == steps
        np.testing.assert_array_equal(kept["observations_full"][:, 1, 1, 2], kept["observations"][:, 0, 0, 1])


def test_observations_of_several_environments_are_those_of_one_with_all_games():
    kept = sample_observations([Counter(2), Counter(1)], Uniform(), 2, 4, 0, QUIET)["observations"]
    assert kept[:, 0, 0].tolist() == [[0, 4], [1, 4], [0, 4], [0, 8], [1, 8], [0, 8]]


def test_the_policy_works_for_several_environments_at_once():
    both_wait = threading.Barrier(2)

    class Together(Uniform):
        def logits(self, observations):
            # The first step of each is waited for, one after the other.
            if observations[0, 0, 0, 1] > 0:
                both_wait.wait(timeout=60)
            return super().logits(observations)

    kept = sample_observations([Counter(1), Counter(1)], Together(), 2, 1, 0, QUIET)
    assert len(kept["observations"]) == 4


def test_sampling_follows_its_seed():
    actions = [sample_trajectories(Counter(4), Uniform(), 20, seed, QUIET)["actions"] for seed in (1, 1, 2)]
    np.testing.assert_array_equal(actions[0], actions[1])
    assert np.any(actions[0] != actions[2])


class Telling(Counter):
    """Shows one object, whose place is the step; looks: the steps at which it was looked at."""

    tells_objects = True

    def __init__(self, num_envs):
        super().__init__(num_envs)
        self.looks = []

    def objects(self):
        self.looks.append(self._step)
        return [Seen(np.array(["thing"], object), np.full((1, 4), self._step)) for _ in range(self.num_envs)]


def test_objects_are_those_of_the_observations_that_are_looked_at():
    env = Telling(2)
    objects = sample_observations([env], Uniform(), 6, 4, 0, QUIET)["objects"]
    # One step more is played, which nobody looks at.
    assert env.looks == [4, 8, 12, 16, 20, 24] and objects["kinds"] == ["thing"]
    assert objects["observation"].tolist() == list(range(12)) and objects["box"][:, 0].tolist() == list(
        np.repeat(env.looks, 2)
    )
    assert len(set(objects["episode"])) == 2 * len({step // 5 for step in env.looks})
    assert "objects" not in sample_observations([Counter(2)], Uniform(), 6, 4, 0, QUIET)


def test_a_few_observations_are_looked_at_evenly():
    for most, steps in ((6, [8, 16, 24]), (7, [8, 16, 24]), (12, [4, 8, 12, 16, 20, 24]), (99, None), (1, [24])):
        env = Telling(2)
        objects = sample_observations([env], Uniform(), 6, 4, 0, QUIET, most_looks=most)["objects"]
        steps = [4, 8, 12, 16, 20, 24] if steps is None else steps
        assert env.looks == steps, most
        assert objects["observation"].tolist() == [2 * (step // 4 - 1) + game for step in steps for game in range(2)]
        assert (objects["episode"] >= 0).sum() == 2 * len(steps) and len(objects["episode"]) == 12
