"""examples/train_gpu.py and its network, on the CPU. Skipped without PyTorch, which no other test needs."""

import csv

import joblib
import numpy as np
import pytest

from understanding_rl_vision.agents.checkpoints import read_checkpoint
from understanding_rl_vision.agents.policy import Policy
from understanding_rl_vision.envs import make_env
from understanding_rl_vision.train import ppo
from understanding_rl_vision.train.options import complete_options

torch = pytest.importorskip("torch")


@pytest.fixture(scope="module")
def ppo_in_torch(example):
    return example("torch_ppo")


@pytest.fixture
def network(example, machine, checkpoint_path):
    return example("torch_networks").network_of(joblib.load(str(checkpoint_path)), machine.device)


@pytest.fixture
def rollout(ppo_in_torch, network):
    """A Rollout of random frames and actions, as the network itself would have played them."""
    random = np.random.RandomState(0)
    shape = num_steps, num_envs = 4, 8
    rollout = ppo_in_torch.new_rollout(num_steps, num_envs, torch.device("cpu"))
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


def learn(ppo_in_torch, machine, network, rollout, learning_rate, entropy_coefficient):
    """One step with all frames as its minibatch. Returns its statistics by name."""
    # In its first step TensorFlow's Adam adds epsilon to what is not yet divided by this root.
    eps = 1e-5 / np.sqrt(1 - 0.999)
    optimizer = torch.optim.Adam(network.parameters(), lr=torch.tensor(0.0), eps=eps, fused=True)
    learner = ppo_in_torch.Learner(network, optimizer, machine, rollout.actions.numel(), rollout.actions.numel())
    return learner.learn(rollout, 1, learning_rate, entropy_coefficient)


def test_a_step_is_that_of_the_tensorflow_graph(ppo_in_torch, machine, network, rollout):
    options = {"learning_rate": 1e-3, "entropy_coeff": 0.02, "clip_range": 0.2, "clip_vf": 1}
    theirs = ppo.Learner((64, 64, 3), 15, complete_options(dict(options, env_name="coinrun")))
    theirs.restore(network.named_arrays(), theirs.optimizer())
    flat = {name: values.flatten(0, 1).numpy() for name, values in rollout._asdict().items()}
    values, advantages = flat["values"][:32], ppo_in_torch.advantages_of(rollout).flatten().numpy()
    theirs.update(
        ppo.Batch(flat["observations"], flat["actions"], flat["neglogps"], values, advantages, advantages + values)
    )
    before = network.named_arrays()
    learn(ppo_in_torch, machine, network, rollout, options["learning_rate"], options["entropy_coeff"])
    after, expected = network.named_arrays(), theirs.params()
    for name, array in expected.items():
        assert np.abs(array - before[name]).max() > 5e-4
        np.testing.assert_allclose(after[name], array, atol=1e-5)


def test_what_another_policy_has_played_is_not_taken_for_clipped(ppo_in_torch, machine, network, rollout):
    rollout.neglogps.add_(np.log(2))
    before = network.named_arrays()["ppo2_model/pi/w:0"]
    statistics = learn(ppo_in_torch, machine, network, rollout, learning_rate=1e-3, entropy_coefficient=0)
    assert statistics["clip_fraction"] == 0
    assert np.abs(network.named_arrays()["ppo2_model/pi/w:0"] - before).max() > 5e-4


OPTIONS = "--device cpu --report-every 0 --num-envs 4 --groups 2 --num-steps 8 --minibatch-size 16 --threads 1".split()


def test_training_begins_with_a_checkpoint_and_goes_on(example, checkpoint_path, tmp_path):
    pytest.importorskip("procgen")
    main = example("train_gpu").main
    options = [str(tmp_path), "--load-path", str(checkpoint_path), *OPTIONS]
    main(options + ["--frames", "32"])
    first = joblib.load(str(tmp_path / "checkpoint.jd"))
    # A line that was written after the last time that it was saved.
    with open(str(tmp_path / "progress.csv"), "a") as file:
        file.write("64,0,0,0,0,0,0,0\n")
    main(options + ["--frames", "96"])
    second = joblib.load(str(tmp_path / "checkpoint.jd"))
    with open(str(tmp_path / "progress.csv"), newline="") as file:
        assert [int(row["frames"]) for row in csv.DictReader(file)] == [32, 64, 96]
    assert (first["args"]["frames"], second["args"]["frames"]) == (32, 96)
    begun_with = joblib.load(str(checkpoint_path))["params"]
    for name, array in begun_with.items():
        # Two steps of Adam, with 3e-4 for a learning rate.
        assert 0 < np.abs(first["params"][name] - array).max() < 4 * 3e-4
        assert 0 < np.abs(second["params"][name] - first["params"][name]).max() < 16 * 3e-4
    Policy(read_checkpoint(str(tmp_path / "checkpoint.jd")), (64, 64, 3))


def test_the_game_is_that_of_the_checkpoint_and_its_levels_are_those_asked_for(
    example, checkpoint_path, tmp_path, monkeypatch
):
    pytest.importorskip("procgen")
    agent = joblib.load(str(checkpoint_path))
    agent["args"].update(distribution_mode="easy", paint_vel_info=False, restrict_themes=True)
    joblib.dump(agent, str(tmp_path / "agent.jd"))
    main, folder = example("train_gpu").main, tmp_path / "out"
    games, made = example("torch_games"), []

    def noted(*given, **options):
        made.append(options)
        return make_env(*given, **options)

    monkeypatch.setattr(games, "make_env", noted)
    asked_for = ["--env", "jumper", "--num-levels", "3", "--frames", "32", *OPTIONS]
    main([str(folder), "--load-path", str(tmp_path / "agent.jd"), *asked_for])
    args = joblib.load(str(folder / "checkpoint.jd"))["args"]
    expected = {"distribution_mode": "easy", "paint_vel_info": False, "restrict_themes": True, "num_levels": 3}
    expected["start_level"] = 0
    assert {name: args[name] for name in ("env_name", *expected)} == dict(expected, env_name="jumper")
    # Both groups of games are of these levels.
    assert [{name: options[name] for name in expected} for options in made] == [expected] * 2


def test_the_checkpoint_to_begin_with_may_have_a_name(example, checkpoint_path, agent_cache, server):
    server.files["procgen/maze.jd"] = checkpoint_path.read_bytes()
    runs, expected = example("torch_runs"), joblib.load(str(checkpoint_path))["params"]
    for given in ("openai:procgen/maze", server.address + "procgen/maze.jd", str(checkpoint_path)):
        params = runs.load_checkpoint(runs.fetched(given))["params"]
        assert params.keys() == expected.keys()
        for name, array in expected.items():
            np.testing.assert_array_equal(params[name], array)
    assert server.asked == ["procgen/maze.jd"]
