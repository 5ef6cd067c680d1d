"""What checkpoint files hold: this project's and OpenAI's, and those that Baselines and OpenAI's coinrun save.

{"params": {name: array}, "args": {option: value}} is the format. Baselines' `save_variables` writes {name: array}
alone, of all variables, the optimiser's among them; its older versions write a list of arrays in the order of the
variables, and OpenAI's coinrun {"params": {"model": that list}, "args": ...}.
"""

import numpy as np

from understanding_rl_vision.agent_files.joblib_files import are_arrays, is_optimizers
from understanding_rl_vision.agents.architectures import ARCHITECTURE_DEFAULTS, build_policy
from understanding_rl_vision.envs import all_options
from understanding_rl_vision.errors import InputError, quoted
from understanding_rl_vision.rl_util.pickles import load_with_placeholders
from understanding_rl_vision.rl_util.placeholders import Placeholder, placeholders
from understanding_rl_vision.tensorflow1 import building, tf

# Beside options of the game, what is read of `args`.
ARGS_KEYS = (
    "env_kind",
    *ARCHITECTURE_DEFAULTS,
    "gamma",
    "lambda",
    "env_name",
    "env_id",
    "use_lstm",
    "greedy",
    "output",
    "scale",
    "policy_logits_name",
    "q_values_name",
    "value_function_name",
)

# A parameter of each architecture that no other has, and the height of its first kernel.
_FIRST_KERNELS = {
    "clear": ("ppo2_model/pi/1a/conv2d/kernel:0", 7),
    "impala": ("ppo2_model/pi/layer_0/kernel:0", 3),
    "nature": ("ppo2_model/pi/c1/w:0", 8),
}


def read_contents(path):
    """The parameters (name → array) and args of a checkpoint file, unchecked; its args may be empty.

    Of cnn, stack_channels and emb_size, those that the file does not tell are taken from the parameters. Raises
    InputError where there are no parameters, arrays have no names and cannot be given them, or an object is where a
    value is needed.
    """
    content = load_with_placeholders(path)
    params, args = _parts(content)
    known_args = {}
    if isinstance(params, dict) and are_arrays(params.get("model")):
        params, known_args = params["model"], {"env_name": "coinrun_old"}
    if are_arrays(params):
        params = _named(params)
    for key, value in (("params", params), ("args", args)):
        if not isinstance(value, dict):
            raise InputError(_no_such(key, value, path))
    params = {name: value for name, value in params.items() if not is_optimizers(name, params)}
    known_args.update(architecture(params))
    known_args.update((name, value) for name, value in _plain_args(args).items() if value is not None)
    return params, known_args


def _parts(content):
    """What the params and the args of a checkpoint would be: None without any."""
    if isinstance(content, dict) and ("params" in content or "args" in content):
        return content.get("params"), content.get("args", {})
    if are_arrays(content) or isinstance(content, dict) and any(isinstance(v, np.ndarray) for v in content.values()):
        return content, {}
    return None, {}


def cnn_of(names):
    """The architecture whose parameters have such names, or None."""
    return next((cnn for cnn, (kernel, _) in _FIRST_KERNELS.items() if kernel in names), None)


def architecture(params):
    """cnn, stack_channels and emb_size, as far as names and shapes of parameters tell them."""
    cnn = cnn_of(params)
    if cnn is None:
        return {}
    layers = []
    while "ppo2_model/pi/layer_{}/kernel:0".format(len(layers)) in params:
        layers.append(getattr(params["ppo2_model/pi/layer_{}/kernel:0".format(len(layers))], "shape", ()))
    if cnn != "impala" or [len(shape) for shape in layers] != [4] * (len(layers) - 1) + [2]:
        return {"cnn": cnn}
    return {
        "cnn": cnn,
        "stack_channels": "_".join(str(shape[-1]) for shape in layers[:-1:5]),
        "emb_size": layers[-1][-1],
    }


def _no_such(key, value, path):
    instead = ""
    if isinstance(value, Placeholder):
        instead = " but a {}, of which nothing was executed".format(value.name)
    elif value is not None:
        instead = " but a {}".format(type(value).__name__)
    return (
        "The checkpoint {} has no {}{}. It must be a dictionary with 'params' (parameter name to array) and 'args' "
        "(option to value), or what Baselines' save_variables writes.".format(path, quoted(key), instead)
    )


def _plain_args(args):
    """The options that are plain values. Raises InputError where one that is needed is an object."""
    plain = {}
    for name, value in args.items():
        place, placeholder = next(placeholders(value), (None, None))
        if placeholder is None and isinstance(name, str):
            plain[name] = value
        elif name in ARGS_KEYS or name in all_options():
            raise InputError(
                "The checkpoint's args[{}]{} is a {}; numbers, text and plain containers are accepted.".format(
                    quoted(name), place, placeholder.name
                )
            )
    return plain


def _named(arrays):
    """The parameters by name, from arrays in the order of the variables: layers, then policy and value in any order.

    Raises InputError where their shapes are not those of an architecture.
    """
    layers, heads = list(arrays[:-4]), list(arrays[-4:])
    if len(heads) == 4 and heads[1].shape == (1,):
        # OpenAI's coinrun makes the value first.
        heads = heads[2:] + heads[:2]
    shapes = [array.shape for array in layers + heads]
    first = shapes[0][0] if len(shapes[0]) == 4 else None
    cnn = next((cnn for cnn, (_, height) in _FIRST_KERNELS.items() if height == first), None)
    convolutions = [shape for shape in shapes[:-4] if len(shape) == 4 and shape[0] > 1]
    whole = all(array.size and array.ndim for array in arrays)
    if whole and cnn and len(layers) > 2 and layers[-1].ndim == 1:
        variables = _variables(
            convolutions[0][2],
            num_actions=shapes[-3][-1],
            cnn=cnn,
            stack_channels="_".join(str(shape[-1]) for shape in convolutions[::5]),
            emb_size=shapes[-5][-1],
        )
        if len(variables) == len(shapes) and all(map(_same, variables.values(), shapes)):
            return dict(zip(variables, layers + heads))
    raise InputError(
        "The checkpoint has {} arrays without names, of the shapes {}. Arrays without names must be those of a network "
        "here, in the order of its variables; save them with their names, as save_variables of Baselines does.".format(
            len(arrays), ", ".join(map(str, shapes[:8])) + (", ..." if len(shapes) > 8 else "")
        )
    )


def _variables(channels, **options):
    """Name → shape of the variables of a policy, in the order of their making."""
    with building():
        build_policy(tf.placeholder(tf.float32, (None, 64, 64, channels)), **options)
        return {variable.name: variable.shape.as_list() for variable in tf.global_variables()}


def _same(variable, shape):
    """Whether shapes agree, but for the inputs of dense layers, which depend on the size of images."""
    return len(variable) == len(shape) and (list(shape) == variable or len(shape) == 2 and shape[1] == variable[1])
