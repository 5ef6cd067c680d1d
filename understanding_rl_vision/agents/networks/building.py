"""The TensorFlow graph of a described network."""

import contextlib

import numpy as np

from understanding_rl_vision.agents.networks.parameters import parts
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.rl_util.clear_cnn import dense, flatten
from understanding_rl_vision.rl_util.convolutions import convolution, quick_convolution
from understanding_rl_vision.tensorflow1 import tf

# Node names of the results, as Baselines has them.
POLICY_LOGITS_NAME = "ppo2_model/pi_1/add"
VALUE_FUNCTION_NAME = "ppo2_model/strided_slice"

# Keeps the gradient of an L2 pool finite where all is 0.
L2_CONSTANT = 1e-8
LEAK = 0.01


class _TooSmall(Exception):
    """A layer's window is larger than what is left of the image."""


def build_network(images, num_actions, network, *, quick=False, has_value=True):
    """Build a policy and a value function of a complete description, in the current graph.

    Returns logits (N, num_actions), or Q-values in their place, and values (N,), or None: those of Q-values are their
    maximum. For the parameters see `architectures.build_policy`.
    """
    try:
        return _built(images, num_actions, *parts(network), quick_convolution if quick else convolution, has_value)
    except _TooSmall as error:
        raise InputError(
            "Observations of {}×{} are too small for the network: {}.".format(*images.shape.as_list()[1:3], error)
        ) from None


def _built(images, num_actions, start, trunk, heads, convolve, has_value):
    builder = _Builder(convolve)
    of_actions = heads.get("logits") or heads["q"]
    with tf.variable_scope("ppo2_model", reuse=tf.AUTO_REUSE):
        with tf.variable_scope("pi"):
            scaled = _scaled(images, start)
            ends = {"input": scaled, "trunk": builder.layers(scaled, trunk)}
        # A small start makes the first policy nearly uniform.
        with tf.variable_scope("pi"):
            rows = builder.layers(ends[of_actions["of"]], of_actions["layers"])
            logits = orthogonal_dense(rows, num_actions, gain=0.01)
        if not has_value:
            return logits, None
        if "q" in heads:
            return logits, tf.reduce_max(logits, axis=1, name=VALUE_FUNCTION_NAME.split("/")[1])
        if "value" not in heads:
            raise InputError("The network has no head for a value function.")
        with tf.variable_scope("vf"):
            of_value = heads["value"]
            values = orthogonal_dense(_Builder(convolve).layers(ends[of_value["of"]], of_value["layers"]), 1, 1.0)
        return logits, values[:, 0]


def _scaled(images, layer):
    """What the first layer sees of images with values from 0 to 1."""
    scale, offset = (np.asarray(layer[key], np.float64) for key in ("scale", "offset"))
    channels = images.shape.as_list()[-1]
    for key in ("scale", "offset"):
        if isinstance(layer[key], list) and len(layer[key]) != channels:
            raise InputError(
                "The network's input has {} numbers in {}, but images have {} channels.".format(
                    len(layer[key]), key, channels
                )
            )
    if np.abs(scale * 255 - 1).max() > 1e-12:
        images = images * tf.constant(scale * 255, tf.float32)
    return images + tf.constant(offset, tf.float32) if np.any(offset) else images


class _Builder:
    """Adds layers to the current variable scope. convolve: one of `rl_util.convolutions`."""

    def __init__(self, convolve):
        self.convolve = convolve
        # Path of a scope here -> the name that the graph has given it.
        self._scopes = {}

    def layers(self, values, layers):
        for layer in layers:
            values = getattr(self, "_" + layer["layer"])(values, layer)
        return values

    @contextlib.contextmanager
    def _scope(self, path):
        """The scope of a path, which may have been entered before: one and the same, of variables and of nodes."""
        with contextlib.ExitStack() as entered:
            names = path.split("/") if path else []
            for depth in range(1, len(names) + 1):
                inner = "/".join(names[:depth])
                known = inner in self._scopes
                entered.enter_context(tf.variable_scope(names[depth - 1], auxiliary_name_scope=not known))
                if known:
                    entered.enter_context(tf.name_scope(self._scopes[inner] + "/"))
                else:
                    self._scopes[inner] = tf.get_default_graph().get_name_scope()
            yield

    def _conv(self, images, layer):
        with self._scope(layer["name"]):
            out = (_baselines_conv if layer["named"] == "w" else self._plain_conv)(images, layer)
        # The activation of 1a/conv2d is 1a/Relu, that of conv1 is conv1/Relu.
        with self._scope(layer["name"].rpartition("/")[0] or layer["name"]):
            return _operation(layer["activation"])(out)

    def _plain_conv(self, images, layer):
        kernel = tf.get_variable("kernel", _kernel_shape(images, layer))
        bias = tf.get_variable("bias", (layer["filters"],), initializer=tf.zeros_initializer())
        return tf.nn.bias_add(_convolved(images, kernel, layer, self.convolve), bias)

    def _pool(self, images, layer):
        with self._scope(layer["name"]):
            return pooled(images, layer)

    def _activation(self, values, layer):
        with self._scope(layer["name"]):
            return _operation(layer["activation"])(values)

    def _residual(self, images, layer):
        added = self.layers(images, layer["layers"])
        beside = self.layers(images, layer["shortcut"])
        if added.shape.as_list() != beside.shape.as_list():
            raise InputError(
                "A residual block of the network adds pictures of shape {} to such of shape {}.".format(
                    added.shape.as_list()[1:], beside.shape.as_list()[1:]
                )
            )
        return beside + added

    def _flatten(self, images, layer):
        with self._scope(layer["name"]):
            return flatten(tf.transpose(images, (0, 3, 1, 2)) if layer["order"] == "chw" else images)

    def _dense(self, rows, layer):
        activation = _operation(layer["activation"])
        if layer["named"] == "w":
            with self._scope(layer["name"]):
                return activation(orthogonal_dense(rows, layer["units"], gain=2**0.5))
        return dense(rows, layer["name"], layer["units"], activation)


