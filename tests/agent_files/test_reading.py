"""Files are told by their content; real files of people's agents."""

import json

import numpy as np
import pytest

from tests.helpers.agent_files import onnx_model, onnx_node, packed, sb3_zip, tensor, torch_legacy, torch_zip
from tests.helpers.hostile_checkpoints import joblib_bytes
from understanding_rl_vision.agent_files import read_agent_file, write_safetensors
from understanding_rl_vision.errors import InputError

WEIGHT = np.ones((1, 3), np.float32)
STATE = {"weight": tensor(WEIGHT)}
DENSE = [onnx_node("Flatten", ["image"], "f"), onnx_node("MatMul", ["f", "weight"], "y")]
OF_FORMATS = {
    "jd": joblib_bytes({"params": {"weight": WEIGHT}, "args": {}}),
    "baselines": joblib_bytes({"weight": WEIGHT}),
    "torch zip": torch_zip(STATE),
    "torch legacy": torch_legacy(STATE),
    "sb3": sb3_zip(STATE),
    "flax msgpack": packed({"weight": WEIGHT}),
    "onnx": onnx_model(DENSE, {"weight": WEIGHT.T}, ["y"], shape=("n", 3, 1, 1)),
}


@pytest.mark.parametrize("name", ["agent.jd", "agent.zip", "agent.onnx", "agent", "agent.safetensors"])
def test_names_of_files_say_nothing(name, tmp_path):
    path = tmp_path / name
    for kind, content in OF_FORMATS.items():
        path.write_bytes(content)
        found = read_agent_file(path)
        assert found.format == kind and list(found.tensors) == ["weight"]
        json.dumps(found.facts, allow_nan=False)
    write_safetensors(path, {"weight": WEIGHT})
    assert read_agent_file(path).format == "safetensors"


def test_what_is_no_agents_file(tmp_path):
    with pytest.raises(InputError, match="There is no file"):
        read_agent_file(tmp_path / "agent.pth")
    with pytest.raises(InputError, match="is a folder"):
        read_agent_file(tmp_path)
    for content, said in ((b"", "empty"), (b"\x89HDF\r\n\x1a\n", "Keras"), (b"hello", "Accepted are")):
        (tmp_path / "agent").write_bytes(content)
        with pytest.raises(InputError, match=said):
            read_agent_file(tmp_path / "agent")


REAL = {
    "leesharkey_pfrl_model_final.pt": ("torch zip", 36, "value_fc.weight", (1, 256)),
    "mayank9207_cleanrl_starpilot_model.pth": ("torch zip", 36, "network.5.weight", (256, 2048)),
    "emagsig_fruitbot_baseimpala_00120": ("baselines", 46, "ppo2_model/pi/layer_0/kernel:0", (3, 3, 3, 16)),
}


@pytest.mark.parametrize("name, told", REAL.items(), ids=REAL)
def test_real_files(name, told, shared):
    path = shared / "agents" / name
    if not path.exists():
        pytest.skip("no such agent's file")
    kind, count, parameter, shape = told
    found = read_agent_file(path)
    assert (found.format, len(found.tensors), found.tensors[parameter].shape) == (kind, count, shape)
    assert all(np.isfinite(values).all() for values in found.tensors.values())


def test_real_files_as_torch_reads_them(shared):
    torch = pytest.importorskip("torch")
    for path in sorted((shared / "agents").glob("*.pt*")):
        expected = torch.load(str(path), map_location="cpu", weights_only=True)
        found = read_agent_file(path).tensors
        assert list(found) == list(expected)
        for name, values in expected.items():
            np.testing.assert_array_equal(found[name], values.numpy())
