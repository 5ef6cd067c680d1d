"""What a straight path from zero allows: the convolution above a layer need not be computed at every point of it.

Convolutions are linear, so along the points a k/n, k = 1..n, their output only scales; and L2 pooling,
sqrt(mean(a^2) + eps), only scales but for its eps: a cell that pools to p at the end of the path pools to k/n p, or, if
it is zero, to sqrt(eps) at all points. Both are linear in k/n. So with pooling in between the convolution is needed at
the first point and the last, and once backward on the sum of the gradients over the points, instead of n times. Only
cells whose mean is close to eps pool to something else in between.
"""

import collections

import numpy as np

from understanding_rl_vision.rl_util.graphs import is_of_model, readers
from understanding_rl_vision.tensorflow1 import tf

# From a layer to `end`, a convolution's output; at the point t of the path, 0 < t <= 1, it is offset + t slope, without
# an offset where that is None.
Stretch = collections.namedtuple("Stretch", "end offset slope")


def _only_consumer(tensor):
    """The one operation of the model that takes a tensor, or None; operations of gradients do not count."""
    found = [op for op in readers(tensor) if is_of_model(op)]
    return found[0] if len(found) == 1 else None


def _is_square(op):
    if op.type == "Square":
        return True
    if op.type == "Mul":
        return op.inputs[0] is op.inputs[1]
    return op.type == "Pow" and tf.get_static_value(op.inputs[1]) == 2


def _l2_pooling(op):
    """(mean of squares, eps, root) if `op` begins an L2 pooling, else None."""
    if op is None or not _is_square(op):
        return None
    mean = _only_consumer(op.outputs[0])
    if mean is None or mean.type != "AvgPool":
        return None
    shifted = _only_consumer(mean.outputs[0])
    if shifted is None or shifted.type not in ("Add", "AddV2"):
        return None
    constants = [value for value in map(tf.get_static_value, shifted.inputs) if value is not None]
    if not constants or np.size(constants[0]) != 1 or not constants[0] > 0:
        return None
    root = _only_consumer(shifted.outputs[0])
    if root is None or root.type != "Sqrt":
        return None
    return mean.outputs[0], float(constants[0]), root.outputs[0]


def _convolved(op, images):
    """What a convolution of the model makes of other images."""
    padding = op.get_attr("padding").decode()
    if padding == "EXPLICIT":
        padding = np.reshape(op.get_attr("explicit_paddings"), (-1, 2)).tolist()
    return tf.nn.conv2d(
        images,
        op.inputs[1],
        strides=op.get_attr("strides"),
        padding=padding,
        data_format=op.get_attr("data_format").decode(),
        dilations=op.get_attr("dilations"),
    )


def stretch_above(tensor, integrate_steps):
    """The Stretch that begins at a layer's output, or None where the graph has another form."""
    op = _only_consumer(tensor)
    pooling = _l2_pooling(op)
    if pooling:
        mean, epsilon, root = pooling
        op = _only_consumer(root)
    if op is None or op.type != "Conv2D" or (pooling is None and op.inputs[0] is not tensor):
        return None
    end = op.outputs[0]
    if pooling is None or integrate_steps == 1:
        return Stretch(end, None, end)
    t = 1 / integrate_steps
    first = _convolved(op, tf.sqrt(np.float32(t**2) * mean + epsilon))
    slope = (end - first) / np.float32(1 - t)
    return Stretch(end, end - slope, slope)
