"""The names that a pickle may use, and what each builds: NumPy arrays, scalars and dtypes, and Python's containers.

Joblib writes an array as a small wrapper object followed by the array's bytes in the middle of the pickle
(`joblib.numpy_pickle.NumpyArrayWrapper`): the state of the wrapper says how many bytes to take from the file.
"""

import collections
import functools
import operator
import pathlib
import pickle
import re

import numpy as np

from understanding_rl_vision.rl_util.placeholders import Placeholder

# A type as NumPy writes it in pickles.
_CODE = re.compile(r"[<>|=]?[a-zA-Z?][0-9]{0,9}", re.ASCII)
MOST_FIELDS = 1000
MOST_DIMENSIONS = 32
# An array that is empty may say that it is of any length.
LONGEST_EMPTY = 1 << 31


class Named(Placeholder):
    """What a name of the table stands for.

    make: function of the unpickler and the arguments that builds it, or None.
    """

    def __init__(self, name, make):
        super().__init__(name)
        self.make = make


class Deferred(Placeholder):
    """Stands for an object until its state arrives; `finish(state, unpickler)` then returns the object."""

    name = None
    result = None

    def __init__(self, unpickler, *args):
        self.args = args


class _Dtype(Deferred):
    """`numpy.dtype(code, align, copy)`, whose state carries byte order and fields."""

    name = "numpy.dtype"

    def finish(self, state, unpickler):
        code, order, (subarray, names, fields, size) = self.args[0], state[1], state[2:6]
        if isinstance(code, Placeholder):
            return code
        if not isinstance(code, str) or not _CODE.fullmatch(code):
            raise pickle.UnpicklingError("a dtype is damaged")
        if subarray is not None:
            base, shape = subarray
            dtype = np.dtype((_checked(base), shape if isinstance(shape, int) else sides(shape)))
        elif names is not None:
            unpickler.charge(10 * len(names))
            formats, offsets = zip(*(fields[name][:2] for name in names))
            formats = [_checked(field) for field in formats]
            dtype = np.dtype({"names": list(names), "formats": formats, "offsets": list(offsets), "itemsize": size})
        else:
            dtype = np.dtype(code).newbyteorder(order)
        # NumPy looks at every field whenever it looks at a dtype, however they lie in one another.
        unpickler.charge(10 * _count_fields(dtype))
        return (
            dtype if unpickler.with_placeholders or _is_plain(dtype) else Placeholder("numpy.dtype of " + _said(dtype))
        )


class _PickledArray(Deferred):
    """`numpy.core.multiarray._reconstruct`: an array with its bytes inside the pickle."""

    name = "numpy.ndarray"

    def finish(self, state, unpickler):
        if not isinstance(self.args[0], Named):
            return Placeholder(self.args[0].name)
        _, shape, dtype, fortran_order, data = state
        if isinstance(data, (str, bytes, bytearray)):
            unpickler.charge(0, len(data))
        return _frombuffer(unpickler, data, dtype, shape, "F" if fortran_order else "C")


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
            unpickler.source.read(unpickler.source.read(1)[0])
        data = unpickler.source.read_array(functools.reduce(operator.mul, sides(shape), dtype.itemsize))
        if not isinstance(subclass, Named):
            return Placeholder(subclass.name)
        return _shaped(data, dtype, shape, state["order"]) if _is_plain(dtype) else _array_of(dtype)


def _checked(dtype):
    if isinstance(dtype, Placeholder):
        raise pickle.UnpicklingError("how long an array of {} is cannot be known".format(dtype.name))
    if not isinstance(dtype, np.dtype):
        raise pickle.UnpicklingError("a dtype is damaged")
    return dtype


def sides(shape):
    """A shape, which is a tuple of a few whole numbers."""
    if type(shape) is not tuple or len(shape) > MOST_DIMENSIONS:
        raise pickle.UnpicklingError("a shape is damaged")
    if (
        not all(type(side) is int and 0 <= side < 1 << 62 for side in shape)
        or 0 in shape
        and max(shape) > LONGEST_EMPTY
    ):
        raise pickle.UnpicklingError("a shape is damaged")
    return shape


def _count_fields(dtype, within=0):
    """How many fields a dtype has, those of its fields included. Raises UnpicklingError where they are too many."""
    if dtype.subdtype is not None:
        return _count_fields(dtype.base, within)
    if dtype.names is None:
        return 1
    count = 0
    for name in dtype.names if within < 8 else ():
        count += _count_fields(dtype.fields[name][0], within + 1)
        if count > MOST_FIELDS:
            break
    if not 0 < count <= MOST_FIELDS:
        raise pickle.UnpicklingError("a dtype has too many fields, or too deep in one another")
    return count


