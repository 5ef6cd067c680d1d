"""Agents' files made to do harm, of every format: what could run would make the file `ran`."""

import io
import pickle
import struct
import zipfile
import zlib

import numpy as np

from tests.helpers.agent_files import (
    SB3_DATA,
    Name,
    field,
    module,
    onnx_model,
    onnx_node,
    onnx_tensor,
    packed,
    sb3_zip,
    tensor,
    torch_legacy,
    torch_pickle,
    torch_zip,
    zipped,
)
from tests.helpers.hostile_pickles import HOSTILE, REFUSED, pickled

VALUES = np.arange(12, dtype=np.float32)
STATE = {"weight": tensor(VALUES)}
HUGE = 1 << 40


def _with_pickle(content):
    return torch_zip(STATE, **{"data.pkl": content})


def _legacy_with(content):
    whole = torch_legacy(STATE)
    head = whole[: whole.index(pickle.dumps({"protocol_version": 1001, "little_endian": True}, 2)[:10])]
    system = pickle.dumps({"protocol_version": 1001, "little_endian": True}, 2)
    return head + system + content + pickle.dumps([], 2)


def _nested(depth):
    inner = module("a.Net", {"weight": tensor(VALUES)})
    for _ in range(depth):
        inner = module("a.Net", modules={"x": inner})
    return inner


def _laughing(depth):
    """The pickle of a module that holds another one twice, which does so in turn, each there once."""
    twice = b"0h\0)\x81}(U\x0b_parameters}U\x08_modules}(U\1xh\1U\1yh\1uubq\1"
    return pickled(b"ca\nNet\nq\0)\x81q\1" + twice * depth)


def _same_attributes(count):
    """The pickle of modules that have the same long dictionary of modules, which are none."""
    long = b"}(" + b"".join(b"U\5%05dN" % number for number in range(count)) + b"uq\2"
    state = b"}(U\x0b_parameters" + long + b"U\x08_modules}(U\1a"
    one = b"h\1)\x81}(U\x0b_parametersh\2U\x08_modulesh\2ub"
    many = b"".join(b"U\5%05d" % number + one for number in range(count))
    return pickled(b"ca\nNet\nq\1)\x81" + state + b"h\1)\x81" + many + b"uub")


def _same_object(count):
    """The pickle of lists of one object each, always the same, that has many attributes."""
    long = b"}(" + b"".join(b"U\5%05dN" % number for number in range(count)) + b"u"
    return pickled(b"](ca\nNet\n)\x81" + long + b"bq\1" + b"]h\1a" * count + b"e")


def _shared_tensors(count):
    """Many tensors that are all of one storage."""
    return {"t{}".format(number): tensor(np.zeros(1 << 16, np.float32), key="0") for number in range(count)}


