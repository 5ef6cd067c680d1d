"""Files made to do harm: nothing of them runs."""

import copyreg
import io

import joblib
import numpy as np
import pytest

from tests.helpers.hostile_pickles import HOSTILE, MAKE
from understanding_rl_vision.errors import InputError, UnsafePickleError
from understanding_rl_vision.rl_util.pickles import load_joblib, load_with_placeholders

ARRAY = np.arange(6, dtype=np.float32).reshape(2, 3)


class Thing:
    """An object with a state, in which there is an array."""

    def __init__(self, **state):
        self.__dict__.update(state)


@pytest.mark.parametrize("opcodes", HOSTILE.values(), ids=HOSTILE)
def test_nothing_runs(quarry, opcodes):
    def file():
        return io.BytesIO(b"\x80\x04}(\x8c\x05extra" + opcodes + b"\x8c\x05afterK\x07u.")

    try:
        assert load_with_placeholders(file())["after"] == 7
    except InputError as error:
        assert "damaged" in str(error)
    with pytest.raises(InputError):
        load_joblib(file())
    assert set(copyreg._extension_cache) == {7}


def test_nothing_runs_in_the_pickle_of_an_object_array(quarry):
    class Runs:
        def __reduce__(self):
            return eval, (MAKE,)

    for value in (Runs(), Thing(state=Runs()), {"a": Runs()}):
        file = io.BytesIO()
        joblib.dump({"extra": np.array([value, None], object), "after": ARRAY}, file)
        file.seek(0)
        np.testing.assert_array_equal(load_with_placeholders(file)["after"], ARRAY)
        file.seek(0)
        with pytest.raises(UnsafePickleError):
            load_joblib(file)
