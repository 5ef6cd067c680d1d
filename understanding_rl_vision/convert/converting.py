"""Writing an agent that some tool trained as a checkpoint (.jd) or as safetensors."""

import json
from typing import Any, Dict, Optional

from understanding_rl_vision.agent_files import write_safetensors
from understanding_rl_vision.agent_files.facts import Facts
from understanding_rl_vision.agents.checkpoints import read_checkpoint
from understanding_rl_vision.agents.fetching import fetch
from understanding_rl_vision.agents.frozen_models import check_has_parameters
from understanding_rl_vision.agents.games import AGENT_OPTIONS
from understanding_rl_vision.agents.networks.parameters import short
from understanding_rl_vision.annotations import PathLike
from understanding_rl_vision.checks import check_path
from understanding_rl_vision.errors import InputError, quoted
from understanding_rl_vision.files import check_apart
from understanding_rl_vision.progress import Progress
from understanding_rl_vision.rl_util.pickles import save_joblib

JOBLIB, SAFETENSORS = ".jd", ".safetensors"


def convert(
    checkpoint_path: PathLike, output_path: PathLike, *, args: Optional[Dict[str, Any]] = None, quiet: bool = False
) -> str:
    """Write an agent of any tool that is known as a checkpoint or as safetensors.

    Parameters
    ----------
    checkpoint_path : path
        A file that `load_agent` takes.
    output_path : path
        Where to write: NAME.jd, a joblib file of params and args, or NAME.safetensors, with the args as JSON in its
        metadata.
    args : dict, optional
        Entries in place of those of the file, such as env_name; they are written, too.
    quiet : bool
        No progress bar of a download and no closing line.

    Returns
    -------
    str
        The path of what was written.

    Raises
    ------
    InputError
        What is given cannot be used; then nothing is written.
    """
    args = AGENT_OPTIONS["args"].check("args", args or {})
    output_path = check_path("output_path", output_path)
    if not output_path.endswith((JOBLIB, SAFETENSORS)):
        raise InputError(
            "output_path={} given; a path that ends with {} or {} is accepted.".format(
                quoted(output_path), JOBLIB, SAFETENSORS
            )
        )
    progress = Progress(quiet=quiet)
    path = fetch(check_path("checkpoint_path", checkpoint_path), progress)
    check_apart([output_path], [path])
    checkpoint = read_checkpoint(path, args)
    check_has_parameters(checkpoint, "convert")
    kept, network = Facts(), checkpoint.args["network"]
    for name, value in checkpoint.args.items():
        kept.tell(name, value if name != "network" or network is None else short(network))
    kept = {name: value for name, value in kept.items() if name != "left_out"}
    if output_path.endswith(JOBLIB):
        save_joblib({"params": checkpoint.params, "args": kept}, output_path)
    else:
        write_safetensors(output_path, checkpoint.params, {"args": json.dumps(kept)})
    progress.conclude(output_path)
    return output_path
