"""Agents' files made without the libraries that write them: those of torch, Stable-Baselines3, flax and ONNX."""

import collections
import io
import json
import pickle
import struct
import zipfile

import numpy as np

STORAGES = {
    "float32": "Float",
    "float64": "Double",
    "float16": "Half",
    "int64": "Long",
    "uint8": "Byte",
    "bool": "Bool",
}


class Name:
    """A function or class that a pickle names, which need not exist here."""

    def __init__(self, dotted):
        self.dotted = dotted

    def __call__(self):
        raise AssertionError("names are written, not called")


Module = collections.namedtuple("Module", "kind state")
# An array as a tensor; what is given beside takes the place of what would be right.
Tensor = collections.namedtuple("Tensor", "array changed")
STORAGE = collections.namedtuple("STORAGE", "kind key count changed")


def tensor(array, **changed):
    return Tensor(np.asarray(array), changed)


def module(kind, parameters=None, modules=None, **state):
    """A pickled torch.nn.Module of a class by its dotted name."""
    ordered = collections.OrderedDict
    whole = {"training": False, "_parameters": ordered(parameters or {}), "_buffers": ordered()}
    return Module(kind, dict(whole, _modules=ordered(modules or {}), **state))


def conv2d(kernel, bias, stride, padding):
    of_window = {"kernel_size": kernel.shape[2:], "stride": (stride, stride), "padding": (padding, padding)}
    return module(
        "torch.nn.modules.conv.Conv2d",
        {"weight": tensor(kernel), "bias": tensor(bias)},
        dilation=(1, 1),
        groups=1,
        **of_window,
    )


