"""Joblib files, read without running anything that is in them.

A pickle may name any function of any installed package and have it called. This reader knows a short table of
names and builds what they stand for itself: NumPy arrays, scalars and dtypes, and Python's plain
containers. Everything else is refused by name. Joblib writes an array as a small wrapper object followed by
the array's bytes in the middle of the pickle (`joblib.numpy_pickle.NumpyArrayWrapper`): the state of the
wrapper says how many bytes to take from the file.
"""

import bz2
import collections
import functools
import gzip
import io
import lzma
import operator
import os
import pickle
import zlib

import joblib
import numpy as np

from understanding_rl_vision.errors import InputError, MissingPackageError, UnsafePickleError
from understanding_rl_vision.files import replacing

ACCEPTED = "only NumPy arrays and numbers and Python's plain containers are read, and nothing was executed"


class _Deferred:
    """Stands for an object until its state arrives; `finish(state, file)` then returns the object."""

    def __init__(self, *args):
        self.args = args


class _Dtype(_Deferred):
    """`numpy.dtype(code, align, copy)`, whose state carries byte order and fields."""

    def finish(self, state, file):
        code, order, (subarray, names, fields, size) = self.args[0], state[1], state[2:6]
        if subarray is not None:
            base, shape = subarray
            return np.dtype((_plain(base), shape))
        if names is not None:
            formats, offsets = zip(*(fields[name][:2] for name in names))
            return np.dtype(
                {
                    "names": list(names),
                    "formats": [_plain(field) for field in formats],
                    "offsets": list(offsets),
                    "itemsize": size,
                }
            )
        return _plain(np.dtype(code).newbyteorder(order))


def _plain(dtype):
    """Return `dtype`, a NumPy dtype without references to Python objects, which could be anything."""
    if not isinstance(dtype, np.dtype):
        raise pickle.UnpicklingError("a dtype is damaged")
    if dtype.kind not in "biufcSUV" or dtype.hasobject:
        raise UnsafePickleError("It holds an array of {}; {}.".format(dtype, ACCEPTED))
    return dtype


class _PickledArray(_Deferred):
    """`numpy.core.multiarray._reconstruct`: an array with its bytes inside the pickle."""

    def finish(self, state, file):
        _, shape, dtype, fortran_order, data = state
        return _frombuffer(data, dtype, shape, "F" if fortran_order else "C")


class _JoblibArray(_Deferred):
    """`joblib.numpy_pickle.NumpyArrayWrapper`: an array with its bytes after the wrapper's state."""

    def finish(self, state, file):
        if state.get("numpy_array_alignment_bytes") is not None:
            file.read(file.read(1)[0])
        dtype, shape = _plain(state["dtype"]), state["shape"]
        data = np.empty(functools.reduce(operator.mul, shape, dtype.itemsize), np.uint8)
        view, done = memoryview(data), 0
        while done < len(data):
            count = file.readinto(view[done:])
            if not count:
                raise EOFError("an array is cut short")
            done += count
        return _shaped(data, dtype, shape, state["order"])


class _NumpyClass:
    """`numpy.ndarray` where a pickle names it as the class of an array: never called."""


def _shaped(data, dtype, shape, order):
    array = data.view(dtype).reshape(shape, order=order)
    return array if dtype.isnative else array.astype(dtype.newbyteorder("="))


def _frombuffer(data, dtype, shape, order):
    data = data.encode("latin1") if isinstance(data, str) else data
    return _shaped(np.frombuffer(data, np.uint8).copy(), _plain(dtype), shape, order)


def _scalar(dtype, data):
    return _frombuffer(data, dtype, (), "C")[()]


def _latin1(text, encoding):
    """`_codecs.encode` as pickles of protocol 2 use it: for bytes."""
    if encoding != "latin1":
        raise pickle.UnpicklingError("bytes encoded as {!r}".format(encoding))
    return text.encode("latin1")


