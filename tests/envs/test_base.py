import numpy as np
import pytest

from understanding_rl_vision.envs import base
from understanding_rl_vision.errors import InputError, MissingPackageError


class TwoGames(base.Environment):
    num_envs = 2
    action_combos = [(), ("UP",), ("DOWN",)]


@pytest.mark.parametrize("actions", [[0, 3], [-1, 0], [0], [0.0, 1.0], [[0, 1]]])
def test_actions_that_the_games_do_not_have_are_refused(actions):
    with pytest.raises(InputError, match="Actions"):
        base.check_actions(actions, TwoGames())


def test_actions_of_any_integer_type_are_accepted():
    checked = base.check_actions(np.array([2, 0], np.int64), TwoGames())
    assert checked.dtype == np.int32 and checked.tolist() == [2, 0]


def test_a_missing_package_is_named_with_how_to_get_it():
    with pytest.raises(MissingPackageError) as raised:
        base.import_package("package_that_is_not_there", "The game pong", "Install it with: pip install that")
    assert "The game pong needs the package package_that_is_not_there" in str(raised.value)
    assert str(raised.value).endswith("pip install that")
