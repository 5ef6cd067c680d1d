"""Files of torch.save, in both layouts, read without PyTorch."""

import collections
import sys
import tracemalloc
import zipfile

import numpy as np
import pytest

from tests.helpers.agent_files import Name, conv2d, module, tensor, torch_legacy, torch_zip, zipped
from understanding_rl_vision.agent_files import read_agent_file
from understanding_rl_vision.errors import InputError

RANDOM = np.random.RandomState(0)
KERNEL = RANDOM.standard_normal((3, 4, 8, 8)).astype(np.float32)
BIAS = np.arange(3, dtype=np.float32)
STATE = collections.OrderedDict([("conv.weight", tensor(KERNEL)), ("conv.bias", tensor(BIAS))])
WRITERS = {"torch zip": torch_zip, "torch legacy": torch_legacy}
# Made by torch 2.13 of tensors of many kinds: see `kinds`.
FIXTURES = "tests/agent_files/files"

both = pytest.mark.parametrize("layout", WRITERS)


def same(found, expected):
    assert found.shape == expected.shape and found.dtype == expected.dtype
    np.testing.assert_array_equal(found, expected)


@both
def test_state_dictionary(layout, read):
    found = read(WRITERS[layout](STATE))
    assert (found.format, list(found.tensors)) == (layout, ["conv.weight", "conv.bias"])
    same(found.tensors["conv.weight"], KERNEL)
    same(found.tensors["conv.bias"], BIAS)
    assert (found.facts, found.convolutions, found.network) == ({}, {}, None)


@both
@pytest.mark.parametrize("key", ["state_dict", "model_state_dict", "model", "model_weights"])
def test_wrapped(layout, key, read):
    optimizer = {"state": {0: {"exp_avg": tensor(BIAS)}}, "param_groups": [{"lr": 1.0}]}
    args = {"env_id": "Pong", "sizes": (1, 2), "lr": np.float64(0.5)}
    found = read(WRITERS[layout]({key: STATE, "optimizer_state_dict": optimizer, "args": args, "epoch": 3}))
    assert list(found.tensors) == list(STATE)
    assert found.facts.pop("left_out") == ["the optimiser optimizer_state_dict"]
    assert found.facts == {"args": {"env_id": "Pong", "sizes": [1, 2], "lr": 0.5}, "epoch": 3}


@both
def test_optimizers_are_left_out(layout, read):
    state = {"state": {0: {"exp_avg": tensor(BIAS)}}, "param_groups": []}
    for key, value in (("optimizer_states", [state]), ("adam", state), ("optim", {"m": tensor(BIAS)})):
        found = read(WRITERS[layout]({"state_dict": STATE, key: value}))
        assert list(found.tensors) == list(STATE) and found.facts["left_out"] == ["the optimiser " + key]
    found = read(WRITERS[layout](dict(STATE, optimizer=state, epoch=3)))
    assert list(found.tensors) == list(STATE)
    assert found.facts == {"left_out": ["the optimiser optimizer"], "epoch": 3}
    adam = module("torch.optim.adam.Adam", state={0: tensor(BIAS)})
    assert list(read(WRITERS[layout]({"net": STATE, "adam": adam})).tensors) == list(STATE)


@both
def test_several_networks_keep_the_names_of_their_parts(layout, read):
    found = read(WRITERS[layout]({"actor": STATE, "critic": [{"weight": tensor(BIAS)}]}))
    assert list(found.tensors) == ["actor.conv.weight", "actor.conv.bias", "critic.0.weight"]


@both
def test_whole_modules(layout, read):
    inner = module("torch.nn.modules.container.Sequential", modules={"0": conv2d(KERNEL, BIAS, 4, 0)})
    hidden = collections.OrderedDict([("seen", tensor(BIAS)), ("hidden", tensor(BIAS)), ("none", None)])
    policy = module(
        "model.Policy",
        {"scale": tensor(np.float32(2))},
        {"base": inner, "gone": None},
        _buffers=hidden,
        _non_persistent_buffers_set={"hidden"},
        recurrent=False,
    )
    norms = module("baselines.RunningMeanStd", mean=np.zeros(3))
    found = read(WRITERS[layout]([policy, None, norms]))
    assert list(found.tensors) == ["scale", "seen", "base.0.weight", "base.0.bias"]
    same(found.tensors["base.0.weight"], KERNEL)
    window = {"kernel_size": [8, 8], "stride": [4, 4], "padding": [0, 0], "dilation": [1, 1], "groups": 1}
    assert found.convolutions == {"base.0": dict(window, **{"class": "torch.nn.modules.conv.Conv2d"})}
    assert found.facts["modules"][""] == "model.Policy"
    assert found.facts["modules"]["base"] == "torch.nn.modules.container.Sequential"
    assert found.facts["left_out"] == ["2 (baselines.RunningMeanStd)"]
    assert "model" not in sys.modules and "baselines" not in sys.modules


