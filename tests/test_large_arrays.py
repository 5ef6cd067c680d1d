"""Arrays that may be larger than memory."""

import errno
import os

import joblib
import numpy as np
import pytest

from understanding_rl_vision import large_arrays
from understanding_rl_vision.errors import InputError

pytestmark = pytest.mark.skipif(not hasattr(os, "posix_fallocate"), reason="there is no such room to be had here")


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(large_arrays, "LARGE", 1000)


def test_a_large_array_is_in_a_file_and_is_like_any_other(tmp_path):
    arrays = [large_arrays.empty(shape, np.uint8) for shape in ((10, 50), (20, 50))]
    assert [array.base is None for array in arrays] == [True, False]
    for array in arrays:
        array[...] = np.arange(50)
        array[3] = 7
        assert type(array) is np.ndarray and array[3].tolist() == [7] * 50
        joblib.dump(array, str(tmp_path / "array"))
        np.testing.assert_array_equal(joblib.load(str(tmp_path / "array")), array)


def test_without_room_on_the_disk_memory_is_taken_or_that_is_said(monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full)
    assert large_arrays.empty((20, 50), np.uint8).base is None
    monkeypatch.setattr(large_arrays, "available_memory", lambda: 10)
    with pytest.raises(InputError, match="No space left on device.*TMPDIR"):
        large_arrays.empty((20, 50), np.uint8)
