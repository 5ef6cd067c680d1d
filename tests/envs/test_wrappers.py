import numpy as np
import pytest

from understanding_rl_vision.envs import base, wrappers
from understanding_rl_vision.errors import InputError


class CountingGames(base.Environment):
    """Shows how far the episode of `length` steps is, and notes its actions."""

    observation_shape = (1, 1, 2)
    action_combos = [()] * 5

    def __init__(self, num_envs, length=1000):
        self.num_envs = num_envs
        self.length = length
        self.time = 0
        self.acted = []

    def observe(self):
        step = self.time % self.length
        observations = np.full((self.num_envs, 1, 1, 2), [step + 1, 100 + step], np.uint8)
        return np.full(self.num_envs, 10, np.float32), observations, np.full(self.num_envs, step == 0)

    def act(self, actions):
        self.acted.append(actions)
        self.time += 1


def make(env, seed=0, **options):
    return wrappers.wrap(env, seed=seed, **wrappers.check_wrapper_options(**options))


def play(env, actions):
    for action in actions:
        env.observe()
        env.act(np.full(env.num_envs, action))


def test_without_options_nothing_is_wrapped():
    games = CountingGames(1)
    assert make(games) is games


def test_frames_are_stacked_newest_last_and_zero_before_the_episode():
    env = make(CountingGames(1, length=3), frame_stack=3)
    assert env.observation_shape == (1, 1, 6) and env.frame_channels == 2
    seen = []
    for _ in range(5):
        env.observe()
        seen.append(env.observe()[1][0, 0, 0].tolist())
        env.act(np.zeros(1, int))
    assert seen == [
        [0, 0, 0, 0, 1, 100],
        [0, 0, 1, 100, 2, 101],
        [1, 100, 2, 101, 3, 102],
        [0, 0, 0, 0, 1, 100],
        [0, 0, 1, 100, 2, 101],
    ]


def test_stacked_frames_given_before_do_not_change():
    env = make(CountingGames(1), frame_stack=2)
    _, before, _ = env.observe()
    env.act(np.zeros(1, int))
    env.observe()
    assert before[0, 0, 0].tolist() == [0, 0, 1, 100]


def test_rewards_are_scaled():
    rewards, _, _ = make(CountingGames(2), reward_scale=0.1).observe()
    assert rewards.dtype == np.float32 and np.allclose(rewards, 1)


def test_sticky_actions_repeat_a_quarter_of_the_time():
    games = CountingGames(1000)
    play(make(games, use_sticky_actions=True), [1, 2, 3])
    assert np.all(games.acted[0] == 1)
    assert 0.2 < np.mean(games.acted[1] == 1) < 0.3
    assert np.mean(games.acted[2] == 1) < 0.1 and 0.6 < np.mean(games.acted[2] == 3) < 0.9


def test_sticky_actions_do_not_cross_episodes():
    games = CountingGames(1000, length=2)
    play(make(games, use_sticky_actions=True), [1, 1, 2])
    assert np.all(games.acted[2] == 2)


def test_epsilon_greedy_draws_among_all_actions():
    games = CountingGames(5000)
    play(make(games, epsilon_greedy=0.5), [0])
    shares = np.bincount(games.acted[0], minlength=5) / 5000
    assert np.allclose(shares, [0.6, 0.1, 0.1, 0.1, 0.1], atol=0.04)


class GreyGames(CountingGames):
    """Shows grey pictures, and of each step a last observation of the first game."""

    observation_shape = (32, 48, 3)

    def observe(self):
        rewards, _, firsts = super().observe()
        return rewards, np.full((self.num_envs,) + self.observation_shape, 128, np.uint8), firsts

    def truncations(self):
        return {0: np.full(self.observation_shape, 255, np.uint8)}

    def get_state(self):
        return self.time

    def set_state(self, state):
        self.time = state


def _correlation(noise, shift):
    return np.mean(noise * np.roll(noise, shift, axis=2)) / np.mean(noise**2)


@pytest.mark.parametrize("size", [0, 2])
def test_noise_has_the_spread_and_the_width_asked_for(size):
    env = make(GreyGames(20), image_noise=20, noise_size=size)
    noise = env.observe()[1].astype(float) - 128
    assert abs(noise.mean()) < 1 and noise.std() == pytest.approx(20, rel=0.05)
    # Of normal noise blurred with a Gaussian of standard deviation s, at a distance d: exp(-d² / 4 s²).
    for distance in (1, 3):
        assert _correlation(noise, distance) == pytest.approx(
            np.exp(-(distance**2) / 4 / size**2) if size else 0, abs=0.05
        )
    # Channels and games have noise of their own.
    for one, other in ((noise[..., 0], noise[..., 1]), (noise[0], noise[1])):
        assert abs(np.corrcoef(one.ravel(), other.ravel())[0, 1]) < 0.3
    last = env.truncations()[0]
    assert last.dtype == np.uint8 and last.max() == 255 and 0.3 < np.mean(last < 255) < 0.7


def test_noise_is_that_of_the_step():
    env = make(GreyGames(2), image_noise=20)
    first = env.observe()[1]
    assert np.array_equal(env.observe()[1], first)
    state = env.get_state()
    play(env, [0, 0])
    later = env.observe()[1]
    assert not np.array_equal(first, later)
    env.set_state(state)
    assert np.array_equal(env.observe()[1], first)
    play(env, [0, 0])
    assert np.array_equal(env.observe()[1], later)


@pytest.mark.parametrize("options", [{"epsilon_greedy": 0.5}, {"use_sticky_actions": True}])
def test_the_seed_decides_the_random_actions(options):
    def acted(seed):
        games = CountingGames(50)
        play(make(games, seed=seed, **options), [1, 2, 3, 4])
        return np.array(games.acted)

    assert np.array_equal(acted(1), acted(1))
    assert not np.array_equal(acted(1), acted(2))


@pytest.mark.parametrize(
    "option",
    [
        {"epsilon_greedy": 1.5},
        {"frame_stack": 0},
        {"image_noise": 256},
        {"noise_size": -1},
        {"reward_scale": "1"},
        {"use_sticky_actions": 2},
    ],
)
def test_bad_values_are_refused(option):
    with pytest.raises(InputError, match=next(iter(option))):
        wrappers.check_wrapper_options(**option)
