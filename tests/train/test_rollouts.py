import numpy as np
import pytest

from tests.train.games import TIME_LIMIT, CoinGame
from understanding_rl_vision.train.ppo import Batch
from understanding_rl_vision.train.rewards import RewardProcessor
from understanding_rl_vision.train.rollouts import EpisodeStats, Rollouts, minibatches, negative_log_probabilities

GAMMA, LAMBDA = 0.9, 0.8


def evaluate(observations):
    """Logits and values that depend on the observation."""
    sums = observations.reshape(len(observations), -1).astype(np.float64) @ np.linspace(-1, 1, 192) / 255
    return np.stack([sums, -sums, 0.5 * sums], axis=1).astype(np.float32), sums.astype(np.float32)


def make_rollouts(num_envs=3, seed=0, processing="none", scale=1.0):
    rewards = RewardProcessor(processing, scale, GAMMA, num_envs)
    return Rollouts(CoinGame(num_envs, seed), rewards, np.random.RandomState(seed))


def replay(actions, num_envs, seed=0):
    """Observations, rewards and dones (games, steps, …) of the game under given actions, and the last observations."""
    env = CoinGame(num_envs, seed)
    steps = []
    _, observations, _ = env.observe()
    for step in actions.T:
        env.act(step)
        rewards, following, firsts = env.observe()
        steps.append((observations, rewards, firsts))
        observations = following
    return [np.stack(arrays, axis=1) for arrays in zip(*steps)] + [observations]


def test_play_records_what_happened():
    batch, episodes = make_rollouts().play(evaluate, 40, GAMMA, LAMBDA)
    actions = batch.actions.reshape(3, 40)
    observations, rewards, dones, _ = replay(actions, 3)
    np.testing.assert_array_equal(batch.observations, observations.reshape((-1,) + observations.shape[2:]))
    logits, values = evaluate(batch.observations)
    np.testing.assert_allclose(batch.values, values, rtol=1e-6)
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(batch.neglogps, -np.log(probabilities[np.arange(120), batch.actions]), rtol=1e-4)
    assert len(episodes) == dones.sum() and sum(episode.total_reward for episode in episodes) == rewards.sum()
    assert max(episode.length for episode in episodes) == TIME_LIMIT


def test_play_computes_advantages_as_defined():
    """A(t) is the sum over k of (gamma lambda)^k delta(t + k), within the episode (Schulman et al. 2016, eq. 16)."""
    steps = 30
    batch, _ = make_rollouts(scale=2.0).play(evaluate, steps, GAMMA, LAMBDA)
    _, rewards, dones, last = replay(batch.actions.reshape(3, steps), 3)
    values = np.concatenate([batch.values.reshape(3, steps), evaluate(last)[1][:, np.newaxis]], axis=1)
    for game in range(3):
        for t in range(steps):
            expected, weight = 0.0, 1.0
            for k in range(t, steps):
                following = 0.0 if dones[game, k] else values[game, k + 1]
                expected += weight * (2 * rewards[game, k] + GAMMA * following - values[game, k])
                weight *= GAMMA * LAMBDA
                if dones[game, k]:
                    break
            assert batch.advantages.reshape(3, steps)[game, t] == pytest.approx(expected, abs=1e-5)
    np.testing.assert_allclose(batch.returns, batch.advantages + batch.values, rtol=1e-6)


def test_episodes_go_on_from_one_play_to_the_next():
    rollouts = make_rollouts()
    episodes = [episode for _ in range(20) for episode in rollouts.play(evaluate, 2, GAMMA, LAMBDA)[1]]
    assert episodes == make_rollouts().play(evaluate, 40, GAMMA, LAMBDA)[1]
    assert isinstance(episodes[0], EpisodeStats)


def test_state_goes_on_as_if_nothing_had_happened():
    rollouts, other = (make_rollouts(seed=seed, processing="normalize") for seed in (0, 5))
    rollouts.play(evaluate, 13, GAMMA, LAMBDA)
    other.play(evaluate, 4, GAMMA, LAMBDA)
    other.set_state(rollouts.get_state())
    expected, expected_episodes = rollouts.play(evaluate, 20, GAMMA, LAMBDA)
    batch, episodes = other.play(evaluate, 20, GAMMA, LAMBDA)
    assert episodes == expected_episodes
    for array, other_array in zip(batch, expected):
        np.testing.assert_array_equal(array, other_array)


def test_negative_log_probabilities_of_large_logits_are_finite():
    neglogps = negative_log_probabilities(np.array([[1000.0, 0.0], [0.0, 0.0]], np.float32), np.array([1, 0]))
    np.testing.assert_allclose(neglogps, [1000, np.log(2)])


def test_minibatches_are_a_partition_in_random_order():
    batch = Batch(*(np.arange(12) + 100 * column for column in range(6)))
    parts = list(minibatches(batch, 3, np.random.RandomState(0)))
    assert [len(part.actions) for part in parts] == [4, 4, 4]
    rows = np.concatenate([part.observations for part in parts])
    assert sorted(rows) == list(range(12)) and list(rows) != list(range(12))
    for part in parts:
        for column in range(6):
            np.testing.assert_array_equal(part[column], part.observations + 100 * column)