def _operation(activation):
    """What an activation of a description does with values."""
    if activation is None:
        return lambda values: values
    if activation == "leaky_relu":
        return lambda values: tf.nn.leaky_relu(values, LEAK)
    return getattr(tf.nn, activation)


def orthogonal_dense(rows, units, gain):
    """A dense layer in the current scope, with the parameter names of Baselines."""
    kernel = tf.get_variable("w", (rows.shape[-1], units), initializer=tf.orthogonal_initializer(gain))
    bias = tf.get_variable("b", (units,), initializer=tf.zeros_initializer())
    return tf.matmul(rows, kernel) + bias


def _kernel_shape(images, layer):
    for key in ("size", "filters"):
        if layer[key] is None:
            raise InputError("The network's layer {} has no {}.".format(layer["name"], key))
    return (*layer["size"], images.shape[-1], layer["filters"])


def _baselines_conv(images, layer):
    kernel = tf.get_variable("w", _kernel_shape(images, layer), initializer=tf.orthogonal_initializer(2**0.5))
    # Baselines' biases have the axes of a layout with channels first.
    bias = tf.get_variable("b", (1, layer["filters"], 1, 1), initializer=tf.zeros_initializer())
    return _convolved(images, kernel, layer, convolution) + tf.reshape(bias, (1, 1, 1, -1))


def _convolved(images, kernel, layer, convolve):
    padding, size = layer["padding"], layer["size"]
    keeps = padding == "same" or [[side, side] for side in map(_half, size)] == padding and all(n % 2 for n in size)
    if layer["stride"] == [1, 1] and keeps:
        return convolve(images, kernel)
    images, padding = _padded(images, layer, 0.0)
    return tf.nn.conv2d(images, kernel, [1, *layer["stride"], 1], padding)


def _half(size):
    return (size - 1) // 2


def _padded(images, layer, filling):
    """Images with the margins of a layer, and the padding that TensorFlow is left with."""
    if layer["padding"] == "same":
        return images, "SAME"
    if layer["padding"] != "valid" and layer["padding"] != [[0, 0], [0, 0]]:
        images = tf.pad(images, [[0, 0], *layer["padding"], [0, 0]], constant_values=filling)
    left = images.shape.as_list()[1:3]
    if any(side < size for side, size in zip(left, layer["size"])):
        raise _TooSmall("{}×{} are left before {}×{}".format(*left, *layer["size"]))
    return images, "VALID"


def pooled(images, layer):
    """Images after a pool, a layer of a complete description."""
    window, stride = [1, *layer["size"], 1], [1, *(layer["stride"] or layer["size"]), 1]
    if layer["pool"] == "max":
        # Margins must never be the largest.
        padded, padding = _padded(images, layer, -np.inf)
        return tf.nn.max_pool(padded, window, stride, padding)
    if layer["pool"] == "l2":
        padded, padding = _padded(images, layer, 0.0)
        return tf.sqrt(tf.nn.avg_pool(padded**2, window, stride, padding) + L2_CONSTANT)
    padded, padding = _padded(images, layer, 0.0)
    pooled = tf.nn.avg_pool(padded, window, stride, padding)
    if padding == "SAME" or layer["count_padding"] or padded is images:
        return pooled
    shares, _ = _padded(tf.ones_like(images), layer, 0.0)
    return pooled / tf.nn.avg_pool(shares, window, stride, padding)
