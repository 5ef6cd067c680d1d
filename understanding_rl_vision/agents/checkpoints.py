"""Checkpoints of trained agents: reading, checking, and filling a graph's variables."""

import collections
import os
import warnings

import numpy as np

from understanding_rl_vision.agents.architectures import ARCHITECTURE_DEFAULTS, ARCHITECTURES, DESCRIBED
from understanding_rl_vision.agents.checkpoint_files import ARGS_KEYS, cnn_of
from understanding_rl_vision.agents.given_environments import with_env
from understanding_rl_vision.agents.networks.parameters import fitted, parts
from understanding_rl_vision.agents.understanding import check_told, read_agent, stacked, with_game
from understanding_rl_vision.checks import check_flag, check_path
from understanding_rl_vision.envs import complete_options, game_name, known_options
from understanding_rl_vision.errors import InputError, InputWarning, check_options, quoted
from understanding_rl_vision.rl_util.placeholders import Placeholder
from understanding_rl_vision.tensorflow1 import building, tf

VALUE_PARAMS = ("ppo2_model/vf/w:0", "ppo2_model/vf/b:0")

ARGS_DEFAULTS = {
    "env_kind": "procgen",
    **ARCHITECTURE_DEFAULTS,
    "gamma": 0.999,
    "lambda": 0.95,
    "greedy": False,
}
# Of agents with Q-values, which the best action is taken of, but for a few that are drawn, as when they are evaluated.
Q_DEFAULTS = {"greedy": True, "epsilon_greedy": 0.05}

# Entries of `args` that say how the agent was trained, not what it plays, in this project and at OpenAI.
TRAINING_ARGS = frozenset(
    "benchmark_name clip_range clip_vf discrete_actions edits enjoy_mode entropy_coeff env_id eval_id "
    "eval_rollouts_per_env filename frames high_res is_enjoy ksync learning_rate library logpath mpi_split_keys "
    "no_monitors num_envs num_eval_ids num_episodes num_minibatches num_steps num_sub_tasks num_train num_train_comms "
    "ppo_epochs restore_heads restore_rank restore_run_id restore_step reward_processing run_id save_all "
    "save_interval seed supervised sweep test_env_name test_freq test_index timesteps_per_proc use_lstm "
    "watch_movie teacher_name teacher_sha256 begun_with_name begun_with_sha256".split()
)

# Entries that are names.
NAMES = frozenset(("env_kind", "env_name", "env_id", "cnn", "stack_channels", "pooling"))
LONGEST_NAME = 200

# Options of games that are of the machine that they are played on, not of the agent.
OF_MACHINES = ("debug_mode", "num_threads")

Checkpoint = collections.namedtuple("Checkpoint", ["params", "args", "model"])
Checkpoint.__new__.__defaults__ = (None,)
Checkpoint.__doc__ = """What a checkpoint holds.

params: parameter name → float32 array.
args: options of the training; those of ARGS_DEFAULTS and `env_name` are always there. With a `network`, a description
    as in `networks.description`, `cnn` is "network"; without, it is None.
model: the FrozenAgent of a frozen model, which has no params; else None.
"""


def read_checkpoint(path, args=None, env_kwargs=None, env=None):
    """Read an agent: a joblib file of {"params": {name: array}, "args": {option: value}}, or as another tool saves it.

    args: entries that take the place of the file's. env_kwargs: options of the game that do. env: the environment that
    does, see `envs.given_game`. Options that are missing or None get their defaults; those that hold objects are left
    out unless they are needed. What else is in the file is not looked at. Raises InputError when the file is of no
    known tool, when the agent is recurrent, when a parameter is not finite, when it is not known what the agent plays,
    or when what is given is not accepted.
    """
    path = check_path("checkpoint_path", path)
    args, env_kwargs = plain_options("args", args), plain_options("env_kwargs", env_kwargs)
    agent = read_agent(path, args)
    args_of_file = {name: value for name, value in agent.args.items() if name not in OF_MACHINES}
    args_of_file, args = with_env(args_of_file, args, env_kwargs, env)
    params = {name: _check_parameter(name, value) for name, value in agent.params.items()}
    given = dict(args_of_file, **dict(args, **env_kwargs))
    check_told(agent, path, given)
    args_of_file = with_game(args_of_file, given)
    complete = _with_given(args_of_file, args, env_kwargs)
    if agent.model is None and complete["network"] is None:
        return Checkpoint(params, complete)
    if agent.model is None:
        complete = dict(complete, network=fitted(complete["network"], params))
    checkpoint = Checkpoint(params, complete, agent.model)
    if has_q_values(checkpoint):
        complete = dict(complete, **{name: given.get(name, value) for name, value in Q_DEFAULTS.items()})
    agent = agent._replace(network=complete["network"])
    return checkpoint._replace(args=stacked(agent, complete))