def _overlapping_zip(count):
    """Members of a directory that all lie over the same compressed bytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        state = {str(number): tensor(np.float32([]), key=str(number), count=20 << 18) for number in range(count)}
        archive.writestr("agent/data.pkl", torch_pickle(state)[0])
        archive.writestr("agent/data/0", bytes(20 << 20))
        first = archive.getinfo("agent/data/0")
        for number in range(1, count):
            member = zipfile.ZipInfo("agent/data/{}".format(number))
            for key in ("header_offset", "compress_size", "file_size", "CRC", "compress_type"):
                setattr(member, key, getattr(first, key))
            archive.filelist.append(member)
            archive.NameToInfo[member.filename] = member
    return file.getvalue()


def _directory_of(size):
    """A zip file that says that its directory is of such a size."""
    whole = torch_zip(STATE)
    end = whole.rindex(b"PK\5\6")
    return whole[: end + 12] + struct.pack("<I", size) + whole[end + 16 :]


def _safetensors(header, data=b"", length=None):
    return struct.pack("<Q", len(header) if length is None else length) + header + data


def _onnx_of_graph(graph):
    return field(1, 9) + field(2, "x") + field(7, graph)


def _onnx_of(node):
    return onnx_model([node], {"w": np.ones((2, 3, 3, 3), np.float32)}, ["y"])


def torch_files():
    runs = {"torch zip, opcode " + name: _with_pickle(pickled(HOSTILE[name])) for name in OPCODES}
    runs.update(("torch legacy, opcode " + name, _legacy_with(pickled(HOSTILE[name]))) for name in OPCODES)
    runs.update(("torch zip, " + name, _with_pickle(pickled(REFUSED[name][0]))) for name in LIMITS)
    return dict(
        runs,
        **{
            "a module that runs": torch_zip(module("payload.Thing", {"weight": tensor(VALUES)})),
            "a state that runs": torch_zip(module("a.Net", {"weight": tensor(VALUES)}, hook=Name("posix.system"))),
            "modules as deep as the file is long": torch_zip(_nested(90)),
            "modules again and again": _with_pickle(_laughing(60)),
            "a shape of 2^40": torch_zip({"a": tensor(VALUES, shape=(HUGE,), strides=(0,))}),
            "a shape of many sides": torch_zip({"a": tensor(VALUES, shape=(1,) * 10**4, strides=(0,) * 10**4)}),
            "a storage of 2^60": torch_zip({"a": tensor(VALUES, count=1 << 60)}),
            "a storage of less than none": torch_zip({"a": tensor(VALUES, count=-1)}),
            "strides of 2^62": torch_zip({"a": tensor(VALUES, shape=(2, 2), strides=(1 << 62, 1))}),
            "an offset of 2^62": torch_zip({"a": tensor(VALUES, offset=1 << 62)}),
            "an offset of text": torch_zip({"a": tensor(VALUES, offset="x")}),
            "objects whose attributes are the same many": _with_pickle(_same_attributes(20_000)),
            "objects that are looked at again and again": _with_pickle(_same_object(20_000)),
            "many tensors of one storage": torch_zip(_shared_tensors(200)),
            "a key of a path": torch_zip({"a": tensor(VALUES, key="../../../../etc/passwd")}, **{"data/x": b""}),
            "a persistent id of numbers": torch_zip({"a": tensor(VALUES, pid=(1, 2, 3))}),
            "a persistent id that holds lists": torch_zip({"a": tensor(VALUES, pid=("storage", [], [], [], []))}),
            "a view beyond its storage": torch_legacy(
                {"a": tensor(VALUES, pid=("storage", Name("torch.FloatStorage"), "0", "cpu", 12, ("0", 10, 1 << 50)))}
            ),
            "legacy, a storage of 2^60": torch_legacy(STATE, counts=1 << 60),
            "legacy, a storage of less than none": torch_legacy(STATE, counts=-1),
            "legacy, many keys": torch_legacy(STATE, keys=["0"] * 10**5),
            "a compressed pickle of 100 MB": torch_zip(
                STATE,
                zipfile.ZIP_DEFLATED,
                **{"data.pkl": b"\x80\x04\x8e" + struct.pack("<Q", 100 << 20) + bytes(100 << 20)},
            ),
            "members over one another": _overlapping_zip(200),
            "a directory of 4 GB": _directory_of(0xFFFFFFF0),
            "a directory of 1.2 MB": zipped({"agent/data/" + "x" * 4000 + str(number): b"" for number in range(300)}),
            "a torch file of nothing": torch_zip({}),
        },
    )


def sb3_files():
    deep = "[" * 10**5 + "]" * 10**5
    return {
        "sb3, settings as deep as the file is long": sb3_zip(STATE, deep),
        "sb3, settings that run": sb3_zip(
            STATE, dict(SB3_DATA, a={":serialized:": "Y3Bvc2l4CnN5c3RlbQooVQl0b3VjaCByYW50Ui4="})
        ),
        "sb3, a number of a million digits": sb3_zip(STATE, '{"gamma": ' + "9" * 10**6 + "}"),
        "sb3, settings of 65 MB": sb3_zip(STATE, '{"a": "' + "x" * (65 << 20) + '"}', zipfile.ZIP_DEFLATED),
        "sb3, a network that runs": sb3_zip(STATE, policy__pth=_with_pickle(pickled(HOSTILE["REDUCE"]))),
        "sb3, zips in one another": sb3_zip(STATE, policy__pth=sb3_zip(STATE, policy__pth=sb3_zip(STATE))),
        "sb3, names of 60 KB": sb3_zip(STATE, '{"' + "x" * 60_000 + '": 1}'),
    }


def safetensors_files():
    entry = b'{"dtype":"F32","shape":[%d],"data_offsets":[%d,%d]}'
    return {
        "safetensors, a header of 2^63": _safetensors(b"{}", length=1 << 63),
        "safetensors, a header of 8 MB that is not there": _safetensors(b"{}", length=8 << 20),
        "safetensors, a tensor of 2^40": _safetensors(b'{"a":' + entry % (HUGE, 0, 4 * HUGE) + b"}"),
        "safetensors, sides of 2^40": _safetensors(
            b'{"a":{"dtype":"F32","shape":[1099511627776,1099511627776,0],"data_offsets":[0,0]}}'
        ),
        "safetensors, deep": _safetensors(b'{"a":' * 10**5 + b"1" + b"}" * 10**5),
        "safetensors, many names": _safetensors(
            b"{" + b",".join(b'"%d":' % number + entry % (0, 0, 0) for number in range(50_000)) + b"}"
        ),
        "safetensors, overlapping": _safetensors(
            b'{"a":' + entry % (2, 0, 8) + b',"b":' + entry % (2, 0, 8) + b"}", bytes(8)
        ),
        "safetensors, a long name": _safetensors(b'{"' + b"x" * (1 << 20) + b'":' + entry % (3, 0, 8) + b"}", bytes(8)),
    }


def flax_files():
    return {
        "flax, a map of 2^32": b"\xdf\xff\xff\xff\xff\xa1a\1",
        "flax, a list of 2^32": b"\xdd\xff\xff\xff\xff\1",
        "flax, bytes of 2^32": b"\x81\xa1a\xc6\xff\xff\xff\xff",
        "flax, an array of 2^32": b"\x81\xa1a\xc9\xff\xff\xff\xff\1\x93\xdd\0\0\0\1\1\xa7float32\xc6\xff\xff\xff\xff",
        "flax, a shape of 2^40": packed({"a": VALUES}).replace(
            b"\xdd\0\0\0\1\x0c", b"\xdd\0\0\0\1\xd3" + struct.pack(">q", HUGE)
        ),
        "flax, lists as deep as the file is long": b"\x91" * 10**6,
        "flax, many values": b"\xdd\0\x0f\xff\xff" + b"\1" * (1 << 20),
        "flax, arrays of objects": packed({"a": VALUES}).replace(b"float32", b"object_"),
        "flax, text that is none": b"\x81\xa1\xff\1",
    }


def onnx_files():
    dims = b"".join(field(1, side) for side in (1 << 30, 1 << 30, 0))
    return {
        "onnx, values in /etc/passwd": _onnx_of_graph(
            field(
                5,
                field(1, 4)
                + field(2, 1)
                + field(8, "w")
                + field(13, field(1, "location") + field(2, "/etc/passwd"))
                + field(14, 1),
            )
        ),
        "onnx, a million empty nodes": _onnx_of_graph(b"\x0a\0" * 10**6),
        "onnx, a million numbers": _onnx_of_graph(field(5, field(7, b"\1" * 10**6) + field(2, 7))),
        "onnx, sides of 2^30": _onnx_of_graph(field(5, dims + field(2, 1) + field(8, "w") + field(9, b""))),
        "onnx, a tensor of 2^40": _onnx_of_graph(
            field(5, field(1, HUGE) + field(2, 1) + field(8, "w") + field(9, bytes(8)))
        ),
        "onnx, a graph in a graph": _onnx_of(onnx_node("If", ["image"], "y")),
        "onnx, strides of 2^62": _onnx_of(onnx_node("Conv", ["image", "w"], "y", strides=[1 << 62, 1])),
        "onnx, padding of 2^62": _onnx_of(onnx_node("Conv", ["image", "w"], "y", pads=[1 << 62] * 4)),
        "onnx, strides of none": _onnx_of(onnx_node("MaxPool", ["image"], "y", kernel_shape=[2, 2], strides=[0, 0])),
        "onnx, no stride but a text": _onnx_of(onnx_node("MaxPool", ["image"], "y", kernel_shape="ab")),
        "onnx, a node of itself": _onnx_of(onnx_node("Add", ["y", "y"], "y")),
        "onnx, a kernel of no sides": onnx_model(
            [onnx_node("Conv", ["image", "w"], "y")], {"w": np.zeros((2, 3, 0, 0), np.float32)}, ["y"]
        ),
        "onnx, sizes of many": onnx_model(
            [onnx_node("Reshape", ["image", "s"], "y")], {"s": np.zeros(10**5, np.int64)}, ["y"]
        ),
        "onnx, a constant without values": _onnx_of(onnx_node("Constant", [], "y", value=onnx_tensor("", VALUES)[:-9])),
    }


def other_files():
    whole = torch_zip({"a": tensor(np.arange(100, dtype=np.float32))})
    flipped = {
        "torch zip, flipped at {}".format(at): whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :]
        for at in range(0, len(whole), len(whole) // 9)
    }
    return dict(
        flipped,
        **{
            "a zip of text": zipped({"a.txt": b"hello"}),
            "HDF5": b"\x89HDF\r\n\x1a\n" + bytes(100),
            "a single array": b"\x93NUMPY\1\0" + bytes(100),
            "zlib of a torch file": zlib.compress(whole),
            "a page": b"<!doctype html>",
        },
    )


OPCODES = ("REDUCE", "eval", "import", "OBJ", "INST", "NEWOBJ", "BUILD", "persistent id", "array of objects")
LIMITS = (
    "lists as deep as the file is long",
    "a list that holds itself",
    "the same as a value",
    "bytes of 2^60",
    "too many opcodes",
    "a tuple shared 60 levels deep, as a key",
)


def hostile_agent_files():
    """What each does → its content."""
    found = {}
    for files in (torch_files(), sb3_files(), safetensors_files(), flax_files(), onnx_files(), other_files()):
        found.update(files)
    return found