class _Pickler(pickle._Pickler):
    """Writes Names as globals, Tensors as torch does, and keeps the values of their storages."""

    def __init__(self, file, legacy, in_protocol=2):
        super().__init__(file, in_protocol)
        self.storages, self.sizes, self._legacy = collections.OrderedDict(), {}, legacy

    def save(self, obj, save_persistent_id=True):
        if isinstance(obj, Name):
            module_name, name = obj.dotted.rsplit(".", 1)
            self.write(b"c" + "{}\n{}\n".format(module_name, name).encode("ascii"))
        elif isinstance(obj, Tensor):
            self._save_tensor(obj)
        elif isinstance(obj, Module):
            self._save_class(obj.kind)
            self.save(())
            self.write(b"\x81")
            self.save(obj.state)
            self.write(b"b")
        elif isinstance(obj, STORAGE):
            pid = ["storage", Name("torch.{}Storage".format(obj.kind)), obj.key, "cpu", obj.count]
            super().save(tuple(pid + [None] * self._legacy if obj.changed is None else obj.changed))
            self.write(b"Q")
        else:
            super().save(obj, save_persistent_id)

    def _save_class(self, kind):
        if self._legacy:
            # Classes come with their source.
            super().save(("module", Name(kind), "model.py", "raise SystemExit"))
            self.write(b"Q")
        else:
            self.save(Name(kind))

    def _save_tensor(self, obj):
        array, changed = obj
        key = changed.get("key", str(len(self.storages)))
        self.storages[key], self.sizes[key] = changed.get("values", array.tobytes()), array.itemsize
        kind = changed.get("kind", STORAGES.get(array.dtype.name))
        strides = tuple(stride // array.itemsize for stride in np.empty(array.shape, array.dtype).strides)
        storage = STORAGE(kind, key, changed.get("count", array.size), changed.get("pid"))
        self.save(Name(changed.get("function", "torch._utils._rebuild_tensor_v2")))
        offset, shape = changed.get("offset", 0), changed.get("shape", array.shape)
        self.save((storage, offset, shape, changed.get("strides", strides), False, collections.OrderedDict()))
        self.write(b"R")


def torch_pickle(value, legacy=False):
    """The pickle of a value, and key → bytes of the storages that are kept outside it, and of one of their values."""
    file = io.BytesIO()
    pickler = _Pickler(file, legacy)
    pickler.dump(value)
    return file.getvalue(), pickler.storages, pickler.sizes


def zipped(members, compress=zipfile.ZIP_STORED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compress, compresslevel=1) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def torch_zip(value, compress=zipfile.ZIP_STORED, **members):
    """A file of torch.save; members: others than there would be, by their names in its folder, None for none."""
    pickled, storages, _ = torch_pickle(value)
    content = {"data.pkl": pickled, "version": b"3\n", "byteorder": b"little"}
    content.update(("data/" + key, data) for key, data in storages.items())
    content.update(members)
    return zipped({"agent/" + name: data for name, data in content.items() if data is not None}, compress)


def torch_legacy(value, keys=None, counts=None, little_endian=True):
    """A file of torch.save of before 1.6; keys and counts of storages in place of those that there are."""
    pickled, storages, sizes = torch_pickle(value, legacy=True)
    head = [0x1950A86A20F9469CFC6C, 1001, {"protocol_version": 1001, "little_endian": little_endian}]
    file = io.BytesIO()
    for part in head:
        pickle.dump(part, file, 2)
    file.write(pickled)
    pickle.dump(sorted(storages) if keys is None else keys, file, 2)
    for key in sorted(storages):
        count = len(storages[key]) // sizes[key] if counts is None else counts
        file.write(struct.pack("<q", count) + storages[key])
    return file.getvalue()


SB3_DATA = {
    "policy_class": {
        ":type:": "<class 'abc.ABCMeta'>",
        ":serialized:": "gAWVMAAAAAAAAACM",
        "__module__": "sb3.policies",
    },
    "gamma": 0.99,
    "n_envs": 8,
    "observation_space": {":type:": "Box", ":serialized:": "gAWV", "dtype": "uint8", "_shape": [4, 36, 36]},
    "action_space": {":type:": "Discrete", ":serialized:": "gAWV", "n": "6"},
}


def sb3_zip(state_dict, data=SB3_DATA, compress=zipfile.ZIP_STORED, **members):
    """A zip file of Stable-Baselines3."""
    content = {
        "data": data if isinstance(data, (str, bytes)) else json.dumps(data, indent=4),
        "policy.pth": torch_zip(state_dict),
        "policy.optimizer.pth": torch_zip({"state": {}, "param_groups": []}),
        "_stable_baselines3_version": "2.9.2",
    }
    content.update({name.replace("__", "."): part for name, part in members.items()})
    return zipped({name: part for name, part in content.items() if part is not None}, compress)


def packed(value):
    """msgpack of a value, arrays as flax writes them."""
    if isinstance(value, np.ndarray):
        inner = packed([list(value.shape), value.dtype.name, value.tobytes()])
        return b"\xc9" + struct.pack(">Ib", len(inner), 1) + inner
    if value is None or isinstance(value, bool):
        return {None: b"\xc0", False: b"\xc2", True: b"\xc3"}[value]
    if isinstance(value, int):
        return bytes([value]) if 0 <= value < 128 else b"\xd3" + struct.pack(">q", value)
    if isinstance(value, float):
        return b"\xcb" + struct.pack(">d", value)
    if isinstance(value, str):
        text = value.encode("utf-8")
        return b"\xdb" + struct.pack(">I", len(text)) + text
    if isinstance(value, bytes):
        return b"\xc6" + struct.pack(">I", len(value)) + value
    if isinstance(value, dict):
        parts = [packed(part) for item in value.items() for part in item]
        return (
            bytes([0x80 + len(value)]) if 0 < len(value) < 16 else b"\xdf" + struct.pack(">I", len(value))
        ) + b"".join(parts)
    return b"\xdd" + struct.pack(">I", len(value)) + b"".join(map(packed, value))


def varint(number):
    number &= (1 << 64) - 1
    parts = []
    while number > 127:
        parts.append(number & 127 | 128)
        number >>= 7
    return bytes(parts + [number])


def field(number, value):
    """A field of a protocol buffer: of whole numbers, floats, text, bytes."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    if isinstance(value, float):
        return varint(number << 3 | 5) + struct.pack("<f", value)
    value = value.encode("utf-8") if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


ONNX_KINDS = {"float32": 1, "int64": 7, "float64": 11}


def onnx_tensor(name, array):
    array = np.asarray(array)
    dims = b"".join(field(1, side) for side in array.shape)
    return dims + field(2, ONNX_KINDS[array.dtype.name]) + field(8, name) + field(9, array.tobytes())


def onnx_node(operation, inputs, output, **attributes):
    content = b"".join(field(1, name) for name in inputs) + field(2, output)
    content += field(3, "/" + output) + field(4, operation)
    for name, value in attributes.items():
        kinds = {int: (3, 2), float: (2, 1), str: (4, 3), bytes: (5, 4)}
        if isinstance(value, list):
            inner = b"".join(field(8, number) for number in value) + field(20, 7)
        else:
            number, kind = kinds[type(value)]
            inner = field(number, value) + field(20, kind)
        content += field(5, field(1, name) + inner)
    return content


def onnx_value(name, shape):
    dims = b"".join(field(1, field(1, side) if isinstance(side, int) else field(2, side)) for side in shape)
    return field(1, name) + field(2, field(1, field(1, 1) + field(2, dims)))


def onnx_model(nodes, tensors, outputs, shape=("n", 3, 8, 8), inputs=("image",), more=b""):
    """An ONNX file: nodes of `onnx_node`, name → array, names of outputs; more: of the graph."""
    graph = more + b"".join(field(1, node) for node in nodes)
    graph += b"".join(field(5, onnx_tensor(name, array)) for name, array in tensors.items())
    graph += b"".join(field(11, onnx_value(name, shape)) for name in inputs)
    graph += b"".join(field(12, onnx_value(name, ("n", 1))) for name in outputs)
    return field(1, 9) + field(2, "made by hand") + field(7, graph) + field(8, field(1, "") + field(2, 17))
