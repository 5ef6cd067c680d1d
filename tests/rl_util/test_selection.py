"""argmax_nd on cases done by hand; test_colours.py compares it with Lucid's."""

import numpy as np
import pytest

from understanding_rl_vision import rl_util
from understanding_rl_vision.errors import InputError


def test_without_a_limit_it_is_the_maximum():
    x = np.random.RandomState(0).rand(5, 4, 3)
    rows, columns = rl_util.argmax_nd(x, axes=[1, 2])
    np.testing.assert_array_equal(rows * 3 + columns, x.reshape(5, -1).argmax(axis=1))


def test_the_weakest_places_move_on_to_their_second_best():
    # Row 0 is everyone's best; its weakest places are the first (4) and the third (5).
    x = np.array([[4.0, 9, 5], [1, 2, 3], [2, 1, 1]])
    assert rl_util.argmax_nd(x, axes=[0], max_rep=1, max_rep_strict=True)[0].tolist() == [2, 0, 1]
    assert rl_util.argmax_nd(x, axes=[0], max_rep=2, max_rep_strict=True)[0].tolist() == [2, 0, 0]


@pytest.mark.parametrize("strict, expected", [(True, [1, 1, 0]), (False, [0, 1, 0])])
def test_a_place_that_has_tried_everything(strict, expected):
    # Three places, two rows, one use each: it cannot be. The first two move on; then the first, or nobody, returns.
    x = np.array([[1.0, 2, 3], [0, 1, 2]])
    assert rl_util.argmax_nd(x, axes=[0], max_rep=1, max_rep_strict=strict)[0].tolist() == expected


@pytest.mark.parametrize("options", [{"max_rep": 0, "max_rep_strict": True}, {"max_rep": 2}])
def test_options_that_say_nothing_definite(options):
    with pytest.raises(InputError, match="max_rep"):
        rl_util.argmax_nd(np.ones((2, 2)), axes=[0], **options)
