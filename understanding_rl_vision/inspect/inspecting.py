"""Telling what was understood of an agent's file."""

import os
from typing import Any, Dict, Optional

import numpy as np

from understanding_rl_vision.agents.architectures import ARCHITECTURE_DEFAULTS, described
from understanding_rl_vision.agents.fetching import fetch
from understanding_rl_vision.agents.networks.building import build_network
from understanding_rl_vision.agents.networks.parameters import fitted, parts, short
from understanding_rl_vision.agents.understanding import count_actions, missing_args, read_agent, seen_channels
from understanding_rl_vision.annotations import PathLike
from understanding_rl_vision.checks import check_path
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.rl_util.model import FrozenModel
from understanding_rl_vision.tensorflow1 import building, tf

# Sides of observations: of Procgen and both CoinRuns, of Atari.
SIDES = (64, 84)
# Actions -> games that have so many.
GAMES = {15: "Procgen", 9: "coinrun_old", 7: "coinrun_old"}


def inspect(checkpoint_path: PathLike, *, args: Optional[Dict[str, Any]] = None) -> Dict[str, Any]:
    """Tell what was understood of an agent's file: whose it is, its network, what it sees, and what is missing.

    Parameters
    ----------
    checkpoint_path : path
        A file that `load_agent` takes.
    args : dict, optional
        Entries in place of those of the file.

    Returns
    -------
    dict
        family; network (its description); parameters (how many numbers); channels, actions; value ('a head', 'the
        largest Q-value' or None); sizes, the sides of square observations that fit, of 64 and 84; games, where actions
        and sizes tell; args, those that the file says; missing, the args that must be given.

    Raises
    ------
    InputError
        The file is of no known tool, or its agent is of a kind that is not accepted.
    """
    path = fetch(check_path("checkpoint_path", checkpoint_path))
    args = dict(args or {})
    agent = read_agent(path, args)
    known = dict(agent.args, **args)
    if agent.model is not None:
        return _of_frozen_model(os.fspath(checkpoint_path), agent, known)
    options = {name: known.get(name, default) for name, default in ARCHITECTURE_DEFAULTS.items()}
    network = fitted(described(**options), agent.params)
    actions = count_actions(agent)
    heads = parts(network)[2]
    channels = seen_channels(agent.params, network)
    sizes = [side for side in SIDES if channels and _fits(network, agent.params, (side, side, channels), actions)]
    return {
        "path": os.fspath(checkpoint_path),
        "family": agent.family,
        "network": short(network),
        "parameters": sum(int(array.size) for array in agent.params.values()),
        "channels": channels,
        "actions": actions,
        "value": "the largest Q-value" if "q" in heads else "a head" if "value" in heads else None,
        "sizes": sizes,
        "games": _games(sizes, channels, actions),
        "args": {name: value for name, value in known.items() if name not in ARCHITECTURE_DEFAULTS},
        "missing": missing_args(agent, known),
    }


def _of_frozen_model(path, agent, known):
    """What `inspect` returns of a frozen model, whose network is not described."""
    model = FrozenModel.from_bytes(agent.model.model_bytes)
    height, width, channels = model.image_shape
    sizes = [side for side in SIDES if (height, width) == (side, side)]
    constants = [node.attr["value"].tensor for node in model.graph_def.node if node.op == "Const"]
    numbers = (size for size in map(_count, constants) if size > 1)
    named = dict(zip(("logits", "value"), agent.model.names))
    return {
        "path": path,
        "family": "{}: {}".format(agent.family, ", ".join("{} {}".format(*item) for item in named.items())),
        "network": [],
        "parameters": sum(numbers),
        "channels": channels,
        "actions": agent.model.num_actions,
        "value": "the largest Q-value" if agent.model.has_q_values else "a head" if named["value"] else None,
        "sizes": sizes,
        "games": _games(sizes, channels, agent.model.num_actions),
        "args": {name: value for name, value in known.items() if name not in ARCHITECTURE_DEFAULTS},
        "missing": missing_args(agent, known),
    }


def _count(tensor):
    """How many numbers a TensorProto of floats has."""
    return (
        int(np.prod([size.size for size in tensor.tensor_shape.dim]))
        if tensor.dtype == tf.float32.as_datatype_enum
        else 0
    )


def _fits(network, params, image_shape, actions):
    """Whether the network for images (H, W, C) has the parameters' shapes."""
    heads = parts(network)[2]
    with building():
        try:
            images = tf.placeholder(tf.float32, (None,) + image_shape)
            build_network(images, actions, network, has_value="logits" not in heads or "value" in heads)
        except InputError:
            return False
        variables = {variable.name: tuple(variable.shape.as_list()) for variable in tf.global_variables()}
    return all(shape == getattr(params.get(name), "shape", None) for name, shape in variables.items())


def _games(sizes, channels, actions):
    """Games that have such observations and so many actions, for people."""
    games = []
    if 64 in sizes and actions in GAMES and channels % 3 == 0:
        games.append(GAMES[actions])
    if 84 in sizes and actions <= 18:
        games.append("those of Atari with {} actions".format(actions))
    return games
