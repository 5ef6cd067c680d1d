"""Zooming, joining and smoothing, on cases done by hand; test_colours.py compares them with Lucid's."""

import numpy as np
import pytest
import scipy.ndimage

from understanding_rl_vision import rl_util
from understanding_rl_vision.errors import InputError


def test_smoothing_kernel_is_round_and_not_normalised():
    kernel = rl_util.norm_filter(15)
    rows, columns = np.indices((15, 15)) - 7
    distance = np.hypot(rows, columns)
    np.testing.assert_allclose(kernel, np.where(distance <= 7 + 1e-9, np.exp(-distance), 0))
    assert kernel[7, 7] == 1 and kernel[0, 7] > 0 and kernel[1, 2] == 0


@pytest.mark.parametrize("size", [(3, 3), (2, 5), (15, 15)])
def test_conv2d_correlates_with_zeros_outside(size):
    random = np.random.RandomState(0)
    images, kernel = random.randn(2, 6, 5, 3), random.randn(*size)
    # scipy centres even kernels one to the right of what TensorFlow does.
    origin = [(n - 1) // 2 - n // 2 for n in size]
    expected = np.empty_like(images)
    for n in range(2):
        for c in range(3):
            expected[n, ..., c] = scipy.ndimage.correlate(images[n, ..., c], kernel, mode="constant", origin=origin)
    np.testing.assert_allclose(rl_util.conv2d(images, kernel), expected, atol=1e-12)


def test_conv2d_names_the_shapes_it_takes():
    with pytest.raises(InputError, match=r"\(6, 5, 3\) and \(3, 3\)"):
        rl_util.conv2d(np.zeros((6, 5, 3)), np.zeros((3, 3)))


def test_images_are_joined_from_left_to_right():
    images = np.arange(2 * 3 * 2).reshape(2, 3, 2, 1)
    joined = rl_util.concatenate_horizontally(images)
    assert joined[..., 0].tolist() == [[[0, 1, 6, 7], [2, 3, 8, 9], [4, 5, 10, 11]]]


def test_zoom_repeats_pixels():
    image = np.arange(4.0).reshape(2, 2, 1)
    assert rl_util.zoom_to(image, 4)[..., 0].tolist() == [[0, 0, 1, 1], [0, 0, 1, 1], [2, 2, 3, 3], [2, 2, 3, 3]]
    assert rl_util.zoom_to(np.zeros((5, 6, 3, 2)), 12).shape == (5, 24, 12, 2)
