"""CleanRL's agents in JAX, from msgpack files of flax; they carry the settings of their training."""

import re

from understanding_rl_vision.agents.families.assembling import Assembly
from understanding_rl_vision.agents.families.sequential import CLIPPED, three_convolutions
from understanding_rl_vision.errors import InputError


def recognise(file):
    """The Agent of an AgentFile, or None where it is none of these."""
    args = file.facts.get("args")
    args = args if isinstance(args, dict) else {}
    if "0/params/Conv_0/kernel" in file.tensors and "1/params/Dense_0/kernel" in file.tensors:
        trunk, heads = "0/params/", {"logits": "1/params/Dense_0", "value": "2/params/Dense_0"}
    elif "params/Conv_0/kernel" in file.tensors and "params/Dense_1/kernel" in file.tensors:
        if "n_atoms" in args or "n_quantiles" in args:
            raise InputError("It is a distributional agent (n_atoms in its args); those with one Q-value are accepted.")
        trunk, heads = "params/", {"q": "params/Dense_1"}
    else:
        return None
    assembly = Assembly("CleanRL's agents in JAX", file.tensors, flax=True)
    convs = [trunk + "Conv_{}".format(number) for number in range(3)]
    # flax keeps channels last, so that rows of dense layers are in our order.
    layers = three_convolutions(assembly, convs, trunk + "Dense_0", order="hwc")
    described = [assembly.head(source, output) for output, source in heads.items()]
    return assembly.agent(layers + described, dict(CLIPPED, **args_of(args)))


def args_of(given):
    """Args here of the settings of a training by CleanRL."""
    args = {}
    name = given.get("env_id")
    if isinstance(name, str):
        # Breakout-v5 of EnvPool, ALE/Breakout-v5, BreakoutNoFrameskip-v4.
        args = {"env_kind": "atari", "env_id": re.sub(r"^ALE/|(NoFrameskip)?-v\d+$", "", name[:200])}
    for ours, theirs in (("gamma", "gamma"), ("lambda", "gae_lambda"), ("epsilon_greedy", "end_e")):
        if isinstance(given.get(theirs), (int, float)):
            args[ours] = given[theirs]
    return args
