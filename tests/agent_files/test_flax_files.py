"""msgpack files of flax."""

import numpy as np
import pytest

from tests.helpers.agent_files import packed
from understanding_rl_vision.agent_files import read_agent_file
from understanding_rl_vision.errors import InputError

KERNEL = np.random.RandomState(0).standard_normal((8, 8, 4, 2)).astype(np.float32)
PARAMS = {"params": {"Conv_0": {"kernel": KERNEL, "bias": np.zeros(2, np.float32)}}}
ARGS = {"env_id": "Pong-v5", "gamma": 0.99, "seed": -1, "track": False, "entity": None, "steps": 10**10}
NAMES = ["params/Conv_0/kernel", "params/Conv_0/bias"]


def test_cleanrls_agents(read):
    found = read(packed({"0": ARGS, "1": {"0": PARAMS, "1": {"params": {"b": np.float64([1])}}}}))
    assert found.format == "flax msgpack"
    assert list(found.tensors) == ["0/" + name for name in NAMES] + ["1/params/b"]
    np.testing.assert_array_equal(found.tensors["0/params/Conv_0/kernel"], KERNEL)
    assert found.facts == {"args": ARGS}


def test_one_network(read):
    assert list(read(packed({"0": ARGS, "1": PARAMS})).tensors) == NAMES
    assert list(read(packed([ARGS, PARAMS])).tensors) == NAMES
    found = read(packed(dict(PARAMS, step=3)))
    assert list(found.tensors) == NAMES and found.facts == {"step": 3}


def test_a_file_of_flax_itself(checkout):
    found = read_agent_file(str(checkout / "tests/agent_files/files/flax.cleanrl_model"))
    assert found.facts["args"] == {
        "env_id": "Pong-v5",
        "gamma": 0.99,
        "none": None,
        "long": "x" * 300,
        "n": {"0": -5, "1": 2**40},
    }
    found = found.tensors
    assert list(found) == ["0/params/Conv_0/bias", "0/params/Conv_0/kernel", "1/params/bf"]
    np.testing.assert_array_equal(found["0/params/Conv_0/kernel"], np.arange(24, dtype=np.float32).reshape(2, 2, 3, 2))
    np.testing.assert_array_equal(found["1/params/bf"], np.float32([1, -2.5]))


WHOLE = packed(PARAMS)
DAMAGED = {
    "more after it": (WHOLE + b"\0", "goes on"),
    "cut short": (WHOLE[:-9], "cut short|early"),
    "a map of 2^32": (b"\xdf\xff\xff\xff\xff\xa1a\1", "early|short"),
    "a list of 2^32": (b"\xdd\xff\xff\xff\xff\1", "early|short"),
    "a text of 2^32": (b"\x81\xdb\xff\xff\xff\xff", "early"),
    "bytes of 2^32": (b"\x81\xa1a\xc6\xff\xff\xff\xff", "early"),
    "deep": (b"\x91" * 10**4 + b"\1", "deep"),
    "many values": (b"\xdd\0\1\xff\xff" + b"\1" * (1 << 17), "many"),
    "twice the same key": (b"\x82\xa1a\1\xa1a\2", "twice"),
    "a key of bytes": (b"\x81\xc4\1a\1", "no texts"),
    "another extension": (b"\x81\xa1a\xd4\x09a", "not flax's"),
    "an unknown code": (b"\x81\xa1a\xc1", "code"),
    "a shape of more": (
        packed(PARAMS).replace(b"\xdd\0\0\0\4\x08\x08\x04\x02", b"\xdd\0\0\0\4\x08\x08\x04\x03"),
        "shape",
    ),
    "an array of objects": (packed(PARAMS).replace(b"\0\0\0\x07float32", b"\0\0\0\x07object3"), "type"),
    "no arrays": (packed(ARGS), "no arrays"),
    "in parts": (packed({"a": {"__msgpack_chunked_array__": True}}), "in parts"),
}


@pytest.mark.parametrize("content, said", DAMAGED.values(), ids=DAMAGED)
def test_damaged(content, said, read):
    with pytest.raises(InputError, match=said):
        read(content)
