"""The agent that states are synthesised for, from a checkpoint or a frozen model."""

import collections
import os

from understanding_rl_vision.agents.checkpoints import read_checkpoint
from understanding_rl_vision.agents.games import AGENT_OPTIONS
from understanding_rl_vision.agents.policy import Policy
from understanding_rl_vision.checks import check_path
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.play.environments import environment
from understanding_rl_vision.rl_util.model import FrozenModel
from understanding_rl_vision.rl_util.pickles import load_joblib
from understanding_rl_vision.run.inputs import check_images
from understanding_rl_vision.synthesize.picture_agent import Outputs, PictureAgent, observations

Subject = collections.namedtuple("Subject", "agent checkpoint action_combos name")
Subject.__doc__ = """agent: PictureAgent. checkpoint: Checkpoint, or None for a frozen model. action_combos: keys of
each action, or None. name: of the game, or of the file."""


def read_subject(path, settings):
    """The Subject of a checkpoint (.jd), or of a frozen model (.pb), whose game is not known.

    settings: options `env`, `args`, `env_kwargs`, `policy_logits_name`, `value_function_name` and `q_values_name`.
    Raises InputError.
    """
    path = check_path("checkpoint_path", path)
    names = Outputs(*(settings[key] for key in ("policy_logits_name", "value_function_name", "q_values_name")))
    names = names if any(names) else None
    if path.endswith(".pb"):
        for name in AGENT_OPTIONS:
            if settings[name]:
                raise InputError("{} given with a frozen model; it goes with a checkpoint.".format(name))
        return Subject(PictureAgent(FrozenModel.load(path), names), None, None, os.path.basename(path))
    checkpoint = read_checkpoint(path, settings["args"], settings["env_kwargs"], settings["env"])
    with environment(checkpoint, 1, seed=0) as env:
        combos, frame_channels = [tuple(combo) for combo in env.action_combos], env.frame_channels
        policy = Policy(checkpoint, env.observation_shape)
    agent = PictureAgent(FrozenModel.from_bytes(policy.freeze()), names, frame_channels)
    return Subject(agent, checkpoint, combos, checkpoint.args["env_name"])


def read_pictures(path, agent):
    """Pictures (N, H, W, C) of a joblib file: an array, or a dictionary with `observations`, as `load` writes it.

    Raises InputError for what is no such file, holds NaN, or is nothing that the agent can see.
    """
    content = load_joblib(path)
    if isinstance(content, dict):
        content = content.get("observations")
    check_images(content, "The frames of {}".format(path), 4)
    observations(content[:1], agent.model.image_shape)
    return content
