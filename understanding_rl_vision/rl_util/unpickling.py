"""An unpickler that runs nothing: it knows a short table of names and builds what they stand for itself.

A pickle may name any function of any installed package and have it called. Here a name gives an object that cannot be
called, whether it is known or not; only this module's opcodes look into the table (`pickled_names`). What that does not
have is refused, or read as a Placeholder: its class, its arguments and its state are dropped.
"""

import pickle
import struct

from understanding_rl_vision.errors import UnsafePickleError
from understanding_rl_vision.rl_util.pickled_names import NAMES, PLAIN_NAMES, Deferred, Named
from understanding_rl_vision.rl_util.placeholders import Placeholder

ACCEPTED = "only NumPy arrays and numbers and Python's plain containers are read, and nothing was executed"


class _Memo(dict):
    """Pickles refer to objects by their number; what was deferred is then what became of it."""

    def __getitem__(self, index):
        value = super().__getitem__(index)
        return value.result if isinstance(value, Deferred) and value.result is not None else value


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
        if not isinstance(named, Named):
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
        if isinstance(built, Deferred):
            built.result = self.stack[-1] = self._accept(built.finish(state, self))
        elif not self.with_placeholders:
            raise UnsafePickleError("It sets attributes of a {}; {}.".format(type(built).__name__, ACCEPTED))
        elif type(built) is dict and isinstance(state, dict):
            # A namespace's attributes.
            built.update(state)

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
