"""An agent that some tool trained, as the checkpoint that every command takes."""

from typing import Any

from understanding_rl_vision.agents.checkpoints import Checkpoint, read_checkpoint
from understanding_rl_vision.agents.fetching import fetch
from understanding_rl_vision.annotations import PathLike


def load_agent(checkpoint_path: PathLike, **args: Any) -> Checkpoint:
    """Read an agent's file of any tool that is known, running nothing that is in it.

    Parameters
    ----------
    checkpoint_path : path
        A checkpoint (.jd), what Baselines saves, a file of torch.save, a zip file of Stable-Baselines3, safetensors, a
        msgpack file of CleanRL's agents in JAX, ONNX, or a frozen model (.pb); 'openai:NAME' or an http(s) address.
    **args
        What takes the place of what the file says of its agent, or what it does not say: env_name, env_kind, options of
        the game such as distribution_mode, and others of docs/options.md.

    Returns
    -------
    Checkpoint
        params (parameter name to array) and args, in which `network` describes the network; model, of a frozen model,
        which has no params.

    Raises
    ------
    InputError
        The file is of no known tool, its agent is of a kind that is not accepted, or it is not known what it plays.
    """
    return read_checkpoint(fetch(checkpoint_path), args)
