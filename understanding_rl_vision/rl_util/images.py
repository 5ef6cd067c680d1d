"""Zooming, joining and smoothing images. Names, arguments and results are those of lucid.scratch.rl_util."""

import functools
from typing import Callable

import numpy as np

from understanding_rl_vision.errors import InputError
from understanding_rl_vision.later import ndimage

# Planes are smoothed in blocks of this many entries, which stay in a processor's cache.
CACHED_PLANE_ENTRIES = 2**16


def zoom_to(img: np.ndarray, width: int) -> np.ndarray:
    """Enlarge an image, keeping its proportions and its hard pixel edges.

    Parameters
    ----------
    img : ndarray (..., H, W, C)
    width : int
        Of the result, in pixels.

    Returns
    -------
    ndarray (..., H', width, C)
    """
    repeats = width // img.shape[-2] + 1
    img = img.repeat(repeats, axis=-3).repeat(repeats, axis=-2)
    ratio = width / img.shape[-2]
    return ndimage.zoom(img, [1] * (img.ndim - 3) + [ratio, ratio, 1], order=0, mode="nearest")


def concatenate_horizontally(images: np.ndarray) -> np.ndarray:
    """Put images side by side.

    Parameters
    ----------
    images : ndarray (N, H, W, C)

    Returns
    -------
    ndarray (1, H, N * W, C)
    """
    return np.concatenate(list(np.asarray(images)), axis=1)[None]


def norm_filter(
    length: int,
    norm_ord: float = 2,
    norm_func: Callable[[np.ndarray], np.ndarray] = lambda n: np.exp(-n),
    clip: bool = True,
) -> np.ndarray:
    """A square smoothing kernel: a function of the distance from the centre, not normalised.

    Parameters
    ----------
    length : int
        Of a side, in pixels.
    norm_ord : float
        Order of the norm that is the distance, see `numpy.linalg.norm`.
    norm_func : callable
        Function of an array of distances in pixels.
    clip : bool
        Zero where it is smaller than at the middle of the sides, which makes the support round.

    Returns
    -------
    ndarray (length, length)
    """
    offsets = np.indices((length, length)) - (length - 1) / 2
    kernel = norm_func(np.linalg.norm(offsets.reshape(2, -1), ord=norm_ord, axis=0)).reshape(length, length)
    if clip:
        bound = kernel.min(axis=0).max()
        kernel = kernel * ((kernel >= bound) | np.isclose(kernel, bound, atol=0))
    return kernel


def conv2d(input_: np.ndarray, filter_: np.ndarray) -> np.ndarray:
    """Correlate each channel of images with a kernel; outside there are zeros.

    Parameters
    ----------
    input_ : ndarray (N, H, W, C)
    filter_ : ndarray (h, w)

    Returns
    -------
    ndarray (N, H, W, C)

    Raises
    ------
    InputError
        The arrays have other numbers of axes.
    """
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
