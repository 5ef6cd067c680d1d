"""Random transformations of images between steps of feature visualisation, drawn anew at every step.

Each function returns one from images (N, H, W, C) to images: all images of a batch are transformed alike. Names and
results are those of lucid.optvis.transform, whose transforms can be used in their place.
"""

from typing import Callable, Sequence

import numpy as np

from understanding_rl_vision.annotations import Tensor
from understanding_rl_vision.tensorflow1 import tf

# From images (N, H, W, C) to images, as tensors.
Transform = Callable[[Tensor], Tensor]


def jitter(pixels: int) -> Transform:
    """Shift images: crop them to (H - pixels, W - pixels) at a random place.

    Parameters
    ----------
    pixels : int
        By how many to shift at most.

    Returns
    -------
    callable
        From images (N, H, W, C), a tensor, to images; all of a batch are transformed alike, anew at every step.
    """

    def crop(images):
        offset = tf.random_uniform((2,), 0, pixels + 1, tf.int32)
        size = tf.shape(images)[1:3] - pixels
        end = offset + size
        return images[:, offset[0] : end[0], offset[1] : end[1]]

    return crop


def _drawn(choices):
    index = tf.random_uniform((), 0, len(choices), tf.int32)
    return tf.constant(list(choices), tf.float32)[index]


def random_scale(scales: Sequence[float]) -> Transform:
    """Enlarge images by a random factor, bilinearly; sides are rounded down.

    Parameters
    ----------
    scales : sequence of float
        The factors, one of which is drawn.

    Returns
    -------
    callable
        See `jitter`.
    """

    def scale(images):
        size = _drawn(scales) * tf.cast(tf.shape(images)[1:3], tf.float32)
        return tf.image.resize_bilinear(images, tf.cast(size, tf.int32))

    return scale


def random_rotate(degrees: Sequence[float]) -> Transform:
    """Turn images around their centre by a random angle, to the nearest pixel; zeros come in from outside.

    Parameters
    ----------
    degrees : sequence of float
        The angles, counterclockwise, one of which is drawn.

    Returns
    -------
    callable
        See `jitter`.
    """

    def rotate(images):
        angle = _drawn(degrees) * np.float32(np.pi / 180)
        height, width, channels = tf.unstack(tf.shape(images)[1:])
        centre_row, centre_column = [tf.cast(size - 1, tf.float32) / 2 for size in (height, width)]
        down = tf.cast(tf.range(height), tf.float32)[:, None] - centre_row
        right = tf.cast(tf.range(width), tf.float32) - centre_column
        # Where each pixel comes from.
        rows = tf.cast(tf.round(tf.sin(angle) * right + tf.cos(angle) * down + centre_row), tf.int32)
        columns = tf.cast(tf.round(tf.cos(angle) * right - tf.sin(angle) * down + centre_column), tf.int32)
        inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
        sources = tf.clip_by_value(rows, 0, height - 1) * width + tf.clip_by_value(columns, 0, width - 1)
        pixels = tf.reshape(images, (-1, height * width, channels))
        return tf.gather(pixels, sources, axis=1) * tf.cast(inside, tf.float32)[..., None]

    return rotate