def _check_parameter(name, value):
    if isinstance(value, Placeholder):
        raise InputError(
            "The checkpoint's params[{}] is a {}; NumPy arrays of numbers are accepted.".format(
                quoted(name), value.name
            )
        )
    if not isinstance(name, str) or not isinstance(value, (np.ndarray, np.number)) or value.dtype.kind not in "fiu":
        raise InputError(
            "The checkpoint's parameter {} is a {}; arrays of numbers under names are accepted.".format(
                quoted(name), getattr(value, "dtype", type(value).__name__)
            )
        )
    if not value.size:
        raise InputError("The checkpoint's parameter {} has no numbers.".format(quoted(name)))
    with np.errstate(over="ignore"):
        value = value.astype(np.float32)
    if not np.all(np.isfinite(value)):
        raise InputError(
            "The checkpoint's parameter {} contains values that are NaN or infinite. Give a checkpoint "
            "from before the training diverged.".format(quoted(name))
        )
    return value


def _complete_args(args):
    args = dict(ARGS_DEFAULTS, **{name: value for name, value in args.items() if value is not None})
    for name in NAMES.intersection(args):
        if not isinstance(args[name], str) or len(args[name]) > LONGEST_NAME:
            raise InputError("The checkpoint's {}={}; a name is accepted.".format(name, quoted(args[name])))
    if isinstance(args.get("use_lstm"), np.ndarray) or args.get("use_lstm"):
        raise InputError("The checkpoint's agent is recurrent (use_lstm); agents without memory are accepted.")
    name_key = "env_id" if args["env_kind"] == "atari" and "env_id" in args else "env_name"
    if name_key not in args:
        taken = [
            name
            for name in ARGS_DEFAULTS
            if name == "cnn" or name not in ARCHITECTURE_DEFAULTS or name in ARCHITECTURES.get(str(args["cnn"]), ())
        ]
        raise InputError(
            "The checkpoint's 'args' have no 'env_name'{}; it says which game the agent plays. Give it as "
            "args={{'env_name': ...}}, with those of the following that were otherwise: {}, and with options of the "
            "game, such as distribution_mode and frame_stack.".format(
                " or 'env_id'" if args["env_kind"] == "atari" else "",
                ", ".join("{}={}".format(name, quoted(args[name])) for name in taken),
            )
        )
    args["env_name"] = game_name(args["env_kind"], args[name_key])
    if args["network"] is not None:
        args["cnn"] = DESCRIBED
    check_flag("greedy", args["greedy"])
    for name in ("gamma", "lambda"):
        if not isinstance(args[name], (int, float, np.integer, np.floating)) or not 0 <= args[name] <= 1:
            raise InputError(
                "The checkpoint's {}={}; a number from 0 to 1 is accepted.".format(name, quoted(args[name]))
            )
    return args


def warn_of_left_out(args, known):
    """Warn of the entries of complete args that a game with these options is played without, though they may matter.

    Empty ones and those on the agent and its training do not.
    """
    silent = TRAINING_ARGS.union(ARGS_DEFAULTS, ["env_name"], known)
    left_out = [
        "{}={}".format(name, quoted(value))
        for name, value in args.items()
        if name not in silent and (isinstance(value, np.ndarray) or value)
    ]
    if left_out:
        warnings.warn(
            "The checkpoint's args have what {} has no option for as it is installed here: {}. It is played "
            "without.".format(args["env_name"], ", ".join(left_out[:8] + ["..."] * (len(left_out) > 8))),
            InputWarning,
            stacklevel=2,
        )


def plain_options(name, given):
    """A copy of a dictionary of options, with numbers and texts in place of NumPy's numbers and of paths."""
    if not isinstance(given or {}, dict):
        raise InputError("{}={} given; a dictionary of options is accepted.".format(name, quoted(given)))
    return {
        key: value.item()
        if isinstance(value, np.generic)
        else os.fspath(value)
        if isinstance(value, os.PathLike)
        else value
        for key, value in (given or {}).items()
    }


