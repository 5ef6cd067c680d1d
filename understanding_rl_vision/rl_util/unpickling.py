"""An unpickler that runs nothing: it knows a short table of names and builds what they stand for itself.

A pickle may name any function of any installed package and have it called. Here a name gives an object that cannot be
called, whether it is known or not; only this module's opcodes look into its table. What the table does not have is
refused, or read as a Placeholder: its class, its arguments and its state are dropped.

Joblib writes an array as a small wrapper object followed by the array's bytes in the middle of the pickle
(`joblib.numpy_pickle.NumpyArrayWrapper`): the state of the wrapper says how many bytes to take from the file.
"""

import collections
import functools
import operator
import pathlib
import pickle
import struct

import numpy as np

from understanding_rl_vision.errors import UnsafePickleError

ACCEPTED = "only NumPy arrays and numbers and Python's plain containers are read, and nothing was executed"

CONTAINERS = (dict, list, tuple, set, frozenset, collections.deque)


class Placeholder:
    """Stands for an object that is not read, and does nothing. `name`: of its class, or of what was to make it."""

    def __init__(self, name):
        self.name = name

    def __repr__(self):
        return "<{}>".format(self.name)

    # Pickles fill containers of their own kinds, too.
    def append(self, item):
        pass

    def __setitem__(self, key, item):
        pass

    add = extend = append


class _Named(Placeholder):
    """What a name of the table stands for. `make`: function of the arguments that builds it, or None."""

    def __init__(self, name, make):
        super().__init__(name)
        self.make = make


class _Deferred(Placeholder):
    """Stands for an object until its state arrives; `finish(state, unpickler)` then returns the object."""

    name = None
    result = None

    def __init__(self, *args):
        self.args = args


class _Dtype(_Deferred):
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


class _PickledArray(_Deferred):
    """`numpy.core.multiarray._reconstruct`: an array with its bytes inside the pickle."""

    name = "numpy.ndarray"

    def finish(self, state, unpickler):
        if not isinstance(self.args[0], _Named):
            return Placeholder(self.args[0].name)
        _, shape, dtype, fortran_order, data = state
        return _frombuffer(data, dtype, shape, "F" if fortran_order else "C")


class _JoblibArray(_Deferred):
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
        if not isinstance(subclass, _Named):
            return Placeholder(subclass.name)
        return _shaped(data, dtype, shape, state["order"]) if _is_plain(dtype) else _array_of(dtype)


class _Namespace(_Deferred):
    """`argparse.Namespace`, as the dictionary of its attributes."""

    name = "argparse.Namespace"

    def finish(self, state, unpickler):
        return state if isinstance(state, dict) else Placeholder(self.name)


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


def _reconstructed(named, *base):
    """`copyreg._reconstructor`, by which pickles of protocols 0 and 1 make objects."""
    return named.make() if isinstance(named, _Named) else Placeholder(named.name)


def _table(makers):
    return {tuple(name.rsplit(".", 1)): _Named(name, make) for name, make in makers.items()}


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
        makers["builtins." + builtin.__name__] = builtin
        makers["__builtin__." + builtin.__name__] = builtin
    return _table(makers)


def _more_names():
    makers = {
        # What makes values for new keys is dropped.
        "collections.defaultdict": lambda *factory: {},
        "argparse.Namespace": _Namespace,
        "types.SimpleNamespace": _Namespace,
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


class _Memo(dict):
    """Pickles refer to objects by their number; what was deferred is then what became of it."""

    def __getitem__(self, number):
        value = super().__getitem__(number)
        return value.result if isinstance(value, _Deferred) and value.result is not None else value


class Unpickler(pickle._Unpickler):
    """The standard library's unpickler in Python, because the one in C reads ahead, past arrays' bytes.

    with_placeholders: whether objects that are not known are read as Placeholders, and namespaces, paths and other
        dictionaries as plain ones; else they raise UnsafePickleError.
    """

    def __init__(self, file, with_placeholders=False):
        super().__init__(file)
        self.file = file
        self.with_placeholders = with_placeholders
        self.names = NAMES if with_placeholders else PLAIN_NAMES
        self.memo = _Memo()

    def find_class(self, module, name):
        return self._accept(self.names.get((module, name)) or Placeholder("{}.{}".format(module, name)))

    def persistent_load(self, pid):
        return self._accept(Placeholder("an object kept outside the file"))

    def get_extension(self, code):
        # Registered classes would come from a cache that the whole process shares.
        self.append(self._accept(Placeholder("the extension {}".format(code))))

    def skip_pickle(self):
        """Read a whole pickle from here on, and drop it."""
        type(self)(self.file, self.with_placeholders).load()

    def _accept(self, value):
        if type(value) is Placeholder and not self.with_placeholders:
            raise UnsafePickleError("It holds {}; {}.".format(value.name, ACCEPTED))
        return value

    def _make(self, named, args):
        """What calling a name with these arguments gives."""
        if not isinstance(named, Placeholder):
            raise pickle.UnpicklingError("a {} is called".format(type(named).__name__))
        if not isinstance(named, _Named):
            return self._accept(Placeholder(named.name))
        try:
            return self._accept(named.make(*args))
        except Exception:
            if not self.with_placeholders:
                raise
            return Placeholder(named.name)

    def _instantiate(self, klass, args):
        self.append(self._make(klass, args))

    def load_reduce(self):
        args = self.stack.pop()
        self.stack[-1] = self._make(self.stack[-1], args)

    def load_newobj_ex(self):
        self.stack.pop()
        self.load_reduce()

    def load_build(self):
        state, built = self.stack.pop(), self.stack[-1]
        if isinstance(built, _Deferred):
            built.result = self.stack[-1] = self._accept(built.finish(state, self))
        elif not self.with_placeholders:
            raise UnsafePickleError("It sets attributes of a {}; {}.".format(type(built).__name__, ACCEPTED))

    def load_proto(self):
        # Protocol 5 came with Python 3.8; what it adds is below.
        self.proto = self.read(1)[0]
        if self.proto > 5:
            raise ValueError("unsupported pickle protocol: {}".format(self.proto))

    def load_bytearray8(self):
        (size,) = struct.unpack("<Q", self.read(8))
        self.append(bytearray(self.read(size)))

    def load_readonly_buffer(self):
        pass

    dispatch = dict(pickle._Unpickler.dispatch)
    dispatch[pickle.REDUCE[0]] = dispatch[pickle.NEWOBJ[0]] = load_reduce
    dispatch[pickle.NEWOBJ_EX[0]] = load_newobj_ex
    dispatch[pickle.BUILD[0]] = load_build
    dispatch[pickle.PROTO[0]] = load_proto
    dispatch[0x96] = load_bytearray8
    dispatch[0x98] = load_readonly_buffer


def placeholders(value):
    """Yield place and Placeholder of each one in plain containers; the place as Python writes it: "['args'][0]"."""
    seen, found = set(), [(None, None, value)]
    while found:
        entry = found.pop()
        value = entry[-1]
        if isinstance(value, Placeholder):
            yield _place(entry), value
        elif isinstance(value, CONTAINERS) and id(value) not in seen:
            seen.add(id(value))
            for key, item in value.items() if isinstance(value, dict) else enumerate(value):
                for part in (key, item):
                    if isinstance(part, CONTAINERS + (Placeholder,)):
                        found.append((entry, key, part))


def _place(entry):
    keys = []
    while entry[0] is not None:
        keys.append("[{!r}]".format(entry[1]) if isinstance(entry[1], (str, int)) else "[...]")
        entry = entry[0]
    return "".join(reversed(keys))
