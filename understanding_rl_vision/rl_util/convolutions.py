"""Convolutions of stride 1 that keep height and width, as a plain operation and as what runs quickest."""

from understanding_rl_vision.tensorflow1 import tf

# On a CPU TensorFlow 1.14 convolves images of few channels at a fifth of the speed of images of 16 or 32.
FEW_CHANNELS = 8
BLOCK = 4


def convolution(images, kernel):
    """The convolution of images (N, H, W, C) by a kernel (h, w, C, filters): (N, H, W, filters). Takes any size."""
    return tf.nn.conv2d(images, kernel, [1, 1, 1, 1], "SAME")


def quick_convolution(images, kernel):
    """The same numbers up to rounding, from an operation that may take images of one size only."""
    _, _, width, channels = images.shape.as_list()
    fits = width % BLOCK == 0 and kernel.shape.as_list()[1] % 2 == 1
    if tf.__version__.startswith("1.") and channels <= FEW_CHANNELS and fits:
        return _convolution_in_blocks(images, kernel, BLOCK)
    return convolution(images, kernel)


def _convolution_in_blocks(images, kernel, block):
    """The convolution with so many neighbours in a row taken as the channels of one cell.

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
