"""A PyTorch module of the caller's own as a checkpoint: by way of ONNX, and checked against the module as it plays."""

import inspect
import io
import os
import sys
import warnings

import numpy as np

from understanding_rl_vision.agent_files import read_agent_file
from understanding_rl_vision.agents.architectures import DESCRIBED
from understanding_rl_vision.agents.checkpoints import plain_options, read_checkpoint
from understanding_rl_vision.agents.families import onnx
from understanding_rl_vision.agents.games import policy_of
from understanding_rl_vision.agents.given_environments import with_env
from understanding_rl_vision.agents.networks.description import check_network
from understanding_rl_vision.agents.networks.parameters import fitted, short
from understanding_rl_vision.envs import game_name, known_options, observation_shape
from understanding_rl_vision.errors import InputError, cut
from understanding_rl_vision.play.draws import draw_actions
from understanding_rl_vision.play.environments import environment
from understanding_rl_vision.rl_util.pickles import save_joblib
from understanding_rl_vision.temporary import temporary_folder

# What the module and the network here are compared on: so many games, and steps of each.
GAMES, STEPS = 8, 8
TOLERANCE = 1e-4


def is_module(value):
    """Whether a value is a torch.nn.Module; PyTorch is there if it is."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.nn.Module)


def module_checkpoint(module, path, args, env_kwargs, env=None):
    """Write a checkpoint (.jd) of a module that takes images (N, C, H, W) and returns logits, or logits and values.

    path: where to write. args, env_kwargs, env: as of `load`; they must name the game. Returns the path.

    Raises InputError where the module does not export to ONNX, is of layers that are not known, or gives other outputs
    than the network that was understood of it, for observations of the game.
    """
    args, env_kwargs = plain_options("args", args), plain_options("env_kwargs", env_kwargs)
    _, args = with_env({}, args, env_kwargs, env)
    shape = _observation_shape(dict(args, **env_kwargs))
    file = _exported(module, shape)
    agent = onnx.recognise(file, args)
    # A module that scales its images itself takes pixels; of others it is given what they take.
    factor = 1 if _scales(file.network) else args["scale"]
    network = fitted(check_network("network", agent.network), agent.params)
    own = {"params": agent.params, "args": dict(args, cnn=DESCRIBED, network=short(network), **env_kwargs)}
    own["args"].pop("scale", None)
    with temporary_folder() as folder:
        made = os.path.join(folder, "agent.jd")
        save_joblib(own, made)
        _check_equal(module, read_checkpoint(made, None, env_kwargs, env), factor)
    save_joblib(own, path)
    return path


def _scales(network):
    return network[0]["layer"] == "input" and any(network[0].get(key) is not None for key in ("scale", "offset"))


def _observation_shape(given):
    kind, name = given.get("env_kind", "procgen"), given.get("env_name") or given.get("env_id")
    if name is None:
        raise InputError("A module does not say what it plays: give args={'env_name': ...}, and options of the game.")
    known = known_options(kind, game_name(kind, name))
    return observation_shape(kind, name, {key: value for key, value in given.items() if key in known})


def _exported(module, shape):
    """The AgentFile of a module, exported for images (H, W, C) with channels first."""
    torch = sys.modules["torch"]
    height, width, channels = shape
    file = io.BytesIO()
    was_training = module.training
    module.eval()
    try:
        images = torch.zeros(1, channels, height, width, device=_device(module))
        # The exporter of PyTorch 2.9 needs more packages; older ones have but this.
        older = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.onnx.export(module, (images,), file, **older)
    except Exception as error:  # Whatever the module, or the exporter, raises.
        raise InputError(
            "The module does not export to ONNX for images of shape {} ({}: {}). It needs the package onnx (pip "
            "install onnx), takes images (N, C, H, W) of float32, and returns logits, or logits and values.".format(
                (1, channels, height, width), type(error).__name__, cut(str(error), 300)
            )
        ) from error
    finally:
        module.train(was_training)
    with temporary_folder() as folder:
        path = os.path.join(folder, "module.onnx")
        with open(path, "wb") as exported:
            exported.write(file.getvalue())
        return read_agent_file(path)


def _device(module):
    return next((parameter.device for parameter in module.parameters()), "cpu")


def _check_equal(module, checkpoint, factor):
    """Raise InputError unless a module and a checkpoint made of it agree on observations of its game."""
    policy = policy_of(checkpoint)
    random = np.random.RandomState(0)
    with environment(checkpoint, GAMES, seed=0) as env:
        for _ in range(STEPS):
            observations = env.observe()[1]
            logits, values = policy.raw_outputs(observations)
            expected = _outputs(module, observations * np.float32(factor))
            for what, ours, theirs in zip(("logits", "values"), (logits, values), expected):
                _check_close(what, ours, theirs)
            env.act(draw_actions(logits, random))


def _outputs(module, images):
    """Logits (N, A) and values (N,), if there are any, of the module itself for images (N, H, W, C)."""
    torch = sys.modules["torch"]
    given = torch.from_numpy(np.ascontiguousarray(images.transpose(0, 3, 1, 2))).to(_device(module))
    was_training = module.training
    module.eval()
    with torch.no_grad():
        given = module(given)
    module.train(was_training)
    arrays = [array.cpu().numpy() for array in (given if isinstance(given, (tuple, list)) else [given])]
    logits = next(array for array in arrays if array.ndim == 2 and array.shape[1] > 1)
    return [logits] + [array.reshape(-1) for array in arrays if array is not logits]


def _check_close(what, ours, theirs):
    error = np.abs(ours - theirs).max()
    if not error <= TOLERANCE * max(1, np.abs(theirs).max()):
        raise InputError(
            "The network that was understood of the module gives other {} than the module: they differ by up to {:g}. "
            "Please report it, with the module.".format(what, error)
        )
