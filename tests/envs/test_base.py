import numpy as np
import pytest

from understanding_rl_vision import checks
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


@pytest.mark.parametrize(
    "check, value",
    [
        (lambda value: checks.check_integer("x", value, 0), 1.5),
        (lambda value: checks.check_integer("x", value, 0), -1),
        (lambda value: checks.check_integer("x", value, 0), 2**31),
        (lambda value: checks.check_number("x", value, 0, 1), "0.5"),
        (lambda value: checks.check_number("x", value, 0, 1), float("nan")),
        (lambda value: checks.check_flag("x", value), 2),
        (lambda value: checks.check_choice("x", value, ("a", "b")), "c"),
        (lambda value: checks.check_directory("x", value), "no such folder"),
        (lambda value: checks.check_directory("x", value), 7),
    ],
)
def test_a_refused_value_is_named_with_what_is_accepted(check, value):
    with pytest.raises(InputError) as raised:
        check(value)
    assert "x={!r}".format(value) in str(raised.value) and "accepted" in str(raised.value)


def test_numpy_values_from_checkpoints_are_accepted():
    assert checks.check_flag("x", np.bool_(True)) is True
    assert checks.check_integer("x", np.int64(5), 0) == 5
    assert checks.check_number("x", np.float32(0.25), 0, 1) == 0.25


def test_a_missing_package_is_named_with_how_to_get_it():
    with pytest.raises(MissingPackageError) as raised:
        base.import_package("package_that_is_not_there", "The game pong", "Install it with: pip install that")
    assert "The game pong needs the package package_that_is_not_there" in str(raised.value)
    assert str(raised.value).endswith("pip install that")
