"""Agents of other tools, made without them: parameters that are drawn, in the files that those tools write.

other_tools.json has, for each, names and shapes of the parameters and what the tool's own code answered for the same
ones: logits and values of three frames, and Captum's LayerIntegratedGradients (10 steps, right Riemann sums, from
activations of zero) of the value to a layer, summed over places, by channel, and over channels, by place. Made with
PyTorch 2.13, Captum 0.9, Stable-Baselines3 2.9.2 and flax 0.8.5. by_place is that of the first frame; of networks in
JAX there is no attribution. That of pfrl's was computed in float64, for frames of another seed: for the first one of
those of the others, one unit at one step is as near to 0 as float32 tells numbers apart (9e-8 of the largest), and
PyTorch's own attribution in float32 differs from that in float64 by 0.2 %.
"""

import functools
import json
import os

import numpy as np

from tests.helpers import agent_files


@functools.lru_cache(maxsize=None)
def cases():
    """Name -> what is known of an agent."""
    with open(os.path.join(os.path.dirname(__file__), "other_tools.json"), encoding="utf-8") as file:
        return json.load(file)


def draw(name, shape):
    """A parameter, which its name decides."""
    random = np.random.RandomState(sum(map(ord, name)) % 2**31)
    if len(shape) == 1:
        return (0.1 * random.randn(*shape)).astype(np.float32)
    return (random.randn(*shape) * np.sqrt(2 / np.prod(shape[1:]))).astype(np.float32)


def frames(shape, seed=7):
    return np.random.RandomState(seed).randint(256, size=(3, *shape)).astype(np.uint8)


def tensors(case):
    """Name -> array. The extractors of one kind of Stable-Baselines3's are the same one, or two that differ."""
    two = any(name.startswith("mlp_extractor.value_net.2") for name in case["tensors"])

    def source(name):
        name = name.replace("pi_features_extractor", "features_extractor")
        return name if two else name.replace("vf_features_extractor", "features_extractor")

    return {name: draw(source(name), shape) for name, shape in case["tensors"].items()}


def write(path, case, arrays=None):
    """Write a case's file, as its tool does; returns the path."""
    arrays = tensors(case) if arrays is None else arrays
    state_dict = {name: agent_files.tensor(array) for name, array in arrays.items()}
    kind = case["file"]
    if kind == "flax ppo":
        content = agent_files.packed({"0": {"env_id": "Breakout-v5", "gamma": 0.98}, "1": _trees(arrays)})
    elif kind == "flax dqn":
        content = agent_files.packed(_trees(arrays))
    elif kind == "sb3":
        content = agent_files.sb3_zip(state_dict, data=case["data"])
    elif kind == "module":
        content = agent_files.torch_legacy(_module(arrays, case))
    elif kind == "module in a list":
        content = agent_files.torch_zip([_module(arrays, case), None])
    else:
        content = agent_files.torch_zip(state_dict if kind == "bare" else {kind: state_dict})
    with open(str(path), "wb") as file:
        file.write(content)
    return str(path)


def _trees(arrays):
    """Names with slashes as dictionaries in one another; an empty part of a name counts as none."""
    tree = {}
    for name, array in arrays.items():
        *parts, last = [part for part in name.split("/") if part]
        place = tree
        for part in parts:
            place = place.setdefault(part, {})
        place[last] = array
    return tree


def _module(arrays, case):
    """A module that was pickled whole, with all its parts."""
    return _inner(_trees({name.replace(".", "/"): array for name, array in arrays.items()}))


def _inner(tree):
    parameters = {name: agent_files.tensor(array) for name, array in tree.items() if isinstance(array, np.ndarray)}
    modules = {name: _inner(inner) for name, inner in tree.items() if isinstance(inner, dict)}
    return agent_files.module("model.Part", parameters, modules)
