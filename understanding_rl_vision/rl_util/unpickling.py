"""An unpickler that runs nothing: it knows a short table of names and builds what they stand for itself.

A pickle may name any function of any installed package and have it called. Here a name gives an object that cannot be
called, whether it is known or not; only this module's opcodes look into the table (`pickled_names`). What that does not
have is refused, or read as a Placeholder: its class, its arguments and its state are dropped.

Nor does a pickle cost more than its length: what it may make of what it has told already is counted (`Reading`), and
what would take for ever to compare, to hash or to print is refused.
"""

import collections
import pickle
import struct

import numpy as np

from understanding_rl_vision.errors import InputError, UnsafePickleError
from understanding_rl_vision.rl_util.pickled_names import NAMES, PLAIN_NAMES, Deferred, Named
from understanding_rl_vision.rl_util.placeholders import Placeholder

ACCEPTED = "only NumPy arrays and numbers and Python's plain containers are read, and nothing was executed"

# Steps that any file may take, each an opcode, and bytes that allow one more.
STEPS = 1_000_000
BYTES_PER_STEP = 16
STEPS_UNCHECKED = 1 << 16
# Bytes that anything may copy of what was read, beside twice what was read.
COPIED = 16 << 20
# Other keys than texts, whose hashes a file can choose to be equal.
ODD_KEYS = 4_000
LONGEST_KEY = 32
# Digits of a number written as text, and bytes of one that is not.
LONGEST_NUMBER = 128
PICKLES_WITHIN = 16

_TEXTS = (str, bytes)
_NUMBERS = (int, float, type(None), np.bool_, np.integer, np.floating, Placeholder)


class _Memo(dict):
    """Pickles refer to objects by their number; what was deferred is then what became of it."""

    def __getitem__(self, index):
        value = super().__getitem__(index)
        return value.result if isinstance(value, Deferred) and value.result is not None else value


