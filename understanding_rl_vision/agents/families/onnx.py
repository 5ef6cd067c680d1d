"""Networks that an ONNX file describes: its layers, with the names of its tensors, as a description of ours."""

import re

import numpy as np

from understanding_rl_vision.agents.families.assembling import Agent
from understanding_rl_vision.errors import InputError

FAMILY = "an ONNX file"
_Q_NAMES = ("q", "q_value", "q_values", "qvalues")
_OF_TENSORS = ("kernel", "bias", "transposed")


def recognise(file, args):
    """The Agent of an AgentFile with a network. args: given ones; output and scale say what the file does not."""
    params = {}
    heads = [layer for layer in file.network if layer["layer"] == "head"]
    outputs = _outputs(heads, file.tensors, args.get("output"))
    network = []
    for layer in file.network:
        if layer["layer"] == "input":
            network.append(_input(layer, args.get("scale")))
        elif layer["layer"] == "head":
            network.append(_head(layer, outputs[layer["output"]], file.tensors, params))
        else:
            network.append(_layer(layer, "pi", file.tensors, params))
    return Agent(FAMILY, network, params, {})


def _outputs(heads, tensors, wanted):
    """What each head is, by the name of the graph's output."""
    widths = {head["output"]: _matrix(head, tensors).shape[1] for head in heads}
    wide = [name for name, width in widths.items() if width > 1]
    if len(wide) != 1 or len(widths) > 2:
        raise InputError(
            "Its outputs are {}; one of logits, or of Q-values, and one of the value are accepted.".format(
                ", ".join("{} of {}".format(name, width) for name, width in widths.items())
            )
        )
    if wanted is None:
        wanted = "q" if wide[0].lower() in _Q_NAMES else "logits"
    return {name: wanted if name in wide else "value" for name in widths}


def _input(layer, scale):
    described = {key: layer[key] for key in ("scale", "offset") if layer.get(key) is not None}
    if not described:
        if scale is None:
            raise InputError(
                "It does not scale its images, so it does not tell whether it takes pixels from 0 to 255 or fractions "
                "from 0 to 1. Give args={'scale': 1}, or {'scale': 1/255 = 0.00392156862745098}."
            )
        described = {"scale": scale}
    return dict({"layer": "input"}, **described)


def _layer(layer, scope, tensors, params):
    described = {key: value for key, value in layer.items() if key not in _OF_TENSORS}
    for key in ("layers", "shortcut"):
        if key in layer:
            described[key] = [_layer(inner, scope, tensors, params) for inner in layer[key]]
    if layer["layer"] in ("conv", "dense"):
        described["name"] = re.sub(r"[^\w.-]", "_", layer["name"].replace("/", "."), flags=re.ASCII).lstrip("_.-")
        convolves = layer["layer"] == "conv"
        kernel = tensors[layer["kernel"]].transpose(2, 3, 1, 0) if convolves else _matrix(layer, tensors)
        _keep(params, [scope, described["name"]], ("kernel", "bias"), kernel, layer, tensors)
    return described


def _head(layer, output, tensors, params):
    scope = "vf" if output == "value" else "pi"
    _keep(params, [scope], ("w", "b"), _matrix(layer, tensors), layer, tensors)
    layers = [_layer(inner, scope, tensors, params) for inner in layer.get("layers", [])]
    return {"layer": "head", "output": output, "layers": layers, "of": layer.get("of", "trunk")}


def _matrix(layer, tensors):
    """The kernel of a dense layer, (in, out)."""
    kernel = tensors[layer["kernel"]]
    return kernel.T if layer.get("transposed") else kernel


def _keep(params, path, names, kernel, layer, tensors):
    bias = np.zeros(kernel.shape[-1], np.float32) if layer.get("bias") is None else tensors[layer["bias"]]
    for name, array in zip(names, (kernel, bias)):
        params["/".join(["ppo2_model"] + path + [name]) + ":0"] = np.ascontiguousarray(array)
