"""What is found, and in which order."""

import numpy as np
import pytest

from tests.helpers.episodes import episode
from understanding_rl_vision.find.search import Search
from understanding_rl_vision.play.advantages import episode_gae


def test_episodes_are_ranked_by_size_and_the_largest_are_kept(search):
    found = {kind: [find.searched.level for find in finds] for kind, finds in search.found.items()}
    # Dying is as bad news as the value was high. Spikes are in the middle of an episode; the third one has none.
    assert found == {"failure": [13, 10, 12], "advantage": [13, 11, 10, 12], "spike": [11]}
    first = search.found["failure"][0]
    assert (first.frame, first.score, first.size) == (3, -4.0, 4.0)
    (spike,) = search.found["spike"]
    assert (spike.frame, spike.score) == (1, 1.5)
    largest = search.found["advantage"][1]
    advantages = episode_gae(np.array([0, 0, 0, 1.0]), np.array([0.5, 2, 0.5, 0.25]), 0.5, 0.5)
    assert largest.frame == np.argmax(np.abs(advantages)) == 1
    assert largest.score == pytest.approx(advantages[1]) and largest.score < 0
    assert {number: kept.level for number, kept in search.episodes.items()} == {0: 10, 1: 11, 3: 13}


def test_a_constant_value_is_told_and_has_no_spikes():
    search = Search(["failure", "advantage", "spike"], 2, 0.5, 0.5)
    search.add(episode(10, [0.5, 0.5, 0.5], False))
    search.add(episode(11, [0.5, 0.5], True))
    assert search.constant_value == 0.5 and search.found["spike"] == []
    assert [find.searched.level for find in search.found["advantage"]] == [10, 11]
    search.add(episode(12, [0.25, 0.5], True))
    assert search.constant_value is None


def test_without_values_failures_are_ranked_by_their_return(without_values):
    assert [(find.searched.level, find.frame, find.score) for find in without_values.found["failure"]] == [
        (11, 2, -3),
        (10, 1, 1),
    ]
    assert without_values.constant_value is None


def test_ties_go_to_the_earlier_episode():
    search = Search(["advantage"], 1, 0.5, 0.5)
    for level in (5, 6):
        search.add(episode(level, [0.5, 0.5], True))
    assert list(search.episodes) == [0]
