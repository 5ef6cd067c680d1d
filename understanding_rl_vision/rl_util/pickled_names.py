"""The names that a pickle may use, and what each builds: NumPy arrays, scalars and dtypes, and Python's containers.

Joblib writes an array as a small wrapper object followed by the array's bytes in the middle of the pickle
(`joblib.numpy_pickle.NumpyArrayWrapper`): the state of the wrapper says how many bytes to take from the file.
"""

import collections
import functools
import operator
import pathlib
import pickle

import numpy as np

from understanding_rl_vision.rl_util.placeholders import Placeholder


class Named(Placeholder):
    """What a name of the table stands for. `make`: function of the arguments that builds it, or None."""

    def __init__(self, name, make):
        super().__init__(name)
        self.make = make


class Deferred(Placeholder):
    """Stands for an object until its state arrives; `finish(state, unpickler)` then returns the object."""

    name = None
    result = None

    def __init__(self, *args):
        self.args = args


class _Dtype(Deferred):
    """`numpy.dtype(code, align, copy)`, whose state carries byte order and fields."""

    name = "numpy.dtype"

    def finish(self, state, unpickler):
        code, order, (subarray, names, fields, size) = self.args[0], state[1], state[2:6]
        if subarray is not None:
            base, shape = subarray
            dtype = np.dtype((_checked(base), shape))
        elif names is not None:
            formats, offsets = zip(*(fields[name][:2] for name in names))
            formats = [_checked(field) for field in formats]
            dtype = np.dtype({"names": list(names), "formats": formats, "offsets": list(offsets), "itemsize": size})
        elif isinstance(code, str):
            dtype = np.dtype(code).newbyteorder(order)
        elif isinstance(code, Placeholder):
            return code
        else:
            raise pickle.UnpicklingError("a dtype is damaged")
        return dtype if unpickler.with_placeholders or _is_plain(dtype) else Placeholder("numpy.dtype of " + str(dtype))


class _PickledArray(Deferred):
    """`numpy.core.multiarray._reconstruct`: an array with its bytes inside the pickle."""

    name = "numpy.ndarray"

    def finish(self, state, unpickler):
        if not isinstance(self.args[0], Named):
            return Placeholder(self.args[0].name)
        _, shape, dtype, fortran_order, data = state
        return _frombuffer(data, dtype, shape, "F" if fortran_order else "C")


class _JoblibArray(Deferred):
    """`joblib.numpy_pickle.NumpyArrayWrapper`: an array with its bytes after the wrapper's state."""

    name = "numpy.ndarray"

    def finish(self, state, unpickler):
        subclass, dtype, shape = state["subclass"], _checked(state["dtype"]), state["shape"]
        if dtype.hasobject:
            # Their objects are a pickle of their own.
            unpickler.skip_pickle()
            return _array_of(dtype)
        if state.get("numpy_array_alignment_bytes") is not None:
            unpickler.file.read(unpickler.file.read(1)[0])
        data = np.empty(functools.reduce(operator.mul, shape, dtype.itemsize), np.uint8)
        _fill(data, unpickler.file)
        if not isinstance(subclass, Named):
            return Placeholder(subclass.name)
        return _shaped(data, dtype, shape, state["order"]) if _is_plain(dtype) else _array_of(dtype)


def _checked(dtype):
    if isinstance(dtype, Placeholder):
        raise pickle.UnpicklingError("how long an array of {} is cannot be known".format(dtype.name))
    if not isinstance(dtype, np.dtype):
        raise pickle.UnpicklingError("a dtype is damaged")
    return dtype


def _is_plain(dtype):
    """Whether values of a NumPy dtype are numbers, text or bytes, or made of them: no references, no times."""
    if dtype.subdtype is not None:
        return _is_plain(dtype.base)
    if dtype.names is not None:
        return all(_is_plain(dtype.fields[name][0]) for name in dtype.names)
    return dtype.kind in "biufcSUV"


def _array_of(dtype):
    return Placeholder("numpy.ndarray of {}".format(dtype))


def _fill(data, file):
    view, done = memoryview(data), 0
    while done < len(data):
        count = file.readinto(view[done:])
        if not count:
            raise EOFError("an array is cut short")
        done += count


def _shaped(data, dtype, shape, order):
    array = data.view(dtype).reshape(shape, order=order)
    return array if dtype.isnative else array.astype(dtype.newbyteorder("="))


def _frombuffer(data, dtype, shape, order):
    if not _is_plain(_checked(dtype)):
        return _array_of(dtype)
    data = data.encode("latin1") if isinstance(data, str) else data
    return _shaped(np.frombuffer(data, np.uint8).copy(), dtype, shape, order)


def _scalar(dtype, data):
    array = _frombuffer(data, dtype, (), "C")
    return array if isinstance(array, Placeholder) else array[()]


def _latin1(text, encoding):
    """`_codecs.encode` as pickles of protocol 2 use it: for bytes."""
    if encoding != "latin1":
        raise pickle.UnpicklingError("bytes encoded as {!r}".format(encoding))
    return text.encode("latin1")


def _byte_string(kind, content=b"", *encoding):
    if not isinstance(content, (bytes, str)):
        # A number would be a size, of any amount.
        raise pickle.UnpicklingError("{} of a {}".format(kind.__name__, type(content).__name__))
    return kind(content, *encoding)


def _reconstructed(named, *base):
    """`copyreg._reconstructor`, by which pickles of protocols 0 and 1 make objects."""
    return named.make() if isinstance(named, Named) else Placeholder(named.name)


def _table(makers):
    return {tuple(name.rsplit(".", 1)): Named(name, make) for name, make in makers.items()}


def _plain_names():
    makers = {
        "numpy.dtype": _Dtype,
        "numpy.ndarray": None,
        "numpy.memmap": None,
        "joblib.numpy_pickle.NumpyArrayWrapper": _JoblibArray,
        "collections.OrderedDict": collections.OrderedDict,
        "collections.deque": collections.deque,
        "_codecs.encode": _latin1,
    }
    for core in ("numpy.core", "numpy._core"):
        makers[core + ".multiarray._reconstruct"] = _PickledArray
        makers[core + ".multiarray.scalar"] = _scalar
        makers[core + ".numeric._frombuffer"] = _frombuffer
    for builtin in (bytearray, bytes, complex, frozenset, set):
        make = functools.partial(_byte_string, builtin) if builtin in (bytearray, bytes) else builtin
        makers["builtins." + builtin.__name__] = make
        makers["__builtin__." + builtin.__name__] = make
    return _table(makers)


def _more_names():
    makers = {
        # What makes a defaultdict's values is dropped.
        "collections.defaultdict": lambda *factory: {},
        "argparse.Namespace": lambda: {},
        "types.SimpleNamespace": lambda: {},
        "copyreg._reconstructor": _reconstructed,
        "copy_reg._reconstructor": _reconstructed,
    }
    for module in ("pathlib", "pathlib._local"):
        for prefix in ("", "Pure"):
            makers["{}.{}Path".format(module, prefix)] = lambda *parts: str(pathlib.PurePosixPath(*parts))
            makers["{}.{}PosixPath".format(module, prefix)] = lambda *parts: str(pathlib.PurePosixPath(*parts))
            makers["{}.{}WindowsPath".format(module, prefix)] = lambda *parts: str(pathlib.PureWindowsPath(*parts))
    return _table(makers)


PLAIN_NAMES = _plain_names()
NAMES = {**PLAIN_NAMES, **_more_names()}
