"""What is found, and in which order."""

import numpy as np
import pytest

from tests.helpers.episodes import episode
from understanding_rl_vision.find.search import KINDS, SAME_CASE, Find, Search, Searched, cases
from understanding_rl_vision.play.advantages import episode_gae


def test_episodes_are_ranked_by_size_and_the_largest_are_kept(search):
    found = {kind: [find.searched.level for find in finds] for kind, finds in search.found.items()}
    # Dying is as bad news as the value was high. Spikes are in the middle of an episode; the third one has none.
    # Low are those that did not fail.
    assert found == {"failure": [13, 10, 12], "spike": [11], "high": [11, 13, 12], "low": [11]}
    first = search.found["failure"][0]
    assert (first.frame, first.score, first.size) == (3, -4.0, 4.0)
    (spike,) = search.found["spike"]
    assert (spike.frame, spike.score) == (1, 1.5)
    advantages = episode_gae(np.array([0, 0, 0, 1.0]), np.array([0.5, 2, 0.5, 0.25]), 0.5, 0.5)
    (low,) = search.found["low"]
    assert low.frame == np.argmin(advantages) == 1 and low.score == pytest.approx(advantages[1]) and low.score < 0
    high = search.found["high"][0]
    assert high.frame == np.argmax(advantages) and high.score == pytest.approx(advantages.max())


def test_a_case_of_several_kinds_is_shown_once(search):
    # What is high or low is near what is a failure or a spike already; of the third only the high is new.
    leading = {kind: [find.searched.level for find in finds] for kind, finds in search.leading.items()}
    assert leading == {"failure": [13, 10], "spike": [11], "high": [12], "low": []}
    assert {number: kept.level for number, kept in search.episodes.items()} == {0: 10, 1: 11, 2: 12, 3: 13}


def test_another_time_in_the_same_episode_is_another_case():
    def find(frame, size):
        return Find(Searched(0, 7, True, None, 99, 1.0), frame, size, size)

    spike, near, far = find(30, 3.0), find(30 + SAME_CASE, 5.0), find(31 + SAME_CASE, 4.0)
    assert cases({"spike": [spike], "high": [far, near]}, 8) == {"spike": [spike], "high": [far]}
    assert cases({"high": [far, near]}, 1) == {"high": [near]}


def test_what_leads_does_not_depend_on_the_order_of_episodes():
    random = np.random.RandomState(0)
    episodes = [
        episode(level, random.uniform(0, 1, random.randint(2, 9)), bool(level % 3 == 0), "lava") for level in range(40)
    ]
    leading = []
    for order in (episodes, episodes[::-1]):
        search = Search(list(KINDS), 3, 0.9, 0.9)
        for one in order:
            search.add(one)
        leading.append(
            {kind: [(find.searched.level, find.frame) for find in finds] for kind, finds in search.leading.items()}
        )
        at_once = cases(search.found, 3)
        assert search.leading == at_once and len(search.episodes) <= 12
    assert leading[0] == leading[1] and all(len(finds) == 3 for finds in leading[0].values())


def test_a_constant_value_is_told_and_has_no_spikes():
    search = Search(["failure", "spike", "high"], 2, 0.5, 0.5)
    search.add(episode(10, [0.5, 0.5, 0.5], False))
    search.add(episode(11, [0.5, 0.5], True))
    assert search.constant_value == 0.5 and search.found["spike"] == []
    assert [find.searched.level for find in search.found["high"]] == [11]
    search.add(episode(12, [0.25, 0.5], True))
    assert search.constant_value is None


def test_without_values_failures_are_ranked_by_their_return(without_values):
    assert [(find.searched.level, find.frame, find.score) for find in without_values.found["failure"]] == [
        (11, 2, -3),
        (10, 1, 1),
    ]
    assert without_values.constant_value is None


def test_ties_go_to_the_earlier_episode():
    search = Search(["high"], 1, 0.5, 0.5)
    for level in (5, 6):
        search.add(episode(level, [0.5, 0.5], True))
    assert list(search.episodes) == [0]