def _is_plain(dtype):
    """Whether values of a NumPy dtype are numbers, text or bytes, or made of them: no references, no times."""
    if dtype.subdtype is not None:
        return _is_plain(dtype.base)
    if dtype.names is not None:
        return all(_is_plain(dtype.fields[name][0]) for name in dtype.names)
    return dtype.kind in "biufcSUV"


def _said(dtype):
    return "{:.99}".format(str(dtype))


def _array_of(dtype):
    return Placeholder("numpy.ndarray of " + _said(dtype))


def _shaped(data, dtype, shape, order):
    array = data.view(dtype).reshape(shape, order=order)
    if dtype.isnative:
        return array
    native = dtype.newbyteorder("=")
    # In place, so that there is one copy of it; fields may be of different orders.
    return array.astype(native) if dtype.names or dtype.subdtype else array.byteswap(True).view(native)


def _frombuffer(unpickler, data, dtype, shape, order):
    if not _is_plain(_checked(dtype)):
        return _array_of(dtype)
    data = data.encode("latin1") if isinstance(data, str) else data
    return _shaped(np.frombuffer(data, np.uint8).copy(), dtype, sides(shape), order)


def _scalar(unpickler, dtype, data):
    array = _frombuffer(unpickler, data, dtype, (), "C")
    return array if isinstance(array, Placeholder) else array[()]


def _latin1(unpickler, text, encoding):
    """`_codecs.encode` as pickles of protocol 2 use it: for bytes."""
    if encoding != "latin1":
        raise pickle.UnpicklingError("bytes are encoded otherwise")
    return text.encode("latin1")


def _byte_string(kind, unpickler, content=b"", encoding="latin-1"):
    if not isinstance(content, (bytes, str)):
        # A number would be a size, of any amount.
        raise pickle.UnpicklingError("{} of a {}".format(kind.__name__, type(content).__name__))
    if encoding != "latin-1":
        raise pickle.UnpicklingError("bytes are encoded otherwise")
    return kind(content.encode("latin-1") if isinstance(content, str) else content)


def _complex(unpickler, *parts):
    if not all(isinstance(part, (int, float)) for part in parts):
        raise pickle.UnpicklingError("a complex number is damaged")
    return complex(*parts)


def _set(kind, unpickler, members=()):
    return kind([unpickler.hashable(member) for member in members])


def _ordered(unpickler, items=()):
    return collections.OrderedDict([(unpickler.hashable(key), value) for key, value in items])


def _deque(unpickler, items=(), maxlen=None):
    return collections.deque(items, maxlen)


def _reconstructed(unpickler, named, *base):
    """`copyreg._reconstructor`, by which pickles of protocols 0 and 1 make objects."""
    return named.make(unpickler) if isinstance(named, Named) else unpickler.unknown(named.name)


def _path(flavour, unpickler, *parts):
    return str(flavour(*parts))


def _empty(unpickler, *args):
    return {}


def table(makers):
    """(module, name) → Named, from dotted name → `make` of Named."""
    return {tuple(name.rsplit(".", 1)): Named(name, make) for name, make in makers.items()}


def _plain_names():
    makers = {
        "numpy.dtype": _Dtype,
        "numpy.ndarray": None,
        "numpy.memmap": None,
        "joblib.numpy_pickle.NumpyArrayWrapper": _JoblibArray,
        "collections.OrderedDict": _ordered,
        "collections.deque": _deque,
        "_codecs.encode": _latin1,
    }
    for core in ("numpy.core", "numpy._core"):
        makers[core + ".multiarray._reconstruct"] = _PickledArray
        makers[core + ".multiarray.scalar"] = _scalar
        makers[core + ".numeric._frombuffer"] = _frombuffer
    builtins = {"complex": _complex}
    builtins.update((kind.__name__, functools.partial(_byte_string, kind)) for kind in (bytearray, bytes))
    builtins.update((kind.__name__, functools.partial(_set, kind)) for kind in (frozenset, set))
    for name, make in builtins.items():
        makers["builtins." + name] = makers["__builtin__." + name] = make
    return table(makers)


def _more_names():
    makers = {
        # What makes a defaultdict's values is dropped.
        "collections.defaultdict": _empty,
        "argparse.Namespace": _empty,
        "types.SimpleNamespace": _empty,
        "copyreg._reconstructor": _reconstructed,
        "copy_reg._reconstructor": _reconstructed,
    }
    for module in ("pathlib", "pathlib._local"):
        for prefix in ("", "Pure"):
            makers["{}.{}Path".format(module, prefix)] = functools.partial(_path, pathlib.PurePosixPath)
            makers["{}.{}PosixPath".format(module, prefix)] = functools.partial(_path, pathlib.PurePosixPath)
            makers["{}.{}WindowsPath".format(module, prefix)] = functools.partial(_path, pathlib.PureWindowsPath)
    return table(makers)


PLAIN_NAMES = _plain_names()
NAMES = {**PLAIN_NAMES, **_more_names()}
