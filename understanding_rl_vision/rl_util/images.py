"""Zooming, joining and smoothing images. Names, arguments and results are those of lucid.scratch.rl_util."""

import functools

import numpy as np
import scipy.ndimage

from understanding_rl_vision.errors import InputError

# Planes are smoothed in blocks of this many entries, which stay in a processor's cache.
CACHED_PLANE_ENTRIES = 2**16


def zoom_to(img, width):
    """Enlarge an image (..., H, W, C) to a width in pixels, keeping its proportions and its hard pixel edges."""
    repeats = width // img.shape[-2] + 1
    img = img.repeat(repeats, axis=-3).repeat(repeats, axis=-2)
    ratio = width / img.shape[-2]
    return scipy.ndimage.zoom(img, [1] * (img.ndim - 3) + [ratio, ratio, 1], order=0, mode="nearest")


def concatenate_horizontally(images):
    """Images (N, H, W, C) side by side: (1, H, N * W, C)."""
    return np.concatenate(list(np.asarray(images)), axis=1)[None]


def norm_filter(length, norm_ord=2, norm_func=lambda n: np.exp(-n), clip=True):
    """A square smoothing kernel (length, length): `norm_func` of the distance r from the centre, not normalised.

    clip: zero where it is smaller than at the middle of the sides, which makes the support round.
    """
    offsets = np.indices((length, length)) - (length - 1) / 2
    kernel = norm_func(np.linalg.norm(offsets.reshape(2, -1), ord=norm_ord, axis=0)).reshape(length, length)
    if clip:
        bound = kernel.min(axis=0).max()
        kernel = kernel * ((kernel >= bound) | np.isclose(kernel, bound, atol=0))
    return kernel


def conv2d(input_, filter_):
    """Correlate each channel of images (N, H, W, C) with a kernel (h, w); zeros outside, same size."""
    if input_.ndim != 4 or filter_.ndim != 2:
        raise InputError(
            "conv2d takes images (N, H, W, C) and a kernel (h, w); given are shapes {} and {}.".format(
                input_.shape, filter_.shape
            )
        )
    # Convolving a row is a product with a banded matrix, and BLAS does that much faster than shifting and adding. Rows
    # of the kernel that are equal share a product.
    count, height, width, channels = input_.shape
    planes = np.ascontiguousarray(input_.transpose(0, 3, 1, 2)).reshape(-1, height, width)
    bands = _bands(filter_.astype(input_.dtype), height, width)
    # As many rows of zeros above and below a plane as the largest shift.
    border = len(filter_) // 2
    result = np.zeros_like(planes)
    planes_at_once = max(1, CACHED_PLANE_ENTRIES // (height * width))
    for start in range(0, len(planes), planes_at_once):
        padded = np.pad(planes[start : start + planes_at_once], [(0, 0), (border, border), (0, 0)], mode="constant")
        for shifts, band in bands:
            source = functools.reduce(np.add, (padded[:, border + shift :][:, :height] for shift in shifts))
            # As one matrix: NumPy 1.19 takes many times as long for a product with each plane.
            result[start : start + planes_at_once] += (source.reshape(-1, width) @ band).reshape(source.shape)
    return np.ascontiguousarray(result.reshape(count, channels, height, width).transpose(0, 2, 3, 1))


def _bands(filter_, height, width):
    """For the distinct rows of a kernel, how far down they look, and the matrix that convolves a row with them."""
    # TensorFlow's SAME padding puts the odd row or column of an even kernel below and to the right.
    top, left = [(size - 1) // 2 for size in filter_.shape]
    bands = {}
    for row, weights in enumerate(filter_):
        if abs(row - top) < height and weights.any():
            band = sum(
                weight * np.eye(width, k=left - column, dtype=filter_.dtype) for column, weight in enumerate(weights)
            )
            bands.setdefault(weights.tobytes(), ([], band))[0].append(row - top)
    return list(bands.values())