class Unpickler(pickle._Unpickler):
    """The standard library's unpickler in Python, because the one in C reads ahead, past arrays' bytes.

    source: Source of the bytes. with_placeholders: whether objects that are not known are read as Placeholders, and
        namespaces, paths and other dictionaries as plain ones; else they raise UnsafePickleError. within: how many
        pickles this one is in.
    """

    def __init__(self, source, with_placeholders=False, within=0):
        super().__init__(source)
        self.source = source
        self.with_placeholders = with_placeholders
        self.names = NAMES if with_placeholders else PLAIN_NAMES
        self.memo = _Memo()
        self.steps = self.copied = self.odd_keys = 0
        self._within = within

    def load(self):
        # Frames only say how much may be read at once.
        self.read, self.readline = self.source.read, self.source.readline
        self.metastack, self.stack, self.proto = [], [], 0
        self.append = self.stack.append
        read, dispatch = self.source.read_byte, self.dispatch
        try:
            while True:
                for _ in range(STEPS_UNCHECKED):
                    key = read(1)
                    if not key:
                        raise EOFError("it ends too early")
                    dispatch[key[0]](self)
                self.steps += STEPS_UNCHECKED
                self._check_steps()
        except pickle._Stop as stop:
            return stop.value

    def _check_steps(self):
        self.source.check_room()
        allowed = STEPS + self.source.taken // BYTES_PER_STEP
        if self.steps > allowed:
            raise InputError("It takes more steps than a file of arrays needs: {:,}.".format(allowed))

    def charge(self, steps, copied=0):
        """Count what an opcode does beside reading its own bytes. Raises InputError when that is too much."""
        self.steps += steps + copied // 4096
        self.copied += copied
        if self.copied > COPIED and self.copied > COPIED + 2 * self.source.taken:
            raise InputError("It copies the same bytes again and again.")
        if self.steps > STEPS:
            self._check_steps()

    def find_class(self, module, name):
        return self._accept(self.names.get((module, name)) or Placeholder("{:.99}.{:.99}".format(module, name)))

    def unknown(self, name):
        """What stands for an object that is not read, of a class of this name."""
        return Placeholder(name)

    def persistent_load(self, pid):
        return self._accept(Placeholder("an object kept outside the file"))

    def get_extension(self, code):
        # Registered classes would come from a cache that the whole process shares.
        self.append(self._accept(Placeholder("the extension {}".format(code))))

    def skip_pickle(self):
        """Read a whole pickle from here on, and drop it."""
        if self._within == PICKLES_WITHIN:
            raise pickle.UnpicklingError("arrays of objects lie too deep in one another")
        inner = type(self)(self.source, self.with_placeholders, self._within + 1)
        inner.steps, inner.copied, inner.odd_keys = self.steps, self.copied, self.odd_keys
        inner.load()
        self.steps, self.copied, self.odd_keys = inner.steps, inner.copied, inner.odd_keys

    def _accept(self, value):
        if type(value) is Placeholder and not self.with_placeholders:
            raise UnsafePickleError("It holds {}; {}.".format(value.name, ACCEPTED))
        return value

    def hashable(self, key):
        """A key, or a Placeholder for one that could take for ever to hash or to compare."""
        if isinstance(key, _TEXTS):
            return key
        self.odd_keys += 1
        if self.odd_keys > ODD_KEYS:
            raise InputError("It has more than {:,} keys that are no texts.".format(ODD_KEYS))
        parts = key if type(key) is tuple else (key,)
        if len(parts) <= LONGEST_KEY and all(isinstance(part, _TEXTS + _NUMBERS) for part in parts):
            return key
        if isinstance(key, (list, dict, set, collections.deque, bytearray, np.ndarray)):
            raise pickle.UnpicklingError("a {} is a key".format(type(key).__name__))
        return self._accept(Placeholder("a key that is a {}".format(type(key).__name__)))

    def _make(self, named, args):
        """What calling a name with these arguments gives."""
        if not isinstance(named, Placeholder):
            raise pickle.UnpicklingError("a {} is called".format(type(named).__name__))
        if type(args) not in (tuple, list) or len(args) > LONGEST_KEY:
            raise pickle.UnpicklingError("{:.99} is called with other things than arguments".format(named.name))
        if not isinstance(named, Named):
            return self._accept(self.unknown(named.name))
        self.charge(20)
        for arg in args:
            if isinstance(arg, (str, bytes, bytearray)):
                self.charge(5, len(arg))
            elif isinstance(arg, (tuple, list, dict)):
                self.charge(5 + len(arg))
        try:
            return self._accept(named.make(self, *args))
        except (InputError, MemoryError, EOFError):
            raise
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
        if isinstance(built, Deferred):
            self.charge(20)
            built.result = self.stack[-1] = self._accept(built.finish(state, self))
        elif not self.with_placeholders:
            raise UnsafePickleError("It sets attributes of a {}; {}.".format(type(built).__name__, ACCEPTED))
        elif type(built) is dict and isinstance(state, dict):
            # A namespace's attributes.
            self._fill(built, [part for item in state.items() for part in item])
        elif isinstance(built, Placeholder):
            built.keep(state)

    def _fill(self, filled, items):
        """Put keys and values, one after the other, into a dictionary, or what stands for one."""
        if not isinstance(filled, (dict, Placeholder)):
            raise pickle.UnpicklingError("items are put into a {}".format(type(filled).__name__))
        self.charge(len(items))
        for key, value in zip(items[::2], items[1::2]):
            filled[key if type(key) is str else self.hashable(key)] = value

    def load_setitem(self):
        value, key = self.stack.pop(), self.stack.pop()
        self._fill(self.stack[-1], [key, value])

    def load_setitems(self):
        items = self.pop_mark()
        self._fill(self.stack[-1], items)

    def load_dict(self):
        items = self.pop_mark()
        self.append({})
        self._fill(self.stack[-1], items)

    def load_additems(self):
        items = self.pop_mark()
        if not isinstance(self.stack[-1], (set, Placeholder)):
            raise pickle.UnpicklingError("members are put into a {}".format(type(self.stack[-1]).__name__))
        for item in items:
            self.stack[-1].add(self.hashable(item))

    def load_frozenset(self):
        items = self.pop_mark()
        self.append(frozenset([self.hashable(item) for item in items]))

    def load_proto(self):
        # Protocol 5 came with Python 3.8; what it adds is below.
        self.proto = self.read(1)[0]
        if self.proto > 5:
            raise ValueError("unsupported pickle protocol: {}".format(self.proto))

    def load_frame(self):
        self.read(8)

    def _digits(self):
        line = self.readline()[:-1]
        if len(line) > LONGEST_NUMBER:
            raise pickle.UnpicklingError("a number has {} digits".format(len(line)))
        return line

    def load_int(self):
        digits = self._digits()
        self.append({b"00": False, b"01": True}[digits] if digits in (b"00", b"01") else int(digits, 0))

    def load_long(self):
        self.append(int(self._digits().rstrip(b"L"), 0))

    def load_float(self):
        self.append(float(self._digits()))

    def load_get(self):
        self.append(self.memo[int(self._digits())])

    def _put(self, number):
        # Pickles number in order: other numbers could be chosen so that their hashes are equal.
        if not 0 <= number <= 2 * len(self.memo) + 1000:
            raise pickle.UnpicklingError("an object has the number {}".format(number))
        self.memo[number] = self.stack[-1]

    def load_put(self):
        self._put(int(self._digits()))

    def load_long_binput(self):
        self._put(struct.unpack("<I", self.read(4))[0])

    def _long(self, size):
        if not 0 <= size <= LONGEST_NUMBER:
            raise pickle.UnpicklingError("a number has {} bytes".format(size))
        self.append(int.from_bytes(self.read(size), "little", signed=True))

    def load_long1(self):
        self._long(self.read(1)[0])

    def load_long4(self):
        self._long(struct.unpack("<i", self.read(4))[0])

    def load_bytearray8(self):
        (size,) = struct.unpack("<Q", self.read(8))
        self.append(bytearray(self.read(size)))

    def load_readonly_buffer(self):
        pass

    dispatch = dict(pickle._Unpickler.dispatch)
    dispatch[0x96] = load_bytearray8
    dispatch[0x98] = load_readonly_buffer


# The opcodes that are read otherwise than the standard library does.
for (
    _name
) in "PROTO FRAME REDUCE NEWOBJ_EX BUILD SETITEM SETITEMS DICT INT LONG LONG1 LONG4 FLOAT GET PUT LONG_BINPUT".split():
    Unpickler.dispatch[getattr(pickle, _name)[0]] = getattr(Unpickler, "load_" + _name.lower())
Unpickler.dispatch[pickle.NEWOBJ[0]] = Unpickler.load_reduce
Unpickler.dispatch[pickle.ADDITEMS[0]] = Unpickler.load_additems
Unpickler.dispatch[pickle.FROZENSET[0]] = Unpickler.load_frozenset
