import contextlib

import numpy as np
import pytest

from tests.train.games import CoinGame
from understanding_rl_vision.progress import Progress
from understanding_rl_vision.synthesize import goggles
from understanding_rl_vision.synthesize.picture_agent import Outputs

SETTINGS = {"goggles_episodes": 40, "epsilon": 0.0, "greedy": True, "seed": 0}


class Walker:
    """Walks towards the coin where it sees it, else to the left."""

    def arrays(self, pictures):
        columns = pictures.max(axis=1)
        coin, walker = columns[..., 0].argmax(axis=1), columns[..., 1].argmax(axis=1)
        seen = columns[..., 0].max(axis=1) > 0
        right = seen & (coin > walker)
        return Outputs(np.stack([0 * right, ~right, right], axis=1).astype(float), None, None)


class Blind:
    def reconstruct(self, pictures):
        return pictures * np.array([0, 1, 1])


class Clear:
    def reconstruct(self, pictures):
        return pictures / 255


@pytest.fixture
def games(monkeypatch):
    @contextlib.contextmanager
    def environment(checkpoint, num_envs, *, seed, epsilon_greedy):
        assert epsilon_greedy == 0
        yield CoinGame(num_envs, seed)

    monkeypatch.setattr(goggles, "picture_environment", environment)


def test_the_agent_plays_first_episodes_by_reconstructions(games):
    progress = Progress(quiet=True)
    own, clear, blind = (
        goggles.scores(None, Walker(), seen, SETTINGS, progress, "play") for seen in (None, Clear(), Blind())
    )
    np.testing.assert_array_equal(own, 1)
    np.testing.assert_array_equal(clear, own)
    assert 0 < blind.mean() < 0.9 and set(blind) == {0, 1}


def test_summary_has_the_standard_error():
    found = goggles.summary(np.array([0.0, 0, 10, 10]))
    assert found["mean"] == 5 and found["standard_error"] == pytest.approx(np.sqrt(100 / 3) / 2)
    assert found["scores"] == [0, 0, 10, 10]
    assert goggles.summary(np.array([3.0])) == {"mean": 3, "standard_error": None, "scores": [3]}