def _table():
    names = {
        ("numpy", "dtype"): _Dtype,
        ("numpy", "ndarray"): _NumpyClass,
        ("numpy", "memmap"): _NumpyClass,
        ("joblib.numpy_pickle", "NumpyArrayWrapper"): _JoblibArray,
        ("collections", "OrderedDict"): collections.OrderedDict,
        ("collections", "deque"): collections.deque,
        ("_codecs", "encode"): _latin1,
    }
    for core in ("numpy.core", "numpy._core"):
        names[core + ".multiarray", "_reconstruct"] = _PickledArray
        names[core + ".multiarray", "scalar"] = _scalar
        names[core + ".numeric", "_frombuffer"] = _frombuffer
    for builtin in (bytearray, bytes, complex, frozenset, set):
        names["builtins", builtin.__name__] = builtin
        names["__builtin__", builtin.__name__] = builtin
    return names


class _Unpickler(pickle._Unpickler):
    """The standard library's unpickler in Python, because the one in C reads ahead, past arrays' bytes."""

    names = _table()

    def __init__(self, file):
        super().__init__(file)
        self.file = file

    def find_class(self, module, name):
        try:
            return self.names[module, name]
        except KeyError:
            raise UnsafePickleError("It names {}.{}; {}.".format(module, name, ACCEPTED)) from None

    def load_build(self):
        state, deferred = self.stack.pop(), self.stack.pop()
        if not isinstance(deferred, _Deferred):
            raise UnsafePickleError("It sets attributes of a {}; {}.".format(type(deferred).__name__, ACCEPTED))
        value = deferred.finish(state, self.file)
        for key, remembered in self.memo.items():
            if remembered is deferred:
                self.memo[key] = value
        self.stack.append(value)

    dispatch = dict(pickle._Unpickler.dispatch)
    dispatch[pickle.BUILD[0]] = load_build


def _open_lz4(file):
    try:
        import lz4.frame
    except ImportError:
        raise MissingPackageError("It is compressed with lz4; `pip install lz4` to read it.") from None
    return lz4.frame.open(file)


_DECOMPRESSORS = (
    (b"\x1f\x8b", lambda file: gzip.GzipFile(fileobj=file)),
    (b"\x78", lambda file: io.BytesIO(zlib.decompress(file.read()))),
    (b"BZh", bz2.BZ2File),
    (b"\xfd7zXZ", lzma.LZMAFile),
    (b"\x5d\x00", lzma.LZMAFile),
    (b"\x04\x22\x4d\x18", _open_lz4),
)


def _read(file):
    start = file.read(8)
    file.seek(-len(start), os.SEEK_CUR)
    for magic, decompress in _DECOMPRESSORS:
        if start.startswith(magic):
            file = decompress(file)
    value = _Unpickler(file).load()
    file.read(1)  # At its end a compressed file's checksum is verified.
    return value


def load_joblib(url_or_handle, *, cache=None):
    """Return what is in a joblib file, plain or compressed, written with any NumPy and any Python 3.

    `url_or_handle`: a path or a seekable binary file. `cache`: as in lucid.scratch.rl_util, for remote files
    only. Raises UnsafePickleError when the file holds anything but NumPy arrays (no object arrays), scalars,
    dtypes, numbers, strings, bytes and plain containers; InputError when it is missing or damaged.
    """
    path = getattr(url_or_handle, "name", url_or_handle)
    try:
        if hasattr(url_or_handle, "read"):
            return _read(url_or_handle)
        with open(url_or_handle, "rb") as file:
            return _read(file)
    except InputError as error:
        raise type(error)("Cannot read {}. {}".format(path, error)) from None
    except FileNotFoundError:
        raise InputError("There is no file {}; give the path of a joblib file (.jd).".format(path)) from None
    except IsADirectoryError:
        raise InputError("{} is a folder; give the path of a joblib file (.jd).".format(path)) from None
    except PermissionError as error:
        raise InputError("Cannot read {}: {}.".format(path, error.strerror)) from None
    except Exception as error:  # A damaged pickle can fail in any way; nothing but arrays was built.
        raise InputError(
            "{} is not a joblib file, or it is damaged or cut short ({}: {}). Write it again with joblib.dump.".format(
                path, type(error).__name__, error
            )
        ) from error


def save_joblib(value, url_or_handle, **kwargs):
    """Write `value` with joblib.dump to a path, whole or not at all, or to an open binary file.

    Options of joblib.dump, such as `compress`, may be given. Raises InputError where the path cannot be
    written.
    """
    if hasattr(url_or_handle, "write"):
        joblib.dump(value, url_or_handle, **kwargs)
        return
    with replacing(url_or_handle) as file:
        joblib.dump(value, file, **kwargs)
