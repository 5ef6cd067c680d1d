"""safetensors files, read and written."""

import json
import struct

import numpy as np
import pytest

from understanding_rl_vision.agent_files import read_agent_file, write_safetensors
from understanding_rl_vision.errors import InputError

RANDOM = np.random.RandomState(0)
KINDS = "float64 float32 float16 int64 int32 int16 int8 uint64 uint32 uint16 uint8 bool complex64".split()
ARRAYS = {"a." + kind: RANDOM.randint(0, 2, (2, 3)).astype(kind) for kind in KINDS}
ARRAYS["number"] = np.float32(2).reshape(())
ARRAYS["empty"] = np.zeros((0, 4), np.float32)
# Not in the order of its values.
ARRAYS["turned"] = np.arange(6, dtype=np.float32).reshape(2, 3).T


def encoded(header, data=b"", length=None):
    text = header if isinstance(header, bytes) else json.dumps(header).encode("utf-8")
    return struct.pack("<Q", len(text) if length is None else length) + text + data


def test_what_is_written_is_read(tmp_path):
    path = str(tmp_path / "agent")
    write_safetensors(path, ARRAYS, {"args": "{}"})
    found = read_agent_file(path)
    assert (found.format, found.facts, list(found.tensors)) == ("safetensors", {"args": "{}"}, list(ARRAYS))
    for name, array in ARRAYS.items():
        assert found.tensors[name].dtype == array.dtype and found.tensors[name].shape == array.shape
        np.testing.assert_array_equal(found.tensors[name], array)


def test_the_bytes_are_those_of_the_format(tmp_path):
    path = tmp_path / "agent"
    write_safetensors(str(path), {"a": np.float32([1, 2])})
    content = path.read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    assert length % 8 == 0
    assert json.loads(content[8 : 8 + length]) == {"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}
    assert content[8 + length :] == b"\0\0\x80\x3f\0\0\0\x40"


def test_bfloat16(read):
    header = {"a": {"dtype": "BF16", "shape": [2], "data_offsets": [0, 4]}}
    np.testing.assert_array_equal(read(encoded(header, b"\x80\x3f\x20\xc0")).tensors["a"], np.float32([1, -2.5]))


def test_what_the_format_has_not_is_not_written(tmp_path):
    with pytest.raises(InputError, match="safetensors has"):
        write_safetensors(str(tmp_path / "agent"), {"a": np.array(["text"])})
    assert not list(tmp_path.iterdir())


def entry(**changed):
    return {"a": dict({"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}, **changed)}


DAMAGED = {
    "another length": (encoded(entry(shape=[3]), bytes(8)), "should be"),
    "a hole": (encoded(entry(data_offsets=[4, 12]), bytes(12)), "should be"),
    "overlapping": (encoded(dict(entry(), b=entry()["a"]), bytes(8)), "should be"),
    "more bytes": (encoded(entry(), bytes(9)), "belong to no tensor"),
    "fewer bytes": (encoded(entry(), bytes(7)), "cut short|early"),
    "a shape of text": (encoded(entry(shape="ab"), bytes(8)), "shape"),
    "a negative shape": (encoded(entry(shape=[-2]), bytes(8)), "shape"),
    "a shape of 2^200": (encoded(entry(shape=[2**200]), bytes(8)), "shape"),
    "empty, of any length": (encoded(entry(shape=[2**39, 0], data_offsets=[0, 0])), "shape"),
    "places of text": (encoded(entry(data_offsets=["0", "8"]), bytes(8)), "place"),
    "backwards": (encoded(entry(data_offsets=[8, 0]), bytes(8)), "should be"),
    "another kind": (encoded(entry(dtype="F8_E4M3"), bytes(8)), "F8_E4M3"),
    "a kind of a list": (encoded(entry(dtype=[]), bytes(8)), "type"),
    "no dtype": (encoded({"a": {"shape": [2], "data_offsets": [0, 8]}}, bytes(8)), "does not say"),
    "metadata of numbers": (encoded({"__metadata__": {"a": 1}}), "not text"),
    "no JSON": (encoded(b"{" + b"x" * 20), "not JSON"),
    "deep JSON": (encoded(b'{"a":' * 500 + b"1" + b"}" * 500), "deep|JSON"),
    "a long header": (encoded(b"{}", length=1 << 20), "early"),
}


@pytest.mark.parametrize("content, said", DAMAGED.values(), ids=DAMAGED)
def test_damaged(content, said, read):
    with pytest.raises(InputError, match=said):
        read(content)


def test_the_library_reads_and_writes_the_same(tmp_path):
    safetensors = pytest.importorskip("safetensors.numpy")
    arrays = {name: np.ascontiguousarray(array) for name, array in ARRAYS.items() if "complex" not in name}
    path = str(tmp_path / "agent")
    write_safetensors(path, arrays, {"a": "b"})
    for found in (safetensors.load_file(path), _written_by(safetensors, arrays, path)):
        for name, array in arrays.items():
            np.testing.assert_array_equal(found[name].reshape(array.shape), array)


def _written_by(safetensors, arrays, path):
    safetensors.save_file(arrays, path)
    return read_agent_file(path).tensors
