"""Arrays that may be larger than memory: in a temporary file, of which the system keeps as much in memory as it can."""

import mmap
import os
import tempfile

import numpy as np

from understanding_rl_vision.errors import InputError
from understanding_rl_vision.memory import available_memory

# Smaller ones are in memory: many files cost more than they save.
LARGE = 256 << 20


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
            "{:.1f} GB of frames have room neither in the folder for temporary files, {} ({}), nor in memory. Free "
            "some, or name another folder in the environment variable TMPDIR.".format(
                size / 1e9, tempfile.gettempdir(), error
            )
        ) from error


def _mapped(size):
    with tempfile.TemporaryFile() as file:
        # A full disk is an OSError now. Later, in the middle of a mapped file, it would end the process.
        os.posix_fallocate(file.fileno(), 0, size)
        return mmap.mmap(file.fileno(), size)
