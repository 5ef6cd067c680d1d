"""examples/train_gpu.py and its network, on the CPU. Skipped without PyTorch, which no other test needs."""

import sys

import joblib
import numpy as np
import pytest

from understanding_rl_vision.agents.checkpoints import read_checkpoint
from understanding_rl_vision.agents.policy import Policy
from understanding_rl_vision.train import ppo
from understanding_rl_vision.train.logs import read_progress
from understanding_rl_vision.train.options import complete_options

torch = pytest.importorskip("torch")


@pytest.fixture(scope="module")
def examples(checkout):
    """The modules torch_ppo and train_gpu."""
    sys.path.insert(0, str(checkout / "examples"))
    try:
        import torch_ppo
        import train_gpu
    finally:
        sys.path.pop(0)
    return torch_ppo, train_gpu


@pytest.fixture
def network(examples, checkpoint_path):
    network = examples[0].ClearNetwork(torch.device("cpu"))
    network.take_arrays(read_checkpoint(str(checkpoint_path)).params)
    return network


def test_a_checkpoints_network_computes_the_same_in_both(network, checkpoint_path):
    checkpoint = read_checkpoint(str(checkpoint_path))
    observations = np.random.RandomState(0).randint(256, size=(4, 64, 64, 3)).astype(np.uint8)
    expected = Policy(checkpoint, (64, 64, 3)).outputs(observations)
    with torch.no_grad():
        outputs = network(torch.from_numpy(observations))
    for ours, theirs in zip(outputs, expected):
        np.testing.assert_allclose(ours.numpy(), theirs, atol=1e-4)
    arrays = network.named_arrays()
    assert set(arrays) == set(checkpoint.params)
    for name, array in checkpoint.params.items():
        np.testing.assert_array_equal(arrays[name], array)


@pytest.fixture
def rollout(examples, network):
    """A Rollout of random frames and actions, as the network itself would have played them."""
    torch_ppo, _ = examples
    random = np.random.RandomState(0)
    shape = num_steps, num_envs = 4, 8
    rollout = torch_ppo.new_rollout(num_steps, num_envs, torch.device("cpu"))
    rollout.observations.copy_(torch.from_numpy(random.randint(256, size=shape + (64, 64, 3))))
    rollout.actions.copy_(torch.from_numpy(random.randint(15, size=shape)))
    rollout.rewards.copy_(torch.from_numpy(random.rand(*shape)))
    rollout.dones.copy_(torch.from_numpy((random.rand(*shape) < 0.2).astype(np.float32)))
    rollout.values.copy_(torch.from_numpy(random.rand(num_steps + 1, num_envs)))
    with torch.no_grad():
        logits, _ = network(rollout.observations.flatten(0, 1))
        neglogps = torch.nn.functional.cross_entropy(logits, rollout.actions.flatten(), reduction="none")
    rollout.neglogps.copy_(neglogps.view(shape))
    return rollout


def learn(examples, network, rollout, learning_rate, entropy_coefficient):
    """One step with all frames as its minibatch. Returns its statistics by name."""
    # In its first step TensorFlow's Adam adds epsilon to what is not yet divided by this root.
    eps = 1e-5 / np.sqrt(1 - 0.999)
    optimizer = torch.optim.Adam(network.parameters(), lr=torch.tensor(0.0), eps=eps, fused=True)
    learner = examples[0].Learner(network, optimizer, rollout.actions.numel(), rollout.actions.numel())
    return dict(zip(learner.STATISTICS, learner.learn(rollout, 1, learning_rate, entropy_coefficient)))


def test_a_step_is_that_of_the_tensorflow_graph(examples, network, rollout):
    options = {"learning_rate": 1e-3, "entropy_coeff": 0.02, "clip_range": 0.2, "clip_vf": 1}
    theirs = ppo.Learner((64, 64, 3), 15, complete_options(dict(options, env_name="coinrun")))
    theirs.restore(network.named_arrays(), theirs.optimizer())
    flat = {name: values.flatten(0, 1).numpy() for name, values in rollout._asdict().items()}
    values, advantages = flat["values"][:32], examples[0].advantages_of(rollout).flatten().numpy()
    theirs.update(
        ppo.Batch(flat["observations"], flat["actions"], flat["neglogps"], values, advantages, advantages + values)
    )
    before = network.named_arrays()
    learn(examples, network, rollout, options["learning_rate"], options["entropy_coeff"])
    after, expected = network.named_arrays(), theirs.params()
    for name, array in expected.items():
        assert np.abs(array - before[name]).max() > 5e-4
        np.testing.assert_allclose(after[name], array, atol=1e-5)


def test_what_another_policy_has_played_is_not_taken_for_clipped(examples, network, rollout):
    rollout.neglogps.add_(np.log(2))
    before = network.named_arrays()["ppo2_model/pi/w:0"]
    statistics = learn(examples, network, rollout, learning_rate=1e-3, entropy_coefficient=0)
    assert statistics["clip_fraction"] == 0
    assert np.abs(network.named_arrays()["ppo2_model/pi/w:0"] - before).max() > 5e-4


def test_training_begins_with_a_checkpoint_and_goes_on(examples, checkpoint_path, tmp_path):
    pytest.importorskip("procgen")
    _, train_gpu = examples
    options = [str(tmp_path), "--load-path", str(checkpoint_path), "--device", "cpu", "--report-every", "0"]
    options += ["--num-envs", "4", "--groups", "2", "--num-steps", "8", "--minibatch-size", "16", "--threads", "1"]
    train_gpu.main(options + ["--frames", "32"])
    first = joblib.load(str(tmp_path / "checkpoint.jd"))
    train_gpu.main(options + ["--frames", "96"])
    second = joblib.load(str(tmp_path / "checkpoint.jd"))
    assert [int(row["frames"]) for row in read_progress(str(tmp_path / "progress.csv"))] == [32, 64, 96]
    assert (first["args"]["frames"], second["args"]["frames"]) == (32, 96)
    begun_with = joblib.load(str(checkpoint_path))["params"]
    for name, array in begun_with.items():
        # Two steps of Adam, with 3e-4 for a learning rate.
        assert 0 < np.abs(first["params"][name] - array).max() < 4 * 3e-4
        assert 0 < np.abs(second["params"][name] - first["params"][name]).max() < 16 * 3e-4
    Policy(read_checkpoint(str(tmp_path / "checkpoint.jd")), (64, 64, 3))


def test_the_checkpoint_to_begin_with_may_have_a_name(examples, checkpoint_path, agent_cache, server, tmp_path):
    server.files["procgen/maze.jd"] = checkpoint_path.read_bytes()
    expected = joblib.load(str(checkpoint_path))["params"]
    for given in ("openai:procgen/maze", server.address + "procgen/maze.jd", str(checkpoint_path)):
        parameters = examples[1].parameters(given)
        assert parameters.keys() == expected.keys()
        for name, array in expected.items():
            np.testing.assert_array_equal(parameters[name], array)
    assert server.asked == ["procgen/maze.jd"]
