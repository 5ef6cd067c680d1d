import pathlib

import numpy as np
import pytest

from understanding_rl_vision import checks
from understanding_rl_vision.errors import InputError


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


def test_texts_may_be_paths_and_say_that_they_are_texts():
    assert checks.text("x", pathlib.PurePosixPath("a/b")) == "a/b" == checks.path("x", pathlib.PurePosixPath("a/b"))
    assert checks.text.is_text and checks.path.is_text and checks.choice("a", "b").is_text
    assert not checks.choice(1, 3).is_text and not hasattr(checks.count, "is_text")


def test_what_is_inside_is_named_with_where_it_is():
    with pytest.raises(InputError, match="an item of x=0 given; a number above 0"):
        checks.list_of(checks.positive, "a list of numbers above 0")("x", [1, 0])
    with pytest.raises(InputError, match="x=.. given; a list of numbers above 0"):
        checks.list_of(checks.positive, "a list of numbers above 0")("x", [])
    with pytest.raises(InputError, match="seed of x=-1 given"):
        checks.dict_of({"seed": checks.whole})("x", {"seed": -1})
    assert checks.dict_of({"seed": checks.whole})("x", {"seed": True}) == {"seed": 1}