@both
def test_strides(layout, read):
    values = np.arange(24, dtype=np.float32)
    content = {
        "turned": tensor(values, shape=(6, 4), strides=(1, 6)),
        "part": tensor(values, offset=8, shape=(2, 3), strides=(6, 1)),
        "number": tensor(values, offset=5, shape=(), strides=()),
        "empty": tensor(values, shape=(0, 3), strides=(3, 1)),
        "spread": tensor(values, shape=(3, 4), strides=(0, 1)),
    }
    found = read(WRITERS[layout](content)).tensors
    same(found["turned"], values.reshape(4, 6).T)
    same(found["part"], values.reshape(4, 6)[1:3, 2:5])
    same(found["number"], values[5].reshape(()))
    same(found["empty"], np.zeros((0, 3), np.float32))
    same(found["spread"], np.stack([values[:4]] * 3))


@both
def test_kinds_of_values(layout, read):
    arrays = {kind: RANDOM.randint(0, 2, (2, 3)).astype(kind) for kind in "float64 float16 int64 uint8 bool".split()}
    found = read(WRITERS[layout]({name: tensor(array) for name, array in arrays.items()})).tensors
    for name, array in arrays.items():
        same(found[name], array)


def test_bfloat16(read):
    exact = np.float32([1, -2.5, 3e38, 2**-130, np.inf])
    content = {"a": tensor(exact, values=(exact.view(np.uint32) >> 16).astype("<u2").tobytes(), kind="BFloat16")}
    same(read(torch_zip(content)).tensors["a"], (exact.view(np.uint32) >> 16 << 16).view(np.float32))


def test_big_endian(read):
    swapped = tensor(BIAS, values=BIAS.astype(">f4").tobytes())
    same(read(torch_zip({"a": swapped}, byteorder=b"big")).tensors["a"], BIAS)
    same(read(torch_legacy({"a": swapped}, little_endian=False)).tensors["a"], BIAS)


def test_shared_values_are_read_once(read):
    shared = {"a": tensor(BIAS, key="0"), "b": tensor(BIAS, key="0")}
    found = read(torch_zip(shared)).tensors
    assert np.shares_memory(found["a"], found["b"])


def test_compressed_members(read):
    same(read(torch_zip(STATE, zipfile.ZIP_DEFLATED)).tensors["conv.weight"], KERNEL)


def test_an_optimizer_is_no_network(read):
    with pytest.raises(InputError, match="an optimiser, and no network"):
        read(torch_zip({"state": {0: {"exp_avg": tensor(BIAS)}}, "param_groups": []}))


def test_values_that_are_not_needed_are_not_looked_for(read):
    optimizer = {"state": {0: tensor(BIAS, key="gone")}, "param_groups": []}
    assert list(read(torch_zip({"model": STATE, "optimizer": optimizer}, **{"data/gone": None})).tensors) == list(STATE)


DAMAGED = {
    "no storage": (lambda: torch_zip(STATE, **{"data/0": None}), "no member"),
    "a short storage": (lambda: torch_zip(STATE, **{"data/0": b"abc"}), "told more"),
    "a tensor beyond its storage": (lambda: torch_zip({"a": tensor(BIAS, offset=1)}), "not all values"),
    "negative strides": (lambda: torch_zip({"a": tensor(BIAS, strides=(-1,))}), "damaged"),
    "more strides than sides": (lambda: torch_zip({"a": tensor(BIAS, strides=(1, 1))}), "damaged"),
    "a storage of text": (lambda: torch_zip({"a": tensor(BIAS, kind="Text")}), "TextStorage"),
    "quantised values": (lambda: torch_zip({"a": tensor(BIAS, kind="QInt8")}), "QInt8Storage"),
    "no data.pkl": (lambda: zipped({"a": b"b"}), "neither of torch"),
    "other counts": (lambda: torch_legacy(STATE, counts=7), "told otherwise"),
    "other keys": (lambda: torch_legacy(STATE, keys=["7"]), "told otherwise"),
    "no keys": (lambda: torch_legacy(STATE, keys=[]), "not in it"),
    "cut short": (lambda: torch_legacy(STATE)[:-100], "cut short"),
    "a zip cut short": (lambda: torch_zip(STATE)[:-100], "damaged"),
    "a flipped byte": (lambda: torch_zip(STATE).replace(KERNEL.tobytes()[:8], b"x" * 8), "checksum"),
    "no tensors": (lambda: torch_zip({"a": 1}), "no tensors"),
    "a function": (lambda: torch_zip(Name("os.system")), "no tensors"),
}


