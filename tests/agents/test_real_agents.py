"""Agents that others trained and published answer as in PyTorch, and play as they do there.

real_agents.json has, for each, logits and values of three frames of noise, computed with PyTorch 2.13 from the file's
parameters: CleanRL's own network, pfrl's, which is the same with other names, and for Baselines' file the same blocks
with pools that pad as TensorFlow's.
"""

import json
import os

import numpy as np
import pytest

from tests.agents.families.made import frames
from understanding_rl_vision.agents.games import policy_of
from understanding_rl_vision.play.draws import draw_actions
from understanding_rl_vision.play.environments import environment
from understanding_rl_vision.rl_clarity import inspect, load_agent

PFRL, STARPILOT = "leesharkey_pfrl_model_final.pt", "mayank9207_cleanrl_starpilot_model.pth"
FRUITBOT = "emagsig_fruitbot_baseimpala_00120"
GAMES = {PFRL: "coinrun", STARPILOT: "starpilot", FRUITBOT: "fruitbot"}
FAMILIES = {PFRL: "train-procgen-pfrl", STARPILOT: "CleanRL's ppo_procgen", FRUITBOT: "Baselines"}


@pytest.fixture(scope="module")
def answers():
    with open(os.path.join(os.path.dirname(__file__), "real_agents.json"), encoding="utf-8") as file:
        return json.load(file)


@pytest.fixture
def path_of(shared):
    def find(name):
        path = shared / "agents" / name
        if not path.exists():
            pytest.skip("the folder `shared` has no {}".format(name))
        return str(path)

    return find


def agent_of(path, name):
    return load_agent(path, env_name=GAMES[name], distribution_mode="easy")


@pytest.mark.parametrize("name", sorted(GAMES))
def test_outputs_are_those_of_pytorch(path_of, answers, name):
    path = path_of(name)
    known = inspect(path)
    assert FAMILIES[name] in known["family"] and known["actions"] == 15 and known["missing"]
    logits, values = policy_of(agent_of(path, name)).raw_outputs(frames((64, 64, 3)))
    for ours, theirs in ((logits, answers[name]["logits"]), (values, answers[name]["values"])):
        np.testing.assert_allclose(ours, theirs, atol=1e-5 * np.abs(theirs).max())


def played(checkpoint, num_envs, num_steps, drawn=True):
    """Rewards and ends (num_steps, num_envs) of games begun side by side, and values: drawn=False plays at random."""
    policy, random = policy_of(checkpoint), np.random.RandomState(0)
    rewards, ends, values = [], [], []
    with environment(checkpoint, num_envs, seed=0) as env:
        for _ in range(num_steps):
            logits = np.zeros((num_envs, policy.num_actions), np.float32)
            if drawn:
                logits, value = policy.outputs(env.observe()[1])
                values.append(value)
            env.act(draw_actions(logits, random))
            reward, _, first = env.observe()
            rewards.append(reward.copy())
            ends.append(first.copy())
    return np.array(rewards), np.array(ends), np.array(values)


def test_coinrun_is_played_as_it_is_known_to(path_of):
    """Of games begun side by side those end first that are solved quickly: 97 % of what ends in 30 steps is solved."""
    pytest.importorskip("procgen")
    rewards, ends, values = played(agent_of(path_of(PFRL), PFRL), 32, 40)
    assert ends.sum() > 4 and (ends & (rewards > 0)).sum() >= 0.8 * ends.sum()
    assert abs(values.mean() - 9.1) < 0.5


def test_starpilot_is_survived_as_it_is_known_to(path_of):
    """Steps played for each end in the first 300: 250 with the agent and 88 at random (known: 250 and 89)."""
    pytest.importorskip("procgen")
    agent = agent_of(path_of(STARPILOT), STARPILOT)
    assert 2 * played(agent, 16, 80)[1].sum() < played(agent, 16, 80, drawn=False)[1].sum()


def test_fruitbot_is_played(path_of):
    pytest.importorskip("procgen")
    rewards, _, values = played(agent_of(path_of(FRUITBOT), FRUITBOT), 4, 24)
    assert rewards.any() and np.isfinite(values).all() and values.std() > 0
