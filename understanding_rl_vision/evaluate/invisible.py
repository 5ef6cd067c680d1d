"""Playing with objects invisible, in a process of its own."""

import os
import subprocess
import sys

from understanding_rl_vision.agents.games import AGENT_OPTIONS
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.evaluate import records
from understanding_rl_vision.evaluate.settings import SUMMARY
from understanding_rl_vision.flags import flags_of
from understanding_rl_vision.interrupts import PARENT_VARIABLE
from understanding_rl_vision.processes import package_variables


def play_invisible(path, name, options, quiet):
    """Evaluate a model with objects invisible, in a process of its own: games read their images once per process.

    Returns what the model is called then, and its list of Played.
    """
    folder = os.path.join(options["output_dir"], "invisible")
    name = "{}, {} invisible".format(name, " and ".join(options["blind_to"]))
    resume = os.path.exists(os.path.join(folder, SUMMARY))
    arguments = {key: options[key] for key in ("num_levels", "start_level", "seed", "num_envs", *AGENT_OPTIONS)}
    arguments.update(output_dir=folder, hide=options["blind_to"], names=[name], resume=resume)
    command = [sys.executable, "-m", "understanding_rl_vision.evaluate", path]
    command += ["--quiet"] if quiet else []
    command += flags_of(arguments)
    variables = dict(package_variables(), **{PARENT_VARIABLE: str(os.getpid())})
    process = subprocess.Popen(command, env=variables, stdout=subprocess.DEVNULL)
    try:
        status = process.wait()
    finally:
        # It keeps what it has played.
        process.terminate()
        process.wait()
    if status:
        raise InputError(
            "Playing with {} invisible failed; its message is above.".format(", ".join(options["blind_to"]))
        )
    return name, records.of_model(0, records.read_played(folder), options["num_levels"])
