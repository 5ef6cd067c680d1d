"""Joblib files: this project's and OpenAI's checkpoints, and what Baselines saves, which is arrays and nothing else."""

import collections
import re

import numpy as np

from understanding_rl_vision.agent_files.agent_file import agent_file
from understanding_rl_vision.agent_files.facts import Facts
from understanding_rl_vision.errors import InputError, cut, quoted
from understanding_rl_vision.rl_util.pickles import read_joblib

# TensorFlow's optimisers keep these beside each variable, and Adam two numbers more.
_SLOT = re.compile(r"(.*)/(Adam|Adam_1|Adagrad|Momentum|RMSProp|RMSProp_1):0$")
_OPTIMIZER = re.compile(r"(.*/)?beta[12]_power(_\d+)?:0$")


def is_optimizers(name, params):
    """Whether a parameter of Baselines is the optimiser's, not the network's."""
    if not isinstance(name, str):
        return False
    slot = _SLOT.match(name)
    return slot.group(1) + ":0" in params if slot else bool(_OPTIMIZER.match(name))


def are_arrays(value):
    """Whether a value is a list of several arrays, as older versions of Baselines save."""
    return isinstance(value, (list, tuple)) and len(value) > 1 and all(isinstance(item, np.ndarray) for item in value)


def read_arrays(file):
    """The AgentFile of a joblib file. Raises InputError where it holds no arrays by name or in a list."""
    content = read_joblib(file, with_placeholders=True)
    if isinstance(content, dict) and ("params" in content or "args" in content):
        params = content.get("params")
        if isinstance(params, dict) and are_arrays(params.get("model")):
            params = params["model"]
        facts = Facts()
        facts.tell("args", content.get("args", {}))
        return _agent_file("jd", params, facts)
    return _agent_file("baselines", content, Facts())


def _agent_file(kind, params, facts):
    if are_arrays(params):
        params = {str(number): array for number, array in enumerate(params)}
    arrays = params if isinstance(params, dict) else {}
    arrays = {name: array for name, array in arrays.items() if isinstance(name, str) and isinstance(array, np.ndarray)}
    if not arrays:
        raise InputError("It holds no arrays by name: {}.".format(cut(quoted(params), 300)))
    kept = collections.OrderedDict((name, array) for name, array in arrays.items() if not is_optimizers(name, arrays))
    if len(kept) < len(arrays):
        facts.leave_out("the optimiser's {} arrays".format(len(arrays) - len(kept)))
    return agent_file(kind, kept, facts)
