"""Convolutions of stride 1 that keep height and width, as a plain operation and as what runs quickest."""

import functools

from understanding_rl_vision.devices import has_gpu
from understanding_rl_vision.tensorflow1 import tf

# On a CPU TensorFlow 1.14 convolves images of few channels at a fifth of the speed of images of 16 or 32.
FEW_CHANNELS = 8
BLOCK = 4

# The name under which TensorFlow knows `_plain_convolution_gradient`.
PLAIN_CONVOLUTION = "UnderstandingRLVisionPlainConvolution"


@functools.lru_cache(maxsize=None)
def plain_convolution():
    """PLAIN_CONVOLUTION, which TensorFlow knows from then on."""
    tf.RegisterGradient(PLAIN_CONVOLUTION)(_plain_convolution_gradient)
    return PLAIN_CONVOLUTION


def convolution(images, kernel):
    """The convolution of images (N, H, W, C) by a kernel (h, w, C, filters): (N, H, W, filters). Takes any size."""
    return tf.nn.conv2d(images, kernel, [1, 1, 1, 1], "SAME")


def quick_convolution(images, kernel):
    """The same numbers up to rounding, from operations that may take images of one size only."""
    _, _, width, channels = images.shape.as_list()
    slow = tf.__version__.startswith("1.") and not has_gpu() and channels <= FEW_CHANNELS
    fits = width % BLOCK == 0 and kernel.shape.as_list()[1] % 2 == 1
    with tf.get_default_graph().gradient_override_map({"Conv2D": plain_convolution()}):
        if slow and fits:
            return _convolution_in_blocks(images, kernel, BLOCK)
        return convolution(images, kernel)


def _convolution_in_blocks(images, kernel, block):
    """The convolution with this many neighbours in a row taken as the channels of one cell.

    It multiplies more, as the kernel for blocks has zeros, but has that many times the channels and filters.
    """
    height, width, channels = images.shape.as_list()[1:]
    kernel_height, kernel_width, _, filters = kernel.shape.as_list()
    reach = kernel_width // 2
    blocks_beside = -(-reach // block)
    spare = (2 * blocks_beside + 1) * block - kernel_width
    shifted = [
        tf.pad(kernel, [[0, 0], [before, spare - before], [0, 0], [0, 0]])
        for before in range(blocks_beside * block - reach, (blocks_beside + 1) * block - reach)
    ]
    kernel_of_blocks = tf.reshape(
        tf.stack(shifted, axis=-2), (kernel_height, 2 * blocks_beside + 1, block * channels, block * filters)
    )
    cells = tf.reshape(images, (-1, height, width // block, block * channels))
    return tf.reshape(convolution(cells, kernel_of_blocks), (-1, height, width, filters))


def _plain_convolution_gradient(op, grad):
    """The gradient of a convolution without a stride, by way of another one with the turned kernel.

    For what it has for gradients, TensorFlow 1.14 takes three times as long.
    """
    images, kernel = op.inputs
    options = {"strides": [1] * 4, "padding": "SAME", "data_format": op.get_attr("data_format").decode()}
    if all(size is not None and size % 2 == 1 for size in kernel.shape.as_list()[:2]):
        turned = tf.transpose(tf.reverse(kernel, [0, 1]), [0, 1, 3, 2])
        by_images = tf.nn.conv2d(grad, turned, **options)
    else:
        by_images = tf.nn.conv2d_backprop_input(tf.shape(images), kernel, grad, **options)
    return by_images, tf.nn.conv2d_backprop_filter(images, tf.shape(kernel), grad, **options)
