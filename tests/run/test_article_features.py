"""The article's own agent: NMF with four features finds the four of its figure ("Dimensionality reduction")."""

import contextlib

import numpy as np
import pytest

from understanding_rl_vision.agents.architectures import POLICY_LOGITS_NAME, VALUE_FUNCTION_NAME
from understanding_rl_vision.agents.checkpoints import read_checkpoint
from understanding_rl_vision.agents.games import policy_of
from understanding_rl_vision.errors import MissingPackageError
from understanding_rl_vision.measure.sparsity import measured_sparsity
from understanding_rl_vision.pictures.readable import UnitFloats
from understanding_rl_vision.play.environments import environments
from understanding_rl_vision.play.sampling import sample_observations
from understanding_rl_vision.progress import Progress
from understanding_rl_vision.run.models import make_agent
from understanding_rl_vision.run.nmf_output import OF_VALUE, fit_directions

QUIET = Progress(quiet=True)
NODE = "ppo2_model/pi/2b/Relu"
COIN, ENEMY_LEFT, BUZZSAW, MOVING_RIGHT = 7, 10, 24, 31

# With the 32 observations that OpenAI published the features are others; from 1,024 on they are these.
GAMES, MOMENTS, STEPS_APART = 32, 32, 24


@pytest.fixture(scope="module")
def agent_and_observations(shared):
    path = shared / "openai" / "coinrun.jd"
    if not path.exists():
        pytest.skip("no openai/coinrun.jd in the folder `shared` beside the checkout")
    checkpoint = read_checkpoint(str(path), {}, {})
    policy = policy_of(checkpoint)
    with contextlib.ExitStack() as opened:
        try:
            envs = [opened.enter_context(env) for env in environments(checkpoint, GAMES, seed=1)]
        except MissingPackageError as error:
            pytest.skip(str(error))
        played = sample_observations(envs, policy, MOMENTS, STEPS_APART, 1, QUIET)
    return make_agent(policy.freeze(), POLICY_LOGITS_NAME, VALUE_FUNCTION_NAME), UnitFloats(played["observations"])


@pytest.fixture(scope="module")
def directions(agent_and_observations):
    agent, observations = agent_and_observations
    return fit_directions(agent, OF_VALUE, NODE, observations, observations, 4, batch_size=64).channel_dirs


def test_four_features_of_the_articles_agent_are_the_articles_four(directions):
    directions = directions / np.linalg.norm(directions, axis=1, keepdims=True)
    assert set(directions.argmax(axis=1)) == {COIN, ENEMY_LEFT, BUZZSAW, MOVING_RIGHT}
    # "Both methods tend to produce NMF directions that are close to one-hot".
    assert directions.max(axis=1).min() > 0.9


def test_ten_pairs_hold_more_than_80_percent_of_the_attribution_to_these_channels(agent_and_observations):
    agent, observations = agent_and_observations
    # Of directions fitted to so few observations ten pairs hold less, 56 %: what little they have of other channels is
    # everywhere.
    directions = np.eye(32)[[COIN, ENEMY_LEFT, BUZZSAW, MOVING_RIGHT]]
    options = {"pairs": 10, "batch_size": 64}
    episodes = np.arange(len(observations))
    found = measured_sparsity(agent, NODE, directions, observations, episodes, options, QUIET, "attribution")
    assert found["low"] > 0.8
