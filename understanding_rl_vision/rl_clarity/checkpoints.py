"""Checkpoints of trained agents: reading, checking, and filling a graph's variables."""

import collections

import numpy as np

from understanding_rl_vision.envs import all_options
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.rl_util.pickles import load_with_placeholders
from understanding_rl_vision.rl_util.placeholders import Placeholder, placeholders
from understanding_rl_vision.tensorflow1 import tf

LOGITS_BIAS = "ppo2_model/pi/b:0"
VALUE_PARAMS = ("ppo2_model/vf/w:0", "ppo2_model/vf/b:0")

ARGS_DEFAULTS = {
    "env_kind": "procgen",
    "cnn": "clear",
    "stack_channels": "16_32_32",
    "emb_size": 256,
    "gamma": 0.999,
    "lambda": 0.95,
}

# Beside these, `args` are read for options of the environment.
ARGS_READ = frozenset(ARGS_DEFAULTS) | {"env_name", "env_id", "use_lstm"}

Checkpoint = collections.namedtuple("Checkpoint", ["params", "args"])
Checkpoint.__doc__ = """What a checkpoint holds.

params: parameter name → float32 array.
args: options of the training; `env_kind`, `env_name`, `cnn`, `stack_channels`, `emb_size`, `gamma` and
`lambda`
    are always there.
"""


def read_checkpoint(path):
    """Read a checkpoint: a joblib file of {"params": {name: array}, "args": {option: value}}.

    Options that are missing or None get their defaults; those that hold objects are left out unless they are needed.
    What else is in the file is not looked at. Raises InputError when the file is no such checkpoint, when the agent is
    recurrent, or when a parameter is not finite.
    """
    content = load_with_placeholders(path)
    for key in ("params", "args"):
        if not isinstance(content, dict) or not isinstance(content.get(key), dict):
            raise InputError(
                "The checkpoint {} has no {!r}. It must be a dictionary with 'params' (parameter name to "
                "array) and 'args' (option to value).".format(path, key)
            )
    return Checkpoint(
        params={name: _check_parameter(name, value) for name, value in content["params"].items()},
        args=_complete_args(_plain_args(content["args"])),
    )


def _plain_args(args):
    """The options that are plain values. Raises InputError where one that is needed is an object."""
    plain = {}
    for name, value in args.items():
        place, placeholder = next(placeholders(value), (None, None))
        if placeholder is None and isinstance(name, str):
            plain[name] = value
        elif name in ARGS_READ or name in all_options():
            raise InputError(
                "The checkpoint's args[{!r}]{} is a {}; numbers, text and plain containers are accepted.".format(
                    name, place, placeholder.name
                )
            )
    return plain


def _check_parameter(name, value):
    if isinstance(value, Placeholder):
        raise InputError(
            "The checkpoint's params[{!r}] is a {}; NumPy arrays of numbers are accepted.".format(name, value.name)
        )
    if not isinstance(name, str) or not isinstance(value, (np.ndarray, np.number)) or value.dtype.kind not in "fiu":
        raise InputError(
            "The checkpoint's parameter {!r} is a {}; arrays of numbers under names are accepted.".format(
                name, getattr(value, "dtype", type(value).__name__)
            )
        )
    with np.errstate(over="ignore"):
        value = value.astype(np.float32)
    if not np.all(np.isfinite(value)):
        raise InputError(
            "The checkpoint's parameter {!r} contains values that are NaN or infinite. Give a checkpoint "
            "from before the training diverged.".format(name)
        )
    return value


def _complete_args(args):
    args = dict(ARGS_DEFAULTS, **{name: value for name, value in args.items() if value is not None})
    if args.get("use_lstm"):
        raise InputError("The checkpoint's agent is recurrent (use_lstm); agents without memory are accepted.")
    name_key = "env_id" if args["env_kind"] == "atari" and "env_id" in args else "env_name"
    if name_key not in args:
        raise InputError(
            "The checkpoint's 'args' have no 'env_name'{}; it says which game the agent plays.".format(
                " or 'env_id'" if args["env_kind"] == "atari" else ""
            )
        )
    args["env_name"] = args[name_key]
    for name in ("env_kind", "env_name"):
        if not isinstance(args[name], str):
            raise InputError("The checkpoint's {}={!r}; a name is accepted.".format(name, args[name]))
    for name in ("gamma", "lambda"):
        if not isinstance(args[name], (int, float, np.number)) or not 0 <= args[name] <= 1:
            raise InputError("The checkpoint's {}={!r}; a number from 0 to 1 is accepted.".format(name, args[name]))
    return args


def count_actions(params):
    """The number of actions of the policy with these parameters. Raises InputError without its bias."""
    if LOGITS_BIAS not in params or params[LOGITS_BIAS].ndim != 1:
        raise InputError("The checkpoint lacks the parameter {!r}, one number for each action.".format(LOGITS_BIAS))
    return len(params[LOGITS_BIAS])


def has_value_function(params):
    """Whether the agent with these parameters has a value function, and not only a policy."""
    return any(name in params for name in VALUE_PARAMS)


def assign_params(sess, params):
    """Give the variables of the session's graph the values of the parameters of their names.

    Raises InputError for a parameter without variable, a variable without parameter, and unequal shapes.
    """
    with sess.graph.as_default():
        variables = {variable.name: variable for variable in tf.global_variables()}
    missing, unknown = sorted(set(variables) - set(params)), sorted(set(params) - set(variables))
    if missing or unknown:
        said = [
            "{} {}".format(what, ", ".join(map(repr, names)))
            for what, names in (("lacks", missing), ("has the unknown", unknown))
            if names
        ]
        raise InputError(
            "The checkpoint's parameters are not those of its architecture: it {}. The option 'cnn' in its "
            "'args' must name the architecture it was trained with.".format(" and ".join(said))
        )
    for name, variable in variables.items():
        if variable.shape.as_list() != list(params[name].shape):
            raise InputError(
                "The checkpoint's parameter {!r} has the shape {}; its architecture and game need {}.".format(
                    name, params[name].shape, tuple(variable.shape.as_list())
                )
            )
    initializers = [variable.initializer for variable in variables.values()]
    # An initializer's second input is the initial value: feeding it adds nothing to the graph.
    sess.run(
        initializers,
        {initializer.inputs[1]: params[name] for initializer, name in zip(initializers, variables)},
    )
