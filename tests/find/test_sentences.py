"""What is said of a find."""

import numpy as np

from understanding_rl_vision.find.search import Find, Searched
from understanding_rl_vision.find.sentences import what_came, what_happened


def test_a_sentence_says_what_the_value_did_and_what_came_of_it():
    values = np.array([9.0, 8.8, 1.0, 9.0, 9.1, 9.2])

    def find(frame, score, solved=True, cause=None):
        return Find(Searched(0, None, solved, cause, 6, 10.0), frame, score, abs(score))

    spike = find(2, -7.8)
    assert what_happened("spike", spike, values) == "the value fell by 7.8 for one frame, from 8.8 to 1"
    assert what_came("spike", spike) == "Nothing came of it: solved 3 frames later."
    # It has all but risen after one frame, though it goes on to rise.
    assert what_happened("high", find(2, 7.5), values) == "the value rose from 1 to 9 in 1 frame; advantage +7.5"
    assert what_came("high", find(4, 7.5)) == "Solved 1 frame later."
    assert what_happened("low", find(0, -0.5), values) == "the value fell from 9 to 1 in 2 frames; advantage −0.5"
    assert what_came("failure", find(4, -9, False, "lava")) == "Failed by lava 1 frame later."
    assert what_came("low", find(5, -9, None)) == "It ended at this frame, return 10."


def test_where_success_has_a_value_numbers_are_per_cent_of_it():
    values = np.array([9.0, 8.8, 1.0, 9.0])
    spike = Find(Searched(0, None, True, None, 4, 10.0), 2, -7.8, 7.8)
    said = what_happened("spike", spike, values, scale=10)
    assert said == "the value fell by 78 % for one frame, from 88 % to 10 %"
    said = what_happened("high", spike._replace(score=7.5), values, scale=10)
    assert said == "the value rose from 10 % to 90 % in 1 frame; advantage +75 %"
    assert (
        what_happened("low", spike._replace(frame=3, score=-1), values, scale=10)
        == "the value was 90 %; advantage −10 %"
    )
