import numpy as np
import pytest

from tests.helpers.episodes import episode
from understanding_rl_vision.find.search import Search
from understanding_rl_vision.play.episodes import Episode


@pytest.fixture
def search():
    """Of four episodes, the two largest of each kind."""
    search = Search(["failure", "spike", "high", "low"], 2, 0.5, 0.5)
    search.add(episode(10, [0.5, 0.5, 0.75], False, "lava"))
    search.add(episode(11, [0.5, 2.0, 0.5, 0.25], True))
    search.add(episode(12, [0.0, 0.0, 0.25], False, "unknown"))
    search.add(episode(13, [0.5, 0.5, 0.5, 4.0], False, "buzzsaw"))
    return search


@pytest.fixture
def without_values():
    """Of three episodes without values, the two worst failures."""
    search = Search(["failure"], 2, 0.5, 0.5, has_value=False)
    for level, rewards, solved in ((10, [1.0, 0.0], False), (11, [0.0, -1.0, -2.0], False), (12, [0.0, 1.0], True)):
        search.add(Episode(level, solved, None, {"rewards": np.array(rewards, np.float32)}))
    return search