@pytest.mark.parametrize("make, said", DAMAGED.values(), ids=DAMAGED)
def test_damaged(make, said, read):
    with pytest.raises(InputError, match=said):
        read(make())


def kinds():
    """What the fixtures kinds_zip.pt and kinds_legacy.pt hold."""
    base = np.arange(24, dtype=np.float32).reshape(4, 6)
    return {
        "t": base.T,
        "part": base[1:3, 2:5],
        "half": base.astype(np.float16),
        "i": base.astype(np.int64),
        "b": base > 5,
        "u8": base.astype(np.uint8),
        "u16": base.astype(np.uint16),
        "c": base.astype(np.complex64),
        "scalar": np.float32(3.5).reshape(()),
        "empty": np.zeros((0, 3), np.float32),
        "p": base,
        "channels_last": np.arange(120, dtype=np.float32).reshape(2, 3, 4, 5),
        "bf": base,
    }


@pytest.mark.parametrize("layout", WRITERS)
def test_files_of_torch_itself(layout, checkout):
    found = read_agent_file(str(checkout / FIXTURES / "kinds_{}.pt".format(layout.split()[1])))
    assert found.format == layout and set(found.tensors) == set(kinds())
    for name, array in kinds().items():
        same(found.tensors[name], array)


def test_a_whole_module_of_torch_itself(checkout):
    found = read_agent_file(str(checkout / FIXTURES / "whole_zip.pt"))
    assert list(found.tensors) == ["0.weight", "0.bias", "2.weight", "2.bias"]
    same(found.tensors["0.weight"], np.arange(16, dtype=np.float32).reshape(2, 2, 2, 2))
    assert (found.convolutions["0"]["stride"], found.convolutions["0"]["padding"]) == ([2, 2], [1, 1])
    assert found.facts["modules"]["1"] == "torch.nn.modules.activation.ReLU"


def test_whatever_torch_writes(tmp_path):
    """state_dict() of a module, of its whole pickle in both layouts, and of TorchScript; skipped without PyTorch."""
    torch = pytest.importorskip("torch")
    layers = [torch.nn.Conv2d(4, 3, 8, 4), torch.nn.BatchNorm2d(3), torch.nn.Flatten(), torch.nn.LazyLinear(2)]
    network = torch.nn.Sequential(*layers).eval()
    network(torch.zeros(1, 4, 36, 36))
    path = str(tmp_path / "agent")
    for value in (
        network,
        [network, None],
        {"model": network.state_dict(), "epoch": 3},
        torch.nn.DataParallel(network),
    ):
        for in_zip in (True, False):
            torch.save(value, path, _use_new_zipfile_serialization=in_zip)
            expected = value.state_dict() if isinstance(value, torch.nn.Module) else network.state_dict()
            found = read_agent_file(path).tensors
            assert list(found) == list(expected)
            for name, values in expected.items():
                same(found[name], values.numpy())
    torch.jit.script(network).save(path)
    found = read_agent_file(path).tensors
    assert set(found) >= {name for name, _ in network.named_parameters()}
    for name, values in network.named_parameters():
        same(found[name], values.detach().numpy())


@pytest.mark.parametrize("layout", WRITERS)
def test_one_copy_of_values_is_made(layout, tmp_path):
    array = np.repeat(np.arange(2**12, dtype=np.float32), 2**9)
    path = tmp_path / "agent"
    path.write_bytes(WRITERS[layout]({"a": tensor(array), "b": tensor(np.zeros(3), key="z")}))
    tracemalloc.start()
    found = read_agent_file(str(path)).tensors["a"]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    same(found, array)
    assert peak < 1.1 * array.nbytes + (1 << 20)
