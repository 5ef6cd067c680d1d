"""What describes a network: a list of layers, which a stranger's file may carry. Checked, and bounded.

    {"layer": "input", "scale": 1 / 255, "offset": 0}       pixel (0 to 255) * scale + offset; numbers, or lists
    {"layer": "conv", "name", "filters", "size", "stride": 1, "padding": "valid", "activation": None}
    {"layer": "pool", "pool": "max" | "average" | "l2", "size", "stride": size, "padding": "valid"}
    {"layer": "activation", "activation", "name": None}
    {"layer": "residual", "layers": [...], "shortcut": []}   what the layers give is added to what the shortcut gives
    {"layer": "flatten", "order": "hwc"}                     "chw": in the order of channels first, as PyTorch's
    {"layer": "dense", "name", "units", "activation": None}
    {"layer": "head", "output": "logits" | "value" | "q", "layers": [], "of": "trunk"}

Heads are last: each a dense layer behind `layers` of its own, on what those before the first head give, or, with "of":
"input", on the input. Sizes, strides and paddings are numbers or [height, width]; paddings also "same" (TensorFlow's),
"valid" and [[top, bottom], [left, right]]. What is left out of filters, size and units follows from the parameters.

The parameters of layer NAME are ppo2_model/pi/NAME/kernel:0 (height, width, in, out; dense: in, out) and .../bias:0;
with "named": "w" they are w and b, as in Baselines' networks; in a value head pi is vf. Those of heads:
ppo2_model/pi/w:0, b:0 and ppo2_model/vf/w:0, b:0.
"""

import numbers
import re

from understanding_rl_vision.errors import InputError, check_options, quoted

ACTIVATIONS = (None, "relu", "elu", "tanh", "sigmoid", "leaky_relu", "softplus")
POOLS = ("max", "average", "l2")
OUTPUTS = ("logits", "value", "q")

# Far beyond any network that is trained, and less than what fills a memory.
MOST_LAYERS, DEEPEST = 512, 4
MOST_FILTERS, MOST_UNITS, LARGEST_SIZE, LONGEST_NAME = 4096, 65536, 256, 120
LARGEST_SCALE = 1e6

_NAME = re.compile(r"[A-Za-z0-9][\w.-]*(/[\w.-]+)*", re.ASCII)


def refuse(what, value, accepted):
    raise InputError("The network has {}={}; {} is accepted.".format(what, quoted(value), accepted))


def _whole(most):
    def check(what, value):
        if not isinstance(value, numbers.Integral) or isinstance(value, bool) or not 1 <= value <= most:
            refuse(what, value, "a whole number from 1 to {}".format(most))
        return int(value)

    return check


def _choice(*choices):
    def check(what, value):
        if not isinstance(value, (str, type(None), bool)) or value not in choices:
            refuse(what, value, "one of {}".format(", ".join(map(quoted, choices))))
        return value

    return check


def _name(what, value):
    if not isinstance(value, str) or len(value) > LONGEST_NAME or not _NAME.fullmatch(value):
        refuse(what, value, "a name of letters, digits, '_', '.', '-' and '/'")
    return value


def _pair(check):
    def check_pair(what, value):
        if isinstance(value, (list, tuple)):
            if len(value) != 2:
                refuse(what, value, "a number, or one for height and one for width,")
            return [check(what, item) for item in value]
        return [check(what, value)] * 2

    return check_pair


def _margin(what, value):
    if not isinstance(value, numbers.Integral) or isinstance(value, bool) or not 0 <= value <= LARGEST_SIZE:
        refuse(what, value, "a whole number from 0 to {}".format(LARGEST_SIZE))
    return int(value)


def _padding(what, value):
    """'same', 'valid' or [[top, bottom], [left, right]]."""
    if isinstance(value, str):
        return _choice("same", "valid")(what, value)
    if not isinstance(value, (list, tuple)):
        value = [value, value]
    if len(value) != 2:
        refuse(what, value, "'same', 'valid', a number, [height, width] or [[top, bottom], [left, right]]")
    return [_pair(_margin)(what, sides) for sides in value]


def _numbers(what, value):
    values = value if isinstance(value, (list, tuple)) else [value]
    if not 1 <= len(values) <= MOST_FILTERS or not all(map(_is_number, values)):
        refuse(what, value, "a number, or a list with one for each channel,")
    return [float(item) for item in values] if isinstance(value, (list, tuple)) else float(value)


def _is_number(value):
    return isinstance(value, numbers.Real) and not isinstance(value, bool) and abs(value) <= LARGEST_SCALE


def _layers(what, value):
    if not isinstance(value, (list, tuple)):
        refuse(what, value, "a list of layers")
    return list(value)


_size = _pair(_whole(LARGEST_SIZE))
_activation = _choice(*ACTIVATIONS)
_named = _choice("kernel", "w")
MISSING = object()

