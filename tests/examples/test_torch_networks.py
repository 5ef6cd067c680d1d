"""The networks of examples/torch_networks.py are those of the package. Skipped without PyTorch."""

import joblib
import numpy as np
import pytest

from tests.helpers.untrained import write_checkpoint
from understanding_rl_vision.agents.checkpoints import read_checkpoint
from understanding_rl_vision.agents.policy import Policy
from understanding_rl_vision.errors import InputError

torch = pytest.importorskip("torch")


@pytest.fixture(scope="module")
def networks(example):
    return example("torch_networks")


def check_same(network, checkpoint):
    observations = np.random.RandomState(0).randint(256, size=(4, 64, 64, 3)).astype(np.uint8)
    expected = Policy(checkpoint, (64, 64, 3)).outputs(observations)
    with torch.no_grad():
        outputs = network(torch.from_numpy(observations))
    for ours, theirs in zip(outputs, expected):
        assert np.ptp(theirs) > 1e-3
        np.testing.assert_allclose(ours.numpy(), theirs, atol=1e-4)
    arrays = network.named_arrays()
    assert set(arrays) == set(checkpoint.params)
    for name, array in checkpoint.params.items():
        np.testing.assert_array_equal(arrays[name], array)


def test_a_trained_network_computes_the_same_in_both(networks, checkpoint_path):
    content = joblib.load(str(checkpoint_path))
    check_same(networks.network_of(content, torch.device("cpu")), read_checkpoint(str(checkpoint_path)))


@pytest.mark.parametrize("cnn, pooling", [("clear", "torch"), ("impala", "tf"), ("impala", "torch"), ("nature", "tf")])
def test_an_architecture_computes_the_same_in_both(networks, cnn, pooling, tmp_path):
    path = write_checkpoint(tmp_path / "agent.jd", num_actions=9, env_name="coinrun", cnn=cnn, pooling=pooling)
    content = joblib.load(path)
    # What starts at 0 or nearly so is drawn too, so that where it goes is seen.
    random = np.random.RandomState(0)
    for name, array in content["params"].items():
        if name.endswith(("b:0", "bias:0", "pi/w:0")):
            array += random.normal(0, 0.1, array.shape)
    joblib.dump(content, path)
    check_same(networks.network_of(content, torch.device("cpu")), read_checkpoint(path))


@pytest.mark.parametrize(
    "change, message",
    [
        (lambda content: content["args"].update(cnn="nature"), "not those of a NatureNetwork.*ppo2_model/pi/1a/conv2d"),
        (lambda content: content["args"].update(cnn="resnet"), "accepted are clear, impala, nature"),
        (lambda content: content["args"].update(use_lstm=1), "recurrent"),
        (lambda content: content["params"].pop("ppo2_model/pi/b:0"), "lacks the parameter 'ppo2_model/pi/b:0'"),
        (lambda content: content["params"].pop("ppo2_model/vf/w:0"), "ClearNetwork.*ppo2_model/vf/w:0 is missing"),
    ],
)
def test_what_is_no_such_network_is_refused(networks, checkpoint_path, change, message):
    content = joblib.load(str(checkpoint_path))
    change(content)
    with pytest.raises(InputError, match=message):
        networks.network_of(content, torch.device("cpu"))
