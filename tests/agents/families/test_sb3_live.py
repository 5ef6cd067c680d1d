"""Agents that an installed Stable-Baselines3 makes and saves answer here as they answer there."""

import numpy as np
import pytest

from tests.agents.families.made import frames
from understanding_rl_vision.agents.checkpoints import read_checkpoint
from understanding_rl_vision.agents.policy import Policy

SHAPE = (84, 84, 4)
SMALL = {"features_extractor_kwargs": {"features_dim": 16}}
TWO = {"share_features_extractor": False, "net_arch": {"pi": [8], "vf": [12, 8]}}
# Algorithm, how its policy differs from the default, and options without which it asks for much memory.
CASES = [
    ("PPO", {}, {"n_steps": 8, "batch_size": 8}),
    ("PPO", {"net_arch": [8]}, {"n_steps": 8, "batch_size": 8}),
    ("PPO", {"normalize_images": False}, {"n_steps": 8, "batch_size": 8}),
    ("A2C", {}, {}),
    ("A2C", TWO, {}),
    ("DQN", {}, {"buffer_size": 8}),
    ("DQN", {"net_arch": [8]}, {"buffer_size": 8}),
]


@pytest.fixture(scope="module")
def sb3():
    pytest.importorskip("torch", reason="PyTorch is not installed")
    return pytest.importorskip("stable_baselines3", reason="Stable-Baselines3 is not installed")


def game():
    gymnasium = pytest.importorskip("gymnasium")
    blank = np.zeros((4, 84, 84), np.uint8)

    class Game(gymnasium.Env):
        observation_space = gymnasium.spaces.Box(0, 255, blank.shape, np.uint8)
        action_space = gymnasium.spaces.Discrete(4)

        def reset(self, seed=None, options=None):
            return blank, {}

        def step(self, action):
            return blank, 0.0, False, False, {}

    return Game()


def drawn(policy, torch):
    """The policy with parameters of a size that trained ones have; fresh heads answer next to nothing."""
    random = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for parameter in policy.parameters():
            fan = parameter[0].numel() if parameter.dim() > 1 else 100
            parameter.copy_(torch.randn(parameter.shape, generator=random) * (2 / fan) ** 0.5)
    return policy.eval()


def answers(policy, pixels):
    """Logits, less their mean, or Q-values, and values of pictures (N, C, H, W), by the library's own code."""
    if hasattr(policy, "q_net"):
        q_values = policy.q_net(pixels)
        return q_values, q_values.max(dim=1).values
    logits = policy.get_distribution(pixels).distribution.logits
    return logits - logits.mean(dim=1, keepdim=True), policy.predict_values(pixels)[:, 0]


@pytest.mark.parametrize("algorithm, policy_kwargs, options", CASES)
def test_outputs_are_those_of_the_library(sb3, tmp_path, algorithm, policy_kwargs, options):
    torch = pytest.importorskip("torch")
    kwargs = dict(SMALL, **policy_kwargs)
    made = getattr(sb3, algorithm)("CnnPolicy", game(), policy_kwargs=kwargs, device="cpu", seed=0, **options)
    policy = drawn(made.policy, torch)
    made.save(str(tmp_path / "agent.zip"))
    images = frames(SHAPE)
    with torch.no_grad():
        pixels = torch.from_numpy(images.transpose(0, 3, 1, 2).copy())
        expected = [array.numpy() for array in answers(policy, pixels)]
    checkpoint = read_checkpoint(str(tmp_path / "agent.zip"), {"env_name": "breakout"})
    logits, values = Policy(checkpoint, SHAPE).raw_outputs(images)
    if algorithm != "DQN":
        logits = logits - logits.mean(axis=1, keepdims=True)
    for ours, theirs in zip((logits, values), expected):
        np.testing.assert_allclose(ours, theirs, atol=1e-5 * np.abs(theirs).max())
    assert checkpoint.args["gamma"] == made.gamma and checkpoint.args["frame_stack"] == 4
