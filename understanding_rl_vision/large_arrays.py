"""Arrays that may be larger than memory: in a temporary file, of which the system keeps as much in memory as it can."""

import mmap
import os
import tempfile
import weakref

import numpy as np

from understanding_rl_vision.errors import InputError
from understanding_rl_vision.memory import available_memory

# Smaller ones are in memory: many files cost more than they save.
LARGE = 256 << 20
MORE_ROOM = "Free some, or name another folder in the environment variable TMPDIR."


def empty(shape, dtype):
    """A new array with this shape and dtype, to be filled; a large one is in a file that goes with it.

    Raises InputError where neither the folder for temporary files nor memory has room.
    """
    dtype = np.dtype(dtype)
    size = int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
    if size < LARGE:
        return np.empty(shape, dtype)
    try:
        return np.frombuffer(_mapped(size), dtype).reshape(shape)
    except (OSError, AttributeError) as error:
        if size < available_memory():
            return np.empty(shape, dtype)
        raise InputError(
            "{:.1f} GB of frames have room neither in the folder for temporary files, {} ({}), nor in memory. "
            "{}".format(size / 1e9, tempfile.gettempdir(), error, MORE_ROOM)
        ) from error


def _mapped(size):
    with tempfile.TemporaryFile() as file:
        # A full disk is an OSError now. Later, in the middle of a mapped file, it would end the process.
        os.posix_fallocate(file.fileno(), 0, size)
        return mmap.mmap(file.fileno(), size)


def _no_room(error):
    return InputError(
        "There is no more room for frames in the folder for temporary files, {} ({}). {}".format(
            tempfile.gettempdir(), error, MORE_ROOM
        )
    )


def of_parts(parts):
    """An array of the bytes of all parts, in a temporary file that grows as they come.

    Raises InputError where that has no room.
    """
    with tempfile.TemporaryFile() as file:
        try:
            for part in parts:
                file.write(part)
            file.flush()
            return np.frombuffer(mmap.mmap(file.fileno(), file.tell()), np.uint8)
        except OSError as error:
            raise _no_room(error) from error


def joined(parts):
    """An array (N_i, ...) of each of some Rows, of the same shape; together they are in one file if they are large."""
    whole = empty((sum(map(len, parts)),) + parts[0].shape[1:], parts[0].dtype)
    arrays = np.split(whole, np.cumsum([len(part) for part in parts])[:-1])
    for part, array in zip(parts, arrays):
        part.read_into(array)
    return arrays


class RowFile:
    """A temporary file of equal arrays, which takes as much room as there are at most at a time.

    places: how many it has room for.
    """

    def __init__(self, shape, dtype):
        self.shape, self.dtype = tuple(shape), np.dtype(dtype)
        self._size = int(np.prod(shape, dtype=np.int64)) * self.dtype.itemsize
        self._file, self.places, self._free = tempfile.TemporaryFile(), 0, []

    def rows(self):
        """Rows that are in this file, none so far."""
        return Rows(self)

    def put(self, row):
        """Write an array; returns its place."""
        if not self._free:
            self._free.append(self.places)
            self.places += 1
        try:
            self._file.seek(self._free[-1] * self._size)
            self._file.write(np.ascontiguousarray(row, self.dtype).tobytes())
            self._file.flush()
        except OSError as error:
            raise _no_room(error) from error
        return self._free.pop()

    def get(self, place, row):
        """Read an array into another."""
        self._file.seek(place * self._size)
        row[...] = np.frombuffer(self._file.read(self._size), self.dtype).reshape(self.shape)

    def free(self, places):
        """Let other arrays be written to some places."""
        self._free += places


class Rows:
    """Arrays in a RowFile one after another, as one array of them; their room is free when this goes."""

    def __init__(self, file):
        self._file, self._places = file, []
        weakref.finalize(self, file.free, self._places).atexit = False

    def __len__(self):
        return len(self._places)

    @property
    def shape(self):
        return (len(self),) + self._file.shape

    @property
    def dtype(self):
        return self._file.dtype

    def append(self, row):
        self._places.append(self._file.put(row))

    def cut(self, count):
        """Keep the first ones only."""
        self._file.free(self._places[count:])
        del self._places[count:]

    def read_into(self, array):
        for place, row in zip(self._places, array):
            self._file.get(place, row)

    def __array__(self, dtype=None, copy=None):
        array = np.empty(self.shape, self.dtype)
        self.read_into(array)
        return array if dtype is None else array.astype(dtype)
