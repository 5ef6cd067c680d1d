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


def test_rows_are_in_a_file_whose_room_is_used_again():
    file = large_arrays.RowFile((2, 3), np.uint8)
    first, second = file.rows(), file.rows()
    for i in range(4):
        first.append(np.full((2, 3), i))
        second.append(np.full((2, 3), 10 + i))
    first.cut(3)
    assert (len(first), first.shape, first.dtype) == (3, (3, 2, 3), np.uint8)
    before = file.places
    first.append(np.full((2, 3), 7))
    assert np.asarray(first)[:, 1, 2].tolist() == [0, 1, 2, 7] and file.places == before == 8
    del second
    third = file.rows()
    for i in range(5):
        third.append(np.full((2, 3), 20 + i))
    assert file.places == 9
    whole = large_arrays.joined([third, first])
    assert [rows[:, 0, 0].tolist() for rows in whole] == [[20, 21, 22, 23, 24], [0, 1, 2, 7]]


def test_a_full_disk_under_parts_that_come_is_told(monkeypatch):
    with open(os.devnull, "rb") as closed:
        monkeypatch.setattr(large_arrays.tempfile, "TemporaryFile", lambda: closed)
        with pytest.raises(InputError, match="no more room for frames.*TMPDIR"):
            large_arrays.of_parts([b"12", b"3"])


def test_a_full_disk_under_rows_is_told(monkeypatch):
    file = large_arrays.RowFile((2,), np.uint8)
    rows = file.rows()
    rows.append([1, 2])
    with monkeypatch.context() as patch, open(os.devnull, "rb") as closed:
        patch.setattr(file, "_file", closed)
        with pytest.raises(InputError, match="no more room for frames.*TMPDIR"):
            rows.append([3, 4])
    rows.append([5, 6])
    assert np.asarray(rows).tolist() == [[1, 2], [5, 6]] and file.places == 2
