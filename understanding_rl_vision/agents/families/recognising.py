"""Whose agent a file holds."""

import json
import re

from understanding_rl_vision.agents.families import flax, impala, sb3, sequential
from understanding_rl_vision.agents.families.assembling import Agent, listed
from understanding_rl_vision.agents.families.refusing import check_accepted
from understanding_rl_vision.errors import InputError, cut

OWN = "rl-clarity"
OWN_PARAMETER = re.compile(r"ppo2_model/.*:0$")

# What wraps a module for other machines, and is part of its names.
_WRAPPERS = ("module.", "_orig_mod.", "actor_critic.", "policy.", "model.", "net.", "agent.")

FAMILIES = (impala.recognise, sequential.recognise, sb3.recognise, flax.recognise)
KNOWN = (
    "train-procgen-pytorch, train-procgen-pfrl, CleanRL (ppo_procgen, ppo_atari, dqn_atari and those in JAX), "
    "pytorch-a2c-ppo-acktr, Stable-Baselines3 (CnnPolicy of PPO, A2C and DQN), phasic-policy-gradient and Baselines"
)


def recognise(file):
    """The Agent of an AgentFile of another tool. Raises InputError, which says what it is as far as that is known."""
    if any(OWN_PARAMETER.match(name) for name in file.tensors):
        return _own(file)
    file = file._replace(**_without_wrapper(file))
    check_accepted(file.tensors)
    for family in FAMILIES:
        agent = family(file)
        if agent is not None:
            return agent
    raise InputError(
        "The names of its parameters are of no family that is known ({}). Known are {}. Of others give the module "
        "itself to run(), or an ONNX file of it.".format(listed(file.tensors), KNOWN)
    )


def _without_wrapper(file):
    """Names of tensors and of convolutions without a wrapper that all of them share."""
    names, convolutions = file.tensors, file.convolutions
    wrapper = next((one for one in _WRAPPERS if all(name.startswith(one) for name in names)), "")
    return {
        "tensors": {name[len(wrapper) :]: array for name, array in names.items()},
        "convolutions": {name[len(wrapper) :]: told for name, told in convolutions.items()},
    }


def _own(file):
    """What `convert` wrote: parameters by our names, and args as JSON."""
    try:
        args = json.loads(file.facts.get("args", "{}"))
    except (TypeError, ValueError, RecursionError):
        args = None
    if not isinstance(args, dict):
        raise InputError(
            "Its metadata has args={}; JSON of options is accepted.".format(cut(str(file.facts.get("args")), 100))
        )
    return Agent(OWN, None, file.tensors, args)
