import numpy as np

from understanding_rl_vision.play.advantages import (
    bookmarks,
    dones_from_firsts,
    episode_gae,
    episodes,
    gae,
    value_spikes,
    with_final_values,
)


def slow_gae(rewards, values, dones, gamma, lam):
    """The sum of discounted temporal differences, written out for one trajectory."""
    steps = len(values)
    advantages = np.zeros(steps)
    for start in range(steps - 1):
        weight = 1.0
        for t in range(start, steps - 1):
            following = 0 if dones[t] else values[t + 1]
            advantages[start] += weight * (rewards[t] + gamma * following - values[t])
            if dones[t]:
                break
            weight *= gamma * lam
    return advantages


def test_gae_of_three_steps_done_by_hand():
    advantages = gae(np.array([[1.0, 2, 4]]), np.array([[0.5, 1, 3]]), np.zeros((1, 3)), 0.5, 0.5)
    # Differences: 1 + 0.5 * 1 - 0.5 = 1 and 2 + 0.5 * 3 - 1 = 2.5.
    np.testing.assert_allclose(advantages, [[1 + 0.25 * 2.5, 2.5, 0]])


def test_gae_is_the_sum_of_discounted_differences_within_an_episode():
    random = np.random.RandomState(0)
    rewards, values = random.randn(2, 3, 12)
    dones = np.zeros((3, 12))
    dones[0, [3, 4, 9]] = 1
    dones[1, 11] = 1
    advantages = gae(rewards, values, dones, 0.9, 0.8)
    expected = [slow_gae(*rows, 0.9, 0.8) for rows in zip(rewards, values, dones)]
    np.testing.assert_allclose(advantages, expected)
    assert (advantages[:, -1] == 0).all()


def test_the_last_step_of_a_whole_episode_has_an_advantage():
    advantages = episode_gae(np.array([1.0, 2, 4]), np.array([0.5, 1, 3]), 0.5, 0.5)
    np.testing.assert_allclose(advantages, [1 + 0.25 * (2.5 + 0.25 * 1), 2.5 + 0.25 * 1, 1])


def test_where_a_limit_cut_an_episode_off_the_discounted_value_of_what_follows_is_a_reward():
    rewards = np.array([[1.0, 2, 0, 4]])
    assert with_final_values(rewards, None, 0.5) is rewards
    assert with_final_values(rewards, np.array([[0.0, 3, 0, 0]]), 0.5).tolist() == [[1, 3.5, 0, 4]]


def test_a_step_is_done_when_the_next_is_a_first():
    firsts = np.array([[True, False, True, False], [False, False, False, True]])
    assert dones_from_firsts(firsts).tolist() == [[0, 1, 0, 0], [0, 0, 1, 0]]


def test_episodes_end_with_a_done_step_or_with_the_trajectory():
    dones = np.array([[0, 1, 0, 0, 1, 0], [0, 0, 0, 0, 0, 1], [0, 0, 0, 0, 0, 0]])
    assert episodes(dones) == [(0, 0, 2), (0, 2, 5), (0, 5, 6), (1, 0, 6), (2, 0, 6)]
    assert episodes(np.eye(1, 300, 299)) == [(0, 0, 300)]
    # The last of several that ends with the trajectory is followed by none.
    assert episodes(np.array([[0, 1, 0, 1]])) == [(0, 0, 2), (0, 2, 4)]


def test_bookmarks_are_each_episodes_extremes_by_size():
    advantages = np.array([[1.0, 3, 2, -5, 4, 0], [-1, -2, -3, -4, -4, -1]])
    dones = np.array([[0, 1, 0, 0, 1, 0], [0, 0, 1, 0, 0, 0]])
    found = bookmarks(advantages, dones, 16)
    # The last episode of trajectory 0 has advantage 0 only; those of trajectory 1 have none above 0.
    assert found["high"] == [[0, 4], [0, 1]]
    assert found["low"] == [[0, 3], [1, 3], [1, 2]]
    assert bookmarks(advantages, dones, 1) == {"high": [[0, 4]], "low": [[0, 3]]}
    assert bookmarks(advantages, dones, 0) == {"high": [], "low": []}


def test_spikes_stick_out_from_both_neighbours():
    assert value_spikes(np.array([0.0, 0, 5, 1, 1, 1, 4, 4, 4, -3])).tolist() == [0, 0, 4, 0, 0, 0, 0, 0, 0, 0]
    assert value_spikes(np.array([1.0, 1, -2, 1])).tolist() == [0, 0, -3, 0]
    # Of any size, and however unequal both sides are.
    assert value_spikes(np.array([0.0, 0.5, 0.25, 0.25, 1.25, -3])).tolist() == [0, 0.25, 0, 0, 1, 0]
    for count in (1, 2):
        assert value_spikes(np.arange(count)).tolist() == [0] * count
