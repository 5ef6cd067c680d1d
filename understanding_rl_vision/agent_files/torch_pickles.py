"""Pickles of torch.save without PyTorch: modules are inert objects that keep their state, and tensors are told.

The values of storages are kept outside the pickle; `Tensor` says which of them a tensor has.
"""

import collections

from understanding_rl_vision.agent_files import values
from understanding_rl_vision.errors import InputError, quoted
from understanding_rl_vision.rl_util.pickled_names import NAMES, Named, table
from understanding_rl_vision.rl_util.placeholders import Placeholder
from understanding_rl_vision.rl_util.unpickling import Unpickler

_STORAGES = {
    "Float": "float32",
    "Double": "float64",
    "Half": "float16",
    "BFloat16": values.BFLOAT16,
    "Long": "int64",
    "Int": "int32",
    "Short": "int16",
    "Char": "int8",
    "Byte": "uint8",
    "Bool": "bool",
    "ComplexFloat": "complex64",
    "ComplexDouble": "complex128",
    "Untyped": "uint8",
    "_Untyped": "uint8",
}
# What torch calls its types beside NumPy's names.
_TYPES = {"float": "float32", "double": "float64", "half": "float16", "long": "int64", "int": "int32", "short": "int16"}


class Inert(Placeholder):
    """Stands for an object that is not run: the name of its class, and its attributes."""

    def __init__(self, name):
        super().__init__(name)
        self.state = {}

    def keep(self, state):
        if isinstance(state, tuple) and state:
            # With slots it is the first of two.
            state = state[0]
        if isinstance(state, dict):
            self.state = state


class Storage(Placeholder):
    """Values outside the pickle, at `key`: `count` of a kind of `values.KINDS`, from the one at `start` on."""

    def __init__(self, key, kind, start, count):
        super().__init__("a storage")
        self.key, self.kind, self.start, self.count = key, kind, start, count


class Tensor(Placeholder):
    """A tensor of values of a storage: `kind`, and in values of it `offset`, shape and strides."""

    def __init__(self, storage, kind, offset, shape, strides):
        super().__init__("torch.Tensor")
        self.storage, self.kind, self.offset, self.shape, self.strides = storage, kind, offset, shape, strides

    @property
    def size(self):
        """Bytes of its values."""
        return values.count_values(self.shape) * values.item_size(self.kind)


def _damaged():
    return InputError("It holds a tensor that is damaged.")


def _tensor(unpickler, storage, offset, shape, strides, *rest, kind=None):
    """`torch._utils._rebuild_tensor_v2`, and the older one without `rest`: hooks and whether it learns."""
    if not isinstance(storage, Storage):
        raise _damaged()
    shape, strides = values.check_shape(shape), values.check_shape(strides)
    kind = kind or storage.kind
    if len(shape) != len(strides) or type(offset) is not int or offset < 0 or kind != storage.kind and storage.start:
        raise _damaged()
    size, there = values.item_size(kind), storage.count * values.item_size(storage.kind)
    end = offset + 1 + sum((side - 1) * stride for side, stride in zip(shape, strides))
    count = values.count_values(shape)
    if count and max(end, count) * size > there:
        raise InputError("It holds a tensor of shape {}, of which not all values are there.".format(quoted(shape)))
    return Tensor(storage, kind, offset + storage.start, shape, strides)


def _tensor_of_type(unpickler, storage, offset, shape, strides, learns, hooks, kind, *rest):
    """`torch._utils._rebuild_tensor_v3`, for types that have no storages of their own."""
    name = kind.name.split(".")[-1] if isinstance(kind, Placeholder) else None
    return _tensor(unpickler, storage, offset, shape, strides, kind=_TYPES.get(name, name))


def _parameter(unpickler, data=None, *rest):
    return data if isinstance(data, Tensor) else Placeholder("torch.nn.parameter.Parameter")


def _of_subclass(unpickler, function, kind, args, state):
    """`torch._tensor._rebuild_from_type_v2`: how a tensor is made that has attributes of its own."""
    if not isinstance(function, Named) or function.make not in (_tensor, _tensor_of_type, _parameter):
        return Placeholder("torch.Tensor")
    return function.make(unpickler, *args)


def _size(unpickler, sides=()):
    return tuple(sides)


_TORCH_NAMES = {
    **NAMES,
    **table(
        {
            "torch._utils._rebuild_tensor": _tensor,
            "torch._utils._rebuild_tensor_v2": _tensor,
            "torch._utils._rebuild_tensor_v3": _tensor_of_type,
            "torch._utils._rebuild_parameter": _parameter,
            "torch._utils._rebuild_parameter_with_state": _parameter,
            "torch.nn.parameter.Parameter": _parameter,
            "torch.autograd.variable.Variable": _parameter,
            "torch._tensor._rebuild_from_type_v2": _of_subclass,
            "torch.Size": _size,
        }
    ),
}


class TorchUnpickler(Unpickler):
    """Reads modules as Inert, tensors as Tensor. `storages`: key → Storage, of all that the pickle names."""

    def __init__(self, source, with_placeholders=True, within=0):
        super().__init__(source, with_placeholders, within)
        self.names = _TORCH_NAMES
        self.storages = collections.OrderedDict()

    def unknown(self, name):
        return Inert(name)

    def persistent_load(self, pid):
        if type(pid) is not tuple or len(pid) < 2:
            return super().persistent_load(pid)
        if pid[0] == "module":
            # Classes came with their source, which is nothing to us.
            return pid[1] if isinstance(pid[1], Placeholder) else super().persistent_load(pid)
        if pid[0] != "storage" or len(pid) not in (5, 6):
            return super().persistent_load(pid)
        _, kind, key, _, count = pid[:5]
        name = kind.name.split(".")[-1] if isinstance(kind, Placeholder) else ""
        if type(key) is not str or type(count) is not int or not 0 <= count < 1 << 62:
            raise InputError("It holds a storage that is damaged.")
        if not name.endswith("Storage") or name[: -len("Storage")] not in _STORAGES:
            raise InputError("It holds values of the kind {}, which are not read.".format(name or quoted(kind)))
        kind = _STORAGES[name[: -len("Storage")]]
        whole = self.storages.setdefault(key, Storage(key, kind, 0, count))
        if whole.kind != kind:
            raise InputError("It holds a storage of two kinds.")
        view = pid[5] if len(pid) == 6 else None
        return whole if view is None else self._view(whole, view)

    def _view(self, whole, view):
        """A part of a storage, as files of before 1.6 may have: (key, start, count)."""
        if type(view) is not tuple or len(view) != 3 or not all(type(n) is int and n >= 0 for n in view[1:]):
            raise InputError("It holds a storage that is damaged.")
        if view[1] + view[2] > whole.count:
            raise InputError("It holds a part of a storage that is longer than the storage.")
        return Storage(whole.key, whole.kind, view[1], view[2])