def _with_given(args_of_file, args, env_kwargs):
    """A checkpoint's own args, completed, with others in their place: of the agent and game, and of the game alone."""
    # Of the two names of a game in Atari, the one given counts.
    args_of_file = {key: value for key, value in args_of_file.items() if not (key == "env_id" and "env_name" in args)}
    complete = _complete_args(dict(args_of_file, **args))
    if not args and not env_kwargs:
        return complete
    game = complete["env_kind"], complete["env_name"]
    # The policy decides how many actions there are.
    known = known_options(*game) - {"num_actions"}
    given = [name for name, value in args.items() if value is not None and name not in TRAINING_ARGS]
    check_options(given, known.union(ARGS_KEYS), "args")
    for name in env_kwargs:
        if name not in known:
            hint = "it belongs to args" if name in ARGS_KEYS else "{} has {}".format(game[1], ", ".join(sorted(known)))
            raise InputError("Unknown option {} of env_kwargs; {}.".format(quoted(name), hint))
    complete = {key: value for key, value in complete.items() if key not in env_kwargs}
    complete.update((key, value) for key, value in env_kwargs.items() if value is not None)
    complete_options(*game, {key: value for key, value in complete.items() if key in known})
    return complete


def has_value_function(checkpoint):
    """Whether a Checkpoint's agent has a value function, and not only a policy; Q-values have one, their maximum."""
    if checkpoint.model is not None:
        return checkpoint.model.names[1] is not None
    return has_q_values(checkpoint) or any(name in checkpoint.params for name in VALUE_PARAMS)


def has_q_values(checkpoint):
    """Whether a Checkpoint's agent has Q-values in place of logits."""
    if checkpoint.model is not None:
        return checkpoint.model.has_q_values
    network = checkpoint.args.get("network")
    return network is not None and "q" in parts(network)[2]


def assign_params(sess, params):
    """Give the variables of the session's graph the values of the parameters of their names.

    Raises InputError for a parameter without variable, a variable without parameter, and unequal shapes.
    """
    for name, value in params.items():
        if not isinstance(name, str) or getattr(getattr(value, "dtype", None), "kind", "?") not in "fiu":
            raise InputError("The checkpoint's {} is no array of numbers.".format(quoted(name)))
    with building(sess.graph):
        variables = {variable.name: variable for variable in tf.global_variables()}
    missing, unknown = sorted(set(variables) - set(params)), sorted(set(params) - set(variables))
    if missing or unknown:
        raise InputError(_said_of_names(missing, unknown, cnn_of(params), cnn_of(variables)))
    for name, variable in variables.items():
        shape, variable_shape = params[name].shape, tuple(variable.shape.as_list())
        if shape != variable_shape:
            raise InputError(
                "The checkpoint's parameter {} has the shape {}; its architecture and game need {}.{}".format(
                    quoted(name), shape, variable_shape, _said_of_channels(shape, variable_shape)
                )
            )
    initializers = [variable.initializer for variable in variables.values()]
    # An initializer's second input is the initial value: feeding it adds nothing to the graph.
    sess.run(
        initializers,
        {initializer.inputs[1]: params[name] for initializer, name in zip(initializers, variables)},
    )


def _said_of_channels(given, needed):
    """A message where kernels differ in their number of inputs alone, as they do when frames are stacked otherwise."""
    if len(given) != 4 or given[:2] + given[3:] != needed[:2] + needed[3:]:
        return ""
    return " It sees {} channels instead of {}: 'frame_stack' in its 'args' says how many frames make them.".format(
        given[2], needed[2]
    )


def _said_of_names(missing, unknown, named_as, needed):
    """A message on parameters that are missing and unknown, by architectures that the checkpoint has and needs."""
    problems = [
        "{} {}{}".format(what, ", ".join(map(repr, names[:8])), ", ..." if len(names) > 8 else "")
        for what, names in (("lacks", missing), ("has the unknown", unknown))
        if names
    ]
    if named_as and needed and named_as != needed:
        advice = (
            "They are named as those of cnn={}; the option 'cnn' in its 'args' must name the architecture it was "
            "trained with.".format(quoted(named_as))
        )
    elif named_as == needed == "impala":
        advice = "Each number in 'stack_channels' of its 'args' stands for five convolutions; one dense layer follows."
    else:
        which = "cnn={}".format(quoted(needed)) if needed else "its architecture"
        advice = "All those of {} and no others must be there, by the names in the README.".format(which)
    return "The checkpoint's parameters are not those of its architecture: it {}. {}".format(
        " and ".join(problems), advice
    )
