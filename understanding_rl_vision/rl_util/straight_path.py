"""What a straight path from zero allows: the stretch from a layer to the next convolution's output only scales.

Along a k/n, k = 1..n, convolutions are linear, and L2 pooling sqrt(mean(a^2) + eps) is homogeneous but for its eps:
cells that pool to zero give the constant sqrt(eps) at every point, the others scale. So the convolution above a layer
is needed once forward, once more for the constant cells, and once backward on the sum of the gradients over the
points, instead of n times each. The results differ by rounding, except where that flips a ReLU.
"""

import collections

from understanding_rl_vision.tensorflow1 import tf

# Tensors of such a stretch: the next convolution's output; the part of it that stays constant along the path.
Stretch = collections.namedtuple("Stretch", "end constant")


def _only_consumer(tensor):
    """The one operation of the model that takes a tensor, or None; operations of gradients do not count."""
    consumers = [op for op in tensor.consumers() if op.name.startswith("import/")]
    return consumers[0] if len(consumers) == 1 else None


def _is_square(op):
    if op.type == "Square":
        return True
    if op.type == "Mul":
        return op.inputs[0] is op.inputs[1]
    return op.type == "Pow" and tf.get_static_value(op.inputs[1]) == 2


def _l2_pooling(op):
    """(mean of squares, root) if `op` begins an L2 pooling, else None."""
    if op is None or not _is_square(op):
        return None
    mean = _only_consumer(op.outputs[0])
    if mean is None or mean.type != "AvgPool":
        return None
    shifted = _only_consumer(mean.outputs[0])
    if shifted is None or shifted.type not in ("Add", "AddV2"):
        return None
    if all(tf.get_static_value(tensor) is None for tensor in shifted.inputs):
        return None
    root = _only_consumer(shifted.outputs[0])
    return (mean.outputs[0], root.outputs[0]) if root is not None and root.type == "Sqrt" else None


def stretch_above(tensor):
    """The Stretch that begins at a layer's output, or None where the graph has another form."""
    op = _only_consumer(tensor)
    pooling = _l2_pooling(op)
    if pooling:
        op = _only_consumer(pooling[1])
    if op is None or op.type != "Conv2D" or (pooling is None and op.inputs[0] is not tensor):
        return None
    end = op.outputs[0]
    if pooling is None:
        return Stretch(end, None)
    mean, root = pooling
    constant = tf.nn.conv2d(
        tf.where(mean > 0, tf.zeros_like(root), root),
        op.inputs[1],
        strides=op.get_attr("strides"),
        padding=op.get_attr("padding").decode(),
        data_format=op.get_attr("data_format").decode(),
    )
    return Stretch(end, constant)
