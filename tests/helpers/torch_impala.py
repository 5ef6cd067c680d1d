"""IMPALA as agents have it that were trained in PyTorch, in NumPy, and the checkpoint that README makes of one.

Weights are a dictionary of lists: convolutions (out, in, 3, 3) in the order in which images pass them, dense layers
(out, in), each with its bias.
"""

import joblib
import numpy as np
from numpy.lib.stride_tricks import as_strided


def drawn_weights(channels=(16, 32, 32), units=256, num_actions=15, size=(8, 8), seed=0):
    """Weights for images of three colours; size: height and width behind the last stack."""
    random = np.random.RandomState(seed)

    def layer(*shape):
        spread = np.sqrt(2 / np.prod(shape[1:]))
        return random.normal(0, spread, shape).astype(np.float32), random.normal(0, 0.05, shape[0]).astype(np.float32)

    convolutions, inputs = [], 3
    for filters in channels:
        convolutions += [layer(filters, inputs, 3, 3)] + [layer(filters, filters, 3, 3) for _ in range(4)]
        inputs = filters
    return {
        "convolutions": convolutions,
        "hidden": layer(units, channels[-1] * size[0] * size[1]),
        "policy": layer(num_actions, units),
        "value": layer(1, units),
    }


def _windows(images, before, after, step, fill):
    padding = [(0, 0), (0, 0), (before, after), (before, after)]
    padded = np.pad(images, padding, mode="constant", constant_values=fill)
    rows, columns = ((size - 3) // step + 1 for size in padded.shape[2:])
    strides = padded.strides[:2] + tuple(step * stride for stride in padded.strides[2:]) + padded.strides[2:]
    return as_strided(padded, padded.shape[:2] + (rows, columns, 3, 3), strides)


def _convolved(images, weight, bias):
    columns = _windows(images, 1, 1, 1, 0)
    return np.tensordot(columns, weight, ([1, 4, 5], [1, 2, 3])).transpose(0, 3, 1, 2) + bias[:, None, None]


def max_pool(images, before=1, after=1):
    """max_pool2d(3, stride=2) of images (N, C, H, W) with this much padding on either side; PyTorch's is 1 and 1."""
    return _windows(images, before, after, 2, -np.inf).max(axis=(4, 5))


def outputs(weights, images, padding=(1, 1)):
    """Logits (N, actions) and values (N,) of images (N, H, W, C) from 0 to 1."""
    out, layers = images.transpose(0, 3, 1, 2), iter(weights["convolutions"])
    for _ in range(len(weights["convolutions"]) // 5):
        out = max_pool(_convolved(out, *next(layers)), *padding)
        for _ in range(2):
            block = _convolved(np.maximum(out, 0), *next(layers))
            out = out + _convolved(np.maximum(block, 0), *next(layers))
    out = np.maximum(out, 0).reshape(len(out), -1)
    out = np.maximum(out @ weights["hidden"][0].T + weights["hidden"][1], 0)
    return out @ weights["policy"][0].T + weights["policy"][1], (out @ weights["value"][0].T + weights["value"][1])[
        :, 0
    ]


def write_checkpoint(path, weights, size=(8, 8), **args):
    """The checkpoint of an agent's weights, made as README says; returns its path."""
    params = {}
    for i, (weight, bias) in enumerate(weights["convolutions"]):
        params["pi/layer_{}/kernel".format(i)], params["pi/layer_{}/bias".format(i)] = (
            weight.transpose(2, 3, 1, 0),
            bias,
        )
    hidden, hidden_bias = weights["hidden"]
    first = "pi/layer_{}/".format(len(weights["convolutions"]))
    rows = hidden.reshape(len(hidden), -1, *size).transpose(0, 2, 3, 1).reshape(len(hidden), -1)
    params[first + "kernel"], params[first + "bias"] = rows.T, hidden_bias
    for head, name in (("pi", "policy"), ("vf", "value")):
        params[head + "/w"], params[head + "/b"] = weights[name][0].T, weights[name][1]
    params = {"ppo2_model/{}:0".format(name): np.ascontiguousarray(value) for name, value in params.items()}
    channels = [str(len(bias)) for _, bias in weights["convolutions"][::5]]
    args = dict({"env_name": "coinrun", "distribution_mode": "easy", "cnn": "impala", "pooling": "torch"}, **args)
    args.update(stack_channels="_".join(channels), emb_size=len(hidden))
    joblib.dump({"params": params, "args": args}, str(path))
    return str(path)
