"""Descriptions and the parameters of their networks: which layer has which, and what follows from shapes."""

from understanding_rl_vision.agents.networks.description import KINDS, MISSING, check_network
from understanding_rl_vision.errors import InputError, quoted

# What there is where no input layer is given.
_INPUT = {"layer": "input", "scale": 1 / 255, "offset": 0.0}


def parts(network):
    """(input layer, trunk, heads by output) of a complete description."""
    start = network[0] if network[0]["layer"] == "input" else _INPUT
    trunk = [layer for layer in network if layer["layer"] not in ("input", "head")]
    return start, trunk, {layer["output"]: layer for layer in network if layer["layer"] == "head"}


def with_parameters(network):
    """(what the names of its parameters begin with, layer) of every conv and dense layer, in order."""
    _, trunk, heads = parts(network)
    stretches = [("pi", trunk)] + [
        ("vf" if output == "value" else "pi", head["layers"]) for output, head in heads.items()
    ]
    for scope, layers in stretches:
        yield from _with_parameters("ppo2_model/{}/".format(scope), layers)


def _with_parameters(prefix, layers):
    for layer in layers:
        if layer["layer"] == "residual":
            yield from _with_parameters(prefix, layer["layers"] + layer["shortcut"])
        elif layer["layer"] in ("conv", "dense"):
            yield prefix + layer["name"] + "/", layer


def fitted(network, params):
    """A description, checked and complete, with filters, size and units as the parameters' shapes have them.

    params: name -> array. Raises InputError where a kernel is missing, or does not fit what is described.
    """
    network = check_network("network", network)
    for prefix, layer in with_parameters(network):
        name = prefix + layer["named"] + ":0"
        shape = getattr(params.get(name), "shape", None)
        convolves = layer["layer"] == "conv"
        if shape is None or len(shape) != (4 if convolves else 2):
            raise InputError(
                "The checkpoint's parameter {} {}; its network has a layer {} there.".format(
                    quoted(name), "is missing" if shape is None else "has the shape {}".format(shape), layer["layer"]
                )
            )
        found = {"size": list(shape[:2]), "filters": shape[-1]} if convolves else {"units": shape[-1]}
        for key, value in found.items():
            if layer[key] not in (None, value):
                raise InputError(
                    "The network says {}={} of {}, but its kernel has the shape {}.".format(
                        key, quoted(layer[key]), layer["name"], shape
                    )
                )
        layer.update(found)
    # Shapes have their bounds, too.
    return check_network("network", network)


def short(network):
    """A complete description without what leaving it out says, as people write it."""
    return [_short(layer) for layer in network]


def _short(layer):
    kept = {"layer": layer["layer"]}
    for key, (check, default) in KINDS[layer["layer"]].items():
        value = layer[key]
        if key in ("layers", "shortcut"):
            value = short(value)
        elif key in ("size", "stride", "padding"):
            value = _fewest(value)
        left_out = value in (None, []) if default in (None, MISSING, ()) else layer[key] == check(key, default)
        if not left_out or default is MISSING:
            kept[key] = value
    return kept


def _fewest(value):
    """One number for pairs of equal ones."""
    if not isinstance(value, list):
        return value
    first, second = map(_fewest, value)
    return first if first == second else [first, second]