# Kind -> key -> (check, what is taken where there is none; MISSING: there must be one). None stays None.
KINDS = {
    "input": {"scale": (_numbers, 1 / 255), "offset": (_numbers, 0.0)},
    "conv": {
        "name": (_name, MISSING),
        "filters": (_whole(MOST_FILTERS), None),
        "size": (_size, None),
        "stride": (_size, 1),
        "padding": (_padding, "valid"),
        "activation": (_activation, None),
        "named": (_named, "kernel"),
    },
    "pool": {
        "name": (_name, None),
        "pool": (_choice(*POOLS), "max"),
        "size": (_size, MISSING),
        "stride": (_size, None),
        "padding": (_padding, "valid"),
        "count_padding": (_choice(False, True), False),
    },
    "activation": {"name": (_name, None), "activation": (_activation, MISSING)},
    "residual": {"layers": (_layers, MISSING), "shortcut": (_layers, ())},
    "flatten": {"name": (_name, None), "order": (_choice("hwc", "chw"), "hwc")},
    "dense": {
        "name": (_name, MISSING),
        "units": (_whole(MOST_UNITS), None),
        "activation": (_activation, None),
        "named": (_named, "kernel"),
    },
    "head": {
        "output": (_choice(*OUTPUTS), MISSING),
        "layers": (_layers, ()),
        "of": (_choice("trunk", "input"), "trunk"),
    },
}


class _Checking:
    """A network while it is checked: how many layers there are, and their names."""

    def __init__(self):
        self._count, self._names = 0, set()

    def layer(self, given, allowed, scope, depth):
        """A layer, complete. allowed: kinds that may stand there; scope: 'pi' or 'vf'."""
        self._count += 1
        if self._count > MOST_LAYERS or depth > DEEPEST:
            raise InputError(
                "The network has more than {} layers, or more than {} in one another.".format(MOST_LAYERS, DEEPEST)
            )
        kind = given.get("layer") if isinstance(given, dict) else None
        if not isinstance(kind, str) or kind not in allowed:
            raise InputError(
                "The network has the layer {}; what may stand there are layers of the kinds {}.".format(
                    quoted(given), ", ".join(allowed)
                )
            )
        check_options([key for key in given if key != "layer"], list(KINDS[kind]), "the network's layer " + kind)
        layer = {"layer": kind}
        for key, (check, default) in KINDS[kind].items():
            value = given.get(key, None if default is MISSING else default)
            if value is None and default is MISSING:
                raise InputError("The network's layer {} has no {}.".format(quoted(given), quoted(key)))
            layer[key] = None if value is None else check(key, value)
        if layer.get("name") and kind in ("conv", "dense"):
            if (scope, layer["name"]) in self._names:
                raise InputError("Two layers of the network have the name {}.".format(quoted(layer["name"])))
            self._names.add((scope, layer["name"]))
        if kind == "residual":
            for key in ("layers", "shortcut"):
                inside = "conv", "pool", "activation", "residual"
                layer[key] = [self.layer(item, inside, scope, depth + 1) for item in layer[key]]
        return layer

    def stretch(self, given, scope, flat, depth=0):
        """Layers one after another, and whether they give rows. flat: whether what comes in is rows."""
        layers = []
        for item in given:
            pictures = "conv", "pool", "activation", "residual", "flatten"
            layers.append(self.layer(item, ("dense", "activation") if flat else pictures, scope, depth))
            flat = flat or layers[-1]["layer"] == "flatten"
        return layers, flat


def check_network(name, network):
    """A description, complete: each layer with all its keys. Raises InputError for what is no network."""
    if not isinstance(network, (list, tuple)) or not network:
        raise InputError("{}={} given; a list of layers is accepted.".format(name, quoted(network)))
    checking, given = _Checking(), list(network)
    kinds = [item.get("layer") if isinstance(item, dict) else None for item in given]
    first = [checking.layer(given.pop(0), ("input",), "pi", 0)] if kinds[0] == "input" else []
    count = next((i for i, item in enumerate(given) if isinstance(item, dict) and item.get("layer") == "head"), None)
    if count is None:
        raise InputError(
            "The network has no head; its last layers must be heads, {'layer': 'head', 'output': 'logits'}."
        )
    trunk, flat = checking.stretch(given[:count], "pi", False)
    heads = [_head(checking, item, flat) for item in given[count:]]
    outputs = sorted(head["output"] for head in heads)
    if outputs not in (["logits"], ["logits", "value"], ["q"]):
        raise InputError(
            "The network has heads for {}; logits, logits and value, or q are accepted.".format(", ".join(outputs))
        )
    return first + trunk + heads


def _head(checking, given, flat):
    head = checking.layer(given, ("head",), "pi", 0)
    scope = "vf" if head["output"] == "value" else "pi"
    head["layers"], behind = checking.stretch(head["layers"], scope, flat and head["of"] == "trunk", 1)
    if not behind:
        raise InputError(
            "The network's head {} is on pictures; a layer flatten must be before it.".format(head["output"])
        )
    return head
