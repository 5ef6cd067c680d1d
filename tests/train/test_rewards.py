import numpy as np
import pytest

from understanding_rl_vision.train.rewards import RewardProcessor, merge_moments

REWARDS = np.array([10.0, 0.0, -5.0], np.float32)
FIRSTS = np.array([True, False, False])


@pytest.mark.parametrize("processing, expected", [("none", [1.0, 0.0, -0.5]), ("clip", [1.0, 0.0, -1.0])])
def test_rewards_are_scaled_and_processed(processing, expected):
    np.testing.assert_allclose(RewardProcessor(processing, 0.1, 0.99, 3)(REWARDS, FIRSTS), expected)


def test_normalize_divides_by_the_spread_of_discounted_returns():
    random = np.random.RandomState(0)
    processor = RewardProcessor("normalize", 1.0, 0.9, 4)
    returns, seen = np.zeros(4), []
    for _ in range(300):
        rewards, firsts = random.randn(4).astype(np.float32), random.rand(4) < 0.2
        processed = processor(rewards, firsts)
        returns = returns * 0.9 + rewards
        seen.append(returns)
        returns = np.where(firsts, 0, returns)
        expected = rewards / np.std(seen)
    np.testing.assert_allclose(processed, expected, rtol=1e-3)
    assert processed.dtype == np.float32


def test_normalize_cuts_what_is_far_out():
    processor = RewardProcessor("normalize", 1.0, 0.9, 2)
    for _ in range(100):
        processor(np.full(2, 0.01, np.float32), np.ones(2, bool))
    assert processor(np.array([0.0, -1e4], np.float32), np.ones(2, bool))[1] >= -10


def test_normalize_goes_on_from_its_state():
    random = np.random.RandomState(0)
    steps = [(random.randn(3).astype(np.float32), random.rand(3) < 0.2) for _ in range(20)]
    whole, first, second = (RewardProcessor("normalize", 1.0, 0.9, 3) for _ in range(3))
    results = [whole(*step) for step in steps]
    for step in steps[:10]:
        first(*step)
    second.set_state(first.get_state())
    np.testing.assert_array_equal([second(*step) for step in steps[10:]], results[10:])


def test_merge_moments_gives_those_of_all_values():
    values = np.random.RandomState(0).randn(30)
    first = {"count": 10, "mean": values[:10].mean(), "variance": values[:10].var()}
    merged = merge_moments(first, values[10:])
    assert merged == pytest.approx({"count": 30, "mean": values.mean(), "variance": values.var()})
