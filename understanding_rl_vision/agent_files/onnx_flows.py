"""What flows through an ONNX graph: images, constants and sizes, and the layers that a flow has come through."""

import numpy as np

from understanding_rl_vision.errors import InputError

MOST_LAYERS = 1_000
# Residual blocks in one another.
DEEPEST = 16


class Constant:
    """A tensor of the file by its name; `transposed` where a node has turned it."""

    def __init__(self, name, array, transposed=False):
        self.name, self.array, self.transposed = name, array, transposed

    @property
    def shape(self):
        return self.array.shape[::-1] if self.transposed else self.array.shape


class Sizes:
    """Whole numbers that a graph computes of shapes: None for the number of images, which is open."""

    def __init__(self, entries):
        self.entries = entries


class Flow:
    """What a node gives: the flow before it, and the layers in between.

    shape: (channels, height, width) or (units,), None for each that is open. layout: "chw" or "hwc", how values of
    images lie. scale, offset: of pixels, before the first layer, or None where nothing has scaled them.
    """

    def __init__(self, before, layers, shape, layout=None, scale=None, offset=None):
        self.before, self.layers, self.shape = before, layers, shape
        self.layout = layout or before.layout
        self.scale, self.offset = scale, offset
        self.depth = before.depth + 1 if before else 0
        # Layers in residual blocks included: a graph may use a flow again and again.
        self.length = (before.length if before else 0) + sum(map(_length, layers))
        if max(self.length, self.depth) > MOST_LAYERS:
            raise InputError("It has more than {:,} layers.".format(MOST_LAYERS))

    @property
    def is_scaled_image(self):
        """Whether it has come through no layer yet."""
        return self.before is None

    @property
    def is_image(self):
        return len(self.shape) == 3

    def then(self, layer, shape=None, layout=None):
        """The flow after a layer, or after none, of another shape or layout where that changes."""
        return Flow(self, [layer] if layer else [], self.shape if shape is None else shape, layout or self.layout)


def _length(layer, within=0):
    if within > DEEPEST:
        raise InputError("Its residual blocks lie more than {} deep in one another.".format(DEEPEST))
    return 1 + sum(_length(inner, within + 1) for inner in layer.get("layers", []) + layer.get("shortcut", []))


def steps(flow):
    """The flows that one has come through, from the image on, itself the last."""
    found = []
    while flow is not None:
        found.append(flow)
        flow = flow.before
    return found[::-1]


def layers_of(flows):
    return [layer for flow in flows for layer in flow.layers]


def shared(chains):
    """How many first ones several lists of steps have in common."""
    together = list(zip(*chains))
    return next((n for n, each in enumerate(together) if any(one is not each[0] for one in each)), len(together))


def sum_of(first, second):
    """The flow after a residual block of two flows, or None where they do not go together."""
    common = shared([steps(first), steps(second)])
    if not common or first.shape != second.shape or first.layout != second.layout:
        return None
    block, shortcut = (layers_of(steps(flow)[common:]) for flow in (first, second))
    if not block:
        block, shortcut = shortcut, block
    if not block:
        return None
    layer = {"layer": "residual", "layers": block}
    if shortcut:
        layer["shortcut"] = shortcut
    return steps(first)[common - 1].then(layer, first.shape, first.layout)


def per_channel(constant, layout):
    """A constant that is added to images or scales them: a number, or an array of one for each channel; else None."""
    array = np.asarray(constant.array, np.float64)
    if array.size == 1:
        return float(array.reshape(()))
    axis = -3 if layout == "chw" else -1
    if constant.transposed or array.ndim < -axis or array.size != array.shape[axis]:
        return None
    return array.reshape(-1)
