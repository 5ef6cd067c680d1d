"""Zip files of Stable-Baselines3."""

import json
import zipfile

import numpy as np
import pytest

from tests.helpers.agent_files import SB3_DATA, sb3_zip, tensor, torch_legacy, torch_zip, zipped
from understanding_rl_vision.agent_files import read_agent_file
from understanding_rl_vision.errors import InputError

STATE = {"features_extractor.cnn.0.weight": tensor(np.ones((2, 4, 8, 8), np.float32)), "action_net.bias": tensor([1.0])}


@pytest.mark.parametrize("compress", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_network_and_settings(compress, read):
    found = read(sb3_zip(STATE, compress=compress))
    assert (found.format, list(found.tensors)) == ("sb3", list(STATE))
    assert found.facts["gamma"] == 0.99 and found.facts["_stable_baselines3_version"] == "2.9.2"
    assert found.facts["observation_space"] == {":type:": "Box", "dtype": "uint8", "_shape": [4, 36, 36]}
    assert found.facts["action_space"]["n"] == "6"
    assert ":serialized:" not in json.dumps(found.facts)
    assert found.facts["left_out"] == ["policy.optimizer.pth"]


def test_a_network_in_the_legacy_layout(read):
    assert list(read(sb3_zip(STATE, policy__pth=torch_legacy(STATE))).tensors) == list(STATE)


def test_numbers_that_json_has_not(read):
    found = read(sb3_zip(STATE, json.dumps(dict(SB3_DATA, a=float("nan"), b=float("-inf")))))
    assert (found.facts["a"], found.facts["b"]) == ("nan", "-inf")


DAMAGED = {
    "the older library's": (zipped({"data": "{}", "parameters": b""}), "for TensorFlow"),
    "settings of a list": (sb3_zip(STATE, "[]"), "no JSON object"),
    "settings that are no JSON": (sb3_zip(STATE, "{"), "not JSON"),
    "a network of text": (sb3_zip(STATE, policy__pth=b"hello" * 10), "damaged"),
    "a network without values": (sb3_zip(STATE, policy__pth=torch_zip(STATE, **{"data/0": None})), "no member"),
}


@pytest.mark.parametrize("content, said", DAMAGED.values(), ids=DAMAGED)
def test_damaged(content, said, read):
    with pytest.raises(InputError, match=said):
        read(content)


def test_a_file_of_the_library(tmp_path):
    """What the library saves, with its own parameters; skipped where it is not installed."""
    sb3, gymnasium = pytest.importorskip("stable_baselines3"), pytest.importorskip("gymnasium")

    class Game(gymnasium.Env):
        observation_space = gymnasium.spaces.Box(0, 255, (36, 36, 4), np.uint8)
        action_space = gymnasium.spaces.Discrete(6)

    path = str(tmp_path / "agent.zip")
    agent = sb3.PPO("CnnPolicy", Game(), n_steps=8, batch_size=8, device="cpu")
    agent.save(path)
    found = read_agent_file(path)
    expected = agent.policy.state_dict()
    assert list(found.tensors) == list(expected)
    for name, values in expected.items():
        np.testing.assert_array_equal(found.tensors[name], values.numpy())
    assert found.facts["gamma"] == 0.99 and found.facts["action_space"]["n"] == "6"
    assert found.facts["observation_space"]["_shape"] == [4, 36, 36]
