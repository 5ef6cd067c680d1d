"""Agents of other tools give the logits, the values and the attribution that those tools give."""

import json

import numpy as np
import pytest

from tests.agents.families import made
from tests.helpers import agent_files
from understanding_rl_vision import rl_util
from understanding_rl_vision.agent_files import write_safetensors
from understanding_rl_vision.agents.architectures import POLICY_LOGITS_NAME, VALUE_FUNCTION_NAME
from understanding_rl_vision.agents.checkpoints import read_checkpoint
from understanding_rl_vision.agents.policy import Policy
from understanding_rl_vision.errors import InputError

PLAYS = {
    3: {"env_name": "coinrun", "distribution_mode": "easy"},
    4: {"env_name": "breakout"},
}


def checkpoint_of(folder, name, **args):
    case = made.cases()[name]
    given = {} if case["file"] == "flax ppo" else PLAYS[case["shape"][2]]
    return read_checkpoint(made.write(folder / "agent", case), dict(given, **args))


@pytest.mark.parametrize("name", sorted(made.cases()))
def test_outputs_and_attribution_are_those_of_the_tool(tmp_path, name):
    case = made.cases()[name]
    checkpoint = checkpoint_of(tmp_path, name)
    model = rl_util.FrozenModel.from_bytes(Policy(checkpoint, case["shape"]).freeze())
    images = made.frames(case["shape"]) / np.float32(255)
    for node, expected in ((POLICY_LOGITS_NAME, case["logits"]), (VALUE_FUNCTION_NAME, case["values"])):
        np.testing.assert_allclose(rl_util.get_acts(model, node, images), expected, atol=1e-5 * np.abs(expected).max())
    if "node" in case:
        images = made.frames(case["shape"], case.get("attribution_seed", 7)) / np.float32(255)
        attr = rl_util.get_attr(model, VALUE_FUNCTION_NAME, case["node"], images, integrate_steps=10)
        atol = 1e-4 * np.abs(attr).max()
        np.testing.assert_allclose(attr.sum(axis=(1, 2)), case["by_channel"], atol=atol * 10)
        np.testing.assert_allclose(attr[0].sum(axis=2).ravel(), case["by_place"], atol=atol)


def test_args_are_those_of_the_file_and_the_family(tmp_path):
    args = checkpoint_of(tmp_path, "CleanRL's agents in JAX").args
    assert (args["env_kind"], args["env_name"], args["frame_stack"], args["gamma"]) == ("atari", "breakout", 4, 0.98)
    args = checkpoint_of(tmp_path, "Stable-Baselines3's DQN").args
    assert (args["greedy"], args["epsilon_greedy"], args["frame_stack"], args["cnn"]) == (True, 0.05, 4, "network")
    args = checkpoint_of(tmp_path, "train-procgen-pytorch", gamma=0.5).args
    assert (args["reward_processing"], args["gamma"], args["distribution_mode"]) == ("normalize", 0.5, "easy")
    assert "frame_stack" not in args and not args["greedy"]


def test_the_best_action_is_taken_of_q_values(tmp_path):
    case = made.cases()["CleanRL's dqn_atari"]
    policy = Policy(checkpoint_of(tmp_path, "CleanRL's dqn_atari"), case["shape"])
    logits, values = policy.outputs(made.frames(case["shape"]))
    np.testing.assert_allclose(values, case["values"], atol=1e-5)
    np.testing.assert_array_equal(np.exp(logits), np.eye(6)[np.argmax(case["logits"], axis=1)])
    np.testing.assert_array_equal(policy.logits(made.frames(case["shape"])), logits)


def refusal(tmp_path, arrays, **args):
    path = tmp_path / "agent.pt"
    path.write_bytes(agent_files.torch_zip({name: agent_files.tensor(array) for name, array in arrays.items()}))
    with pytest.raises(InputError) as error:
        read_checkpoint(str(path), args)
    return str(error.value)


def test_what_a_file_does_not_say_is_asked_for(tmp_path):
    arrays = made.tensors(made.cases()["train-procgen-pfrl"])
    said = refusal(tmp_path, arrays)
    assert "an agent of train-procgen-pfrl; it does not say env_name" in said
    assert "3 channels and has 15 actions" in said and '"distribution_mode": "easy"' in said
    assert "does not say distribution_mode" in refusal(tmp_path, arrays, env_name="coinrun")


GATES = {"a GRU": 3, "an LSTM": 4}


@pytest.mark.parametrize("kind", GATES)
def test_recurrent_agents_are_refused_by_what_they_are(tmp_path, kind):
    arrays = made.tensors(made.cases()["train-procgen-pytorch"])
    arrays["gru.gru.weight_ih_l0"] = np.ones((GATES[kind] * 16, 16), np.float32)
    arrays["gru.gru.weight_hh_l0"] = np.ones((GATES[kind] * 16, 16), np.float32)
    assert "with {}: gru.gru.weight_ih_l0; agents".format(kind) in refusal(tmp_path, arrays)


@pytest.mark.parametrize(
    "name, shape, said",
    [
        ("log_std", (6,), "of continuous actions: log_std"),
        ("atoms", (51,), "distributional: atoms"),
        ("network.1.running_mean", (8,), "with batch normalisation"),
        ("target_block.weight", (3, 3), "agent does not have: target_block.weight"),
        ("fc_policy.weight", None, "of no family that is known"),
        ("embedder.block2.res1.conv2.weight", None, "lacks 'embedder.block2.res1.conv2.weight'"),
        ("embedder.fc.weight", (4, 4, 4), r"has the shape (4, 4, 4) instead of one with 2"),
    ],
)
def test_what_is_no_such_agent_is_refused_by_what_it_is(tmp_path, name, shape, said):
    arrays = made.tensors(made.cases()["train-procgen-pytorch"])
    arrays.pop(name, None)
    if shape:
        arrays[name] = np.ones(shape, np.float32)
    assert said in refusal(tmp_path, arrays)


def test_kernels_whose_strides_are_not_known_are_refused(tmp_path):
    arrays = made.tensors(made.cases()["CleanRL's ppo_atari"])
    arrays["network.2.weight"] = np.ones((12, 8, 5, 5), np.float32)
    assert "network.2 is of 5×5" in refusal(tmp_path, arrays)
    assert "sees no pictures" in refusal(tmp_path, {"network.0.weight": np.ones((4, 4), np.float32)})


def test_names_may_have_a_wrapper(tmp_path):
    case = made.cases()["train-procgen-pfrl"]
    arrays = {"module." + name: array for name, array in made.tensors(case).items()}
    wrapped = read_checkpoint(made.write(tmp_path / "wrapped", case, arrays), PLAYS[3])
    assert set(wrapped.params) == set(checkpoint_of(tmp_path, "train-procgen-pfrl").params)


def test_own_files_as_safetensors_must_have_args_as_json(tmp_path):
    path = tmp_path / "agent.safetensors"
    write_safetensors(str(path), {"ppo2_model/pi/b:0": np.zeros(3, np.float32)}, {"args": json.dumps([1])})
    with pytest.raises(InputError, match="JSON of options is accepted"):
        read_checkpoint(str(path))
