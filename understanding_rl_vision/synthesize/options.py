"""Every option of `synthesize`: its default, what it does and what it accepts."""

import functools
import os

from understanding_rl_vision.agents.checkpoints import plain_options
from understanding_rl_vision.agents.games import AGENT_OPTIONS
from understanding_rl_vision.envs.base import check_flag, check_integer, check_number
from understanding_rl_vision.errors import InputError, check_options
from understanding_rl_vision.run.options import Option, places

FRAMES_OPTIONS = {
    "num_frames": Option(10000, "frames that the generator learns from"),
    "num_envs": Option(16, "games played side by side for them"),
    "epsilon": Option(0.1, "probability of an action drawn uniformly in place of the agent's"),
    "greedy": Option(True, "the agent takes the action it prefers; False: it draws from its policy"),
    "frames_path": Option(None, "joblib file of frames (N, H, W, C) to learn from in place of playing", text=True),
}

FRAMES_OPTIONS.update(AGENT_OPTIONS)

GENERATOR_OPTIONS = {
    "filters": Option(32, "filters of the first of four stages; each next one has twice as many"),
    "latents": Option(100, "dimensions of the latent space"),
    "saliency": Option(True, "weigh pixels by the agent's guided gradients; False: all alike"),
    "eta": Option(1e-3, "weight of the squared change of the agent's outputs"),
    "lambda_kl": Option(1e-4, "weight of the KL divergence"),
    "learning_rate": Option(1e-3, "step size of Adam in training"),
    "batch_size": Option(16, "frames in one step of training"),
    "epochs": Option(2000, "passes over the frames at most"),
    "patience": Option(100, "epochs without a lower loss of the frames held out after which training ends"),
    "held_out": Option(0.05, "share of the frames, the last ones, that is held out"),
    "save_interval": Option(10, "epochs between checkpoints of the generator"),
}

STATES_OPTIONS = {
    "num_samples": Option(16, "states for each target"),
    "steps": Option(200, "steps of Adam on their latents"),
    "step_size": Option(0.05, "size of these steps"),
    "alpha": Option(0.01, "weight of the latents' KL divergence from the prior"),
    "beta": Option(1.0, "sharpness of the soft maximum in T-, T+ and T+-"),
    "layer": Option(None, "node whose activations the value is attributed to; default: the middle layer", text=True),
}

MEASURE_OPTIONS = {
    "goggles": Option(False, "let the agent play by reconstructions (table 1); trains two more generators"),
    "goggles_episodes": Option(20, "episodes of each of these plays"),
    "activation_maximization": Option(False, "maximise the targets without a generator too (figure 4a)"),
}

OTHER_OPTIONS = {
    "policy_logits_name": Option(
        None, "node of the policy's logits, for a model that is not of this project", text=True
    ),
    "value_function_name": Option(None, "node of its value function", text=True),
    "q_values_name": Option(
        None, "node of its Q-values, which then take the place of logits in the targets", text=True
    ),
    "resume": Option(False, "go on with the frames and the generator in the output folder"),
    "seed": Option(0, "the same seed gives the same states"),
}

SYNTHESIZE_OPTIONS = {}
for _table in (FRAMES_OPTIONS, GENERATOR_OPTIONS, STATES_OPTIONS, MEASURE_OPTIONS, OTHER_OPTIONS):
    SYNTHESIZE_OPTIONS.update(_table)


def _number(low, high):
    return functools.partial(check_number, low=low, high=high)


def _integer(low, high=2**31 - 1):
    return functools.partial(check_integer, low=low, high=high)


def _game(name, value):
    options = plain_options(name, value)
    decided = [key for key in ("epsilon_greedy", "reward_scale") if name == "env_kwargs" and key in options]
    if decided:
        raise InputError(
            "env_kwargs has {}; here epsilon is an option of its own, and rewards are the game's own. Leave it "
            "out.".format(decided[0])
        )
    return options


def _text(name, value):
    if not isinstance(value, (str, os.PathLike)):
        raise InputError("{}={!r} given; a text is accepted.".format(name, value))
    return os.fspath(value)


def _or_none(check):
    return lambda name, value: None if value is None else check(name, value)


_CHECKS = {
    "num_frames": _integer(1),
    "num_envs": _integer(1),
    "epsilon": _number(0, 1),
    "greedy": check_flag,
    "filters": _integer(1, 1024),
    "latents": _integer(1, 10**5),
    "saliency": check_flag,
    "eta": _number(0, 1e9),
    "lambda_kl": _number(0, 1e9),
    "learning_rate": _number(0, 1),
    "batch_size": _integer(1),
    "epochs": _integer(1),
    "patience": _integer(1),
    "held_out": _number(0, 1),
    "save_interval": _integer(1),
    "num_samples": _integer(1),
    "steps": _integer(0),
    "step_size": _number(0, 1e3),
    "alpha": _number(0, 1e12),
    "beta": _number(1e-6, 1e6),
    "goggles": check_flag,
    "goggles_episodes": _integer(1),
    "activation_maximization": check_flag,
    "resume": check_flag,
    # Beyond it goggles need one more.
    "seed": _integer(0, 2**31 - 2),
}
_CHECKS.update(dict.fromkeys(AGENT_OPTIONS, _game))
_CHECKS.update(
    dict.fromkeys(
        ("frames_path", "layer", "policy_logits_name", "value_function_name", "q_values_name"), _or_none(_text)
    )
)


def complete_options(options):
    """The given options of `synthesize`, completed and checked.

    Raises InputError for an unknown option and for a value that is not accepted.
    """
    check_options(options, list(SYNTHESIZE_OPTIONS), "synthesize()", places(SYNTHESIZE_OPTIONS))
    complete = {name: option.default for name, option in SYNTHESIZE_OPTIONS.items()}
    complete.update(options)
    return {name: _CHECKS[name](name, value) for name, value in complete.items()}
