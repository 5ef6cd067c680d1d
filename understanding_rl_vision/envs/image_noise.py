"""Noise on images (article, "Feature visualization", which does not say how much)."""

import numpy as np

from understanding_rl_vision.later import ndimage


def draw_noise(random, shape, deviation, size):
    """Normal noise (N, H, W, C) of this standard deviation.

    random: a RandomState; shape: (N, H, W, C); size: 0 where all numbers are independent, else the standard deviation,
    in pixels, of the blur along H and W that correlates them, across edges to the other side.
    """
    impulse = np.zeros((1,) + tuple(shape[1:3]) + (1,))
    impulse[0, 0, 0] = 1
    # What the blur leaves of the standard deviation.
    left = np.sqrt((_blurred(impulse, size) ** 2).sum())
    return deviation / left * _blurred(random.standard_normal(shape), size)


def _blurred(noise, size):
    return ndimage.gaussian_filter(noise, (0, size, size, 0), mode="wrap") if size else noise


def add_noise(images, noise):
    """Images as bytes with noise added, cut at 0 and 255."""
    return np.rint(np.clip(images + noise, 0, 255)).astype(np.uint8)
