"""Environments behind one interface: `make_env` gives a vectorised `Environment` of any kind and name."""

from understanding_rl_vision.envs.base import Environment
from understanding_rl_vision.envs.gymnasium_given import given_game, identity
from understanding_rl_vision.envs.registry import (
    ENV_KINDS,
    TEXT_OPTIONS,
    all_options,
    complete_options,
    distributions,
    draws_when_asked,
    env_names,
    game_name,
    known_options,
    looks_at_pictures,
    make_env,
    observation_shape,
    option_owners,
    return_tells_solved,
    several_at_once,
    success_value,
    tells_solved,
)

__all__ = [
    "ENV_KINDS",
    "TEXT_OPTIONS",
    "Environment",
    "all_options",
    "complete_options",
    "distributions",
    "draws_when_asked",
    "env_names",
    "game_name",
    "given_game",
    "identity",
    "known_options",
    "looks_at_pictures",
    "make_env",
    "observation_shape",
    "option_owners",
    "return_tells_solved",
    "several_at_once",
    "success_value",
    "tells_solved",
]
