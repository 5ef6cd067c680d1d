"""What a network gives that an AgentFile describes, computed by NumPy: slow, and apart from everything else here."""

import numpy as np

ACTIVATIONS = {
    "relu": lambda x: np.maximum(x, 0),
    "elu": lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))),
    "tanh": np.tanh,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "leaky_relu": lambda x: np.where(x > 0, x, 0.01 * x),
    "softplus": lambda x: np.log1p(np.exp(x)),
}


def _sides(padding, size, stride, length):
    """Before and after one axis."""
    if padding == "same":
        total = max((-(-length // stride) - 1) * stride + size - length, 0)
        return total // 2, total - total // 2
    return padding


def _windows(images, layer, fill):
    """(N, C, height, width, size, size) of images (N, C, H, W)."""
    padding = layer["padding"]
    both = padding if isinstance(padding, list) else [padding if padding == "same" else (padding, padding)] * 2
    pads = [_sides(both[axis], layer["size"][axis], layer["stride"][axis], images.shape[2 + axis]) for axis in (0, 1)]
    padded = np.pad(images, [(0, 0), (0, 0)] + [tuple(pad) for pad in pads], mode="constant", constant_values=fill)
    (height, width), (down, right) = layer["size"], layer["stride"]
    rows = [
        [padded[:, :, y : y + height, x : x + width] for x in range(0, padded.shape[3] - width + 1, right)]
        for y in range(0, padded.shape[2] - height + 1, down)
    ]
    return np.stack([np.stack(row, 2) for row in rows], 2)


def _pool(images, layer):
    if layer["pool"] == "max":
        return _windows(images, layer, -np.inf).max((4, 5))
    windows = _windows(images, layer, 0.0 if layer.get("count_padding") else np.nan)
    return np.nanmean(windows, (4, 5))


def _apply(value, layer, tensors):
    kind = layer["layer"]
    bias = tensors[layer["bias"]] if layer.get("bias") else 0
    if kind == "conv":
        bias = np.reshape(bias, (-1, 1, 1)) if layer["bias"] else 0
        return np.einsum("nchwij,fcij->nfhw", _windows(value, layer, 0.0), tensors[layer["kernel"]]) + bias
    if kind in ("dense", "head"):
        kernel = tensors[layer["kernel"]]
        return value @ (kernel.T if layer["transposed"] else kernel) + bias
    if kind == "pool":
        return _pool(value, layer)
    if kind == "activation":
        return ACTIVATIONS[layer["activation"]](value)
    if kind == "flatten":
        return (value if layer["order"] == "chw" else value.transpose(0, 2, 3, 1)).reshape(len(value), -1)
    assert kind == "residual", kind
    return run(value, layer["layers"], tensors) + run(value, layer.get("shortcut", []), tensors)


def run(value, layers, tensors):
    for layer in layers:
        value = _apply(value, layer, tensors)
    return value


def outputs(found, images):
    """Output → array of an AgentFile with a network, for images laid out as its input is."""
    first, layers = found.network[0], found.network[1:]
    images = images.astype(np.float64)
    images = images if first["layout"] == "chw" else images.transpose(0, 3, 1, 2)
    scale, offset = (np.reshape(first.get(key, default), (-1, 1, 1)) for key, default in (("scale", 1), ("offset", 0)))
    images = images * scale + offset
    trunk = run(images, [layer for layer in layers if layer["layer"] != "head"], found.tensors)
    given = {}
    for head in (layer for layer in layers if layer["layer"] == "head"):
        start = trunk if head["of"] == "trunk" else images
        given[head["output"]] = _apply(run(start, head["layers"], found.tensors), head, found.tensors)
    return given
