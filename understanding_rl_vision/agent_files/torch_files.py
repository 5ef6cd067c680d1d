"""Files of torch.save: the zip layout of PyTorch from 1.6 on, and the one before.

zip: members NAME/data.pkl and NAME/data/KEY of each storage. Before: pickles after one another, of a magic number, a
protocol, the system, the object and the keys of storages; then for each its count of values and those.
"""

import collections
import io
import struct

import numpy as np

from understanding_rl_vision.agent_files import values
from understanding_rl_vision.agent_files.agent_file import agent_file
from understanding_rl_vision.agent_files.modules import contents
from understanding_rl_vision.agent_files.torch_pickles import TorchUnpickler
from understanding_rl_vision.agent_files.zip_files import Archive
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.rl_util.pickles import unpickled
from understanding_rl_vision.rl_util.streams import Source

# The pickle of a number, after its protocol.
LEGACY_MAGIC = b"\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."
_PROTOCOL = 1001
# Tensors may share values, and be so much longer together than what is there; and anything may by so many bytes.
SHARED = 8
ANY_SHARED = 16 << 20


def is_legacy(start):
    """Whether these are the first bytes of a file of before 1.6."""
    return start[2:].startswith(LEGACY_MAGIC)


def root_of(archive):
    """The folder of a torch file's members in an Archive, or None where it is none."""
    roots = [name[: -len("data.pkl")] for name in archive.names if name == "data.pkl" or name.endswith("/data.pkl")]
    return min(roots, key=len) if roots else None


def read_torch(file):
    """The AgentFile of a file of torch.save: binary, seekable, and at its beginning."""
    start = file.read(16)
    file.seek(-len(start), 1)
    return _read_legacy(file) if is_legacy(start) else read_zip(Archive(file))


def read_zip(archive):
    """The AgentFile of a zip layout's Archive."""
    root = root_of(archive)
    if root is None:
        raise InputError("It is a zip file without data.pkl, which torch.save writes.")
    order = bytes(archive.read(root + "byteorder", 16)) if root + "byteorder" in archive else b"little"
    unpickler = TorchUnpickler(Source(io.BytesIO(archive.read(root + "data.pkl"))))
    found = contents(unpickled(unpickler))

    def storages(keys):
        for key in keys:
            data, storage = archive.read("{}data/{}".format(root, key)), unpickler.storages[key]
            if storage.count * values.item_size(storage.kind) > len(data):
                raise InputError("It holds a storage of {:,} bytes, of which it told more.".format(len(data)))
            yield key, data

    tensors = _arrays(found.tensors, storages, order == b"big")
    return agent_file("torch zip", tensors, found.facts, found.convolutions)


def _read_legacy(file):
    source = Source(file)
    head = [unpickled(TorchUnpickler(source)) for _ in range(3)]
    if head[1] != _PROTOCOL or not isinstance(head[2], dict):
        raise InputError("It is a torch file of the protocol {}, not {}.".format(str(head[1])[:20], _PROTOCOL))
    unpickler = TorchUnpickler(source)
    found = contents(unpickled(unpickler))
    keys = unpickled(TorchUnpickler(source))
    if not isinstance(keys, list):
        raise InputError("It is damaged: what follows the object are no keys of storages.")

    def storages(wanted):
        for key in keys:
            storage = unpickler.storages.get(key) if isinstance(key, str) else None
            (count,) = struct.unpack("<q", source.read(8))
            if storage is None or count != storage.count:
                raise InputError("It holds a storage of {} values, of which it told otherwise.".format(count))
            data = source.read_array(count * values.item_size(storage.kind))
            if key in wanted:
                yield key, data

    tensors = _arrays(found.tensors, storages, head[2].get("little_endian") is False)
    return agent_file("torch legacy", tensors, found.facts, found.convolutions)


def _arrays(tensors, storages, big_endian):
    """Name → array of the values of each Tensor. storages: function of keys, yields key and bytes of each."""
    named = collections.OrderedDict()
    for name, tensor in tensors.items():
        named.setdefault(tensor.storage.key, []).append(name)
    made, allowed = {}, ANY_SHARED
    for key, data in storages(list(named)):
        allowed += SHARED * len(data)
        decoded = {}
        for name in named.pop(key):
            tensor = tensors[name]
            allowed -= tensor.size
            if allowed < 0:
                raise InputError("Its tensors share their values again and again.")
            if tensor.kind not in decoded:
                size = values.item_size(tensor.kind)
                decoded[tensor.kind] = values.decode(data[: len(data) // size * size], tensor.kind, big_endian)
            made[name] = _view(decoded[tensor.kind], tensor)
    if named:
        raise InputError("Values of {} are not in it.".format(next(iter(named.values()))[0][:100]))
    return collections.OrderedDict((name, made[name]) for name in tensors)


def _view(flat, tensor):
    """The values of a tensor: those of a storage, or a copy where they are not one after another."""
    strides = [stride * flat.itemsize for stride in tensor.strides]
    if not values.count_values(tensor.shape):
        return np.zeros(tensor.shape, flat.dtype)
    view = np.lib.stride_tricks.as_strided(flat[tensor.offset :], tensor.shape, strides)
    # NumPy would make one of no dimensions one of one.
    return np.ascontiguousarray(view).reshape(tensor.shape)
