"""The game that a checkpoint's agent plays: what is said of it, and the policy for its observations."""

import json

from understanding_rl_vision import checks
from understanding_rl_vision.agents.checkpoint_files import ARGS_KEYS
from understanding_rl_vision.agents.checkpoints import plain_options
from understanding_rl_vision.agents.policy import Policy
from understanding_rl_vision.agents.understanding import count_actions
from understanding_rl_vision.envs import (
    all_options,
    complete_options,
    draws_when_asked,
    identity,
    known_options,
    observation_shape,
    success_value,
)
from understanding_rl_vision.envs.gymnasium_given import KIND, check_env
from understanding_rl_vision.errors import quoted
from understanding_rl_vision.options import Option


def _check_of_options(keys):
    """A check of a dictionary with these keys, whose values are checked with the game that has them."""

    def check(name, value):
        return plain_options(name, value)

    check.keys = tuple(keys)
    return check


# What every command that lets an agent play takes in place of what its checkpoint says.
AGENT_OPTIONS = {
    "env": Option(
        None,
        "the environment, where it is none of Procgen, coinrun_old or atari: a Gymnasium id, 'module:function' or, in "
        "Python, a function that makes one, or one with reset and step; see docs/environments.md",
        check_env,
    ),
    "args": Option(
        {},
        "entries in place of those of the checkpoint's args: {}".format(", ".join(ARGS_KEYS)),
        _check_of_options(ARGS_KEYS),
    ),
    "env_kwargs": Option(
        {},
        'options of the game in place of the checkpoint\'s, such as {"distribution_mode": "easy"}',
        _check_of_options(sorted(all_options())),
    ),
}


VALUE_SCALE = Option(
    None,
    "what a success is worth: values and advantages are shown as per cent of it; 0: as they are; default: the "
    "checkpoint's, where its game rewards nothing but success",
    checks.number(0, 1e9),
)


def game_options(checkpoint):
    """The options of its game that a checkpoint gives."""
    known = known_options(checkpoint.args["env_kind"], checkpoint.args["env_name"])
    options = {key: value for key, value in checkpoint.args.items() if key in known}
    if "num_actions" in known:
        # Agents of coinrun_old were trained with its 7 actions or with two more that do nothing.
        options["num_actions"] = count_actions(checkpoint)
    return options


def played_options(checkpoint, **others):
    """Kind, name and all options, defaults too, of a checkpoint's game as `environment` makes it."""
    kind, name = checkpoint.args["env_kind"], checkpoint.args["env_name"]
    options = complete_options(kind, name, dict(game_options(checkpoint), **others))
    # A changed Procgen may have options of any kind.
    plain = {key: value if isinstance(value, (int, float, str)) else quoted(value) for key, value in options.items()}
    return dict({"env_kind": kind, "env_name": name}, **plain)


def described_options(options):
    """What `played_options` gives as a text: coinrun (procgen), distribution_mode hard, ..."""
    others = {name: value for name, value in options.items() if name not in ("env_kind", "env_name")}
    described = ["{} {}".format(name, json.dumps(others[name]).strip('"')) for name in sorted(others)]
    return ", ".join(["{env_name} ({env_kind})".format(**options)] + described)


def value_of_success(checkpoint):
    """What a success is worth to a checkpoint's agent, so that its value is a share of it; None where that is not so.

    It is not where its game has other rewards, or where rewards were processed in training.
    """
    if checkpoint.args.get("reward_processing", "none") != "none":
        return None
    return success_value(checkpoint.args["env_kind"], checkpoint.args["env_name"], game_options(checkpoint))


def has_full_frames(checkpoint):
    """Whether a checkpoint's game has frames of the size that people see, and draws only those that are asked for."""
    return draws_when_asked(checkpoint.args["env_kind"], checkpoint.args["env_name"], game_options(checkpoint))


def game_identity(checkpoint):
    """What tells whether a checkpoint's game is the same as before, where that is code of others; else None."""
    return identity(checkpoint.args["env_name"]) if checkpoint.args["env_kind"] == KIND else None


def policy_of(checkpoint):
    """The Policy of a checkpoint, for the observations of its game as it is played."""
    game = checkpoint.args["env_kind"], checkpoint.args["env_name"]
    return Policy(checkpoint, observation_shape(*game, game_options(checkpoint)))
