"""Colours and opacity: against Lucid's results (all of `compute_images`), and on cases done by hand."""

import numpy as np
import pytest

from tests.rl_util.lucid_results import compute_images
from understanding_rl_vision import rl_util
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.rl_util.colours import channel_hues


def test_results_equal_those_that_lucid_stored(stored):
    for name, array in compute_images(rl_util):
        assert array.shape == stored[name].shape, name
        np.testing.assert_allclose(array, stored[name], rtol=0, atol=1e-5, err_msg=name)


def test_results_equal_lucids(lucid):
    for (name, ours), (_, lucids) in zip(compute_images(rl_util), compute_images(lucid)):
        np.testing.assert_allclose(ours, lucids, rtol=0, atol=1e-5, err_msg=name)


def test_hues_of_three_channels_are_red_green_and_blue():
    np.testing.assert_allclose(channel_hues(3), np.eye(3), atol=1e-12)
    np.testing.assert_allclose(rl_util.hue_to_rgb(60), [0.5**0.5, 0.5**0.5, 0], atol=1e-12)
    np.testing.assert_allclose(rl_util.hue_to_rgb(360 + 120), rl_util.hue_to_rgb(120))


def test_channels_to_rgb_adds_up_colours():
    np.testing.assert_allclose(rl_util.channels_to_rgb(np.array([[1.0, 0, 2], [0, 3, 0]])), [[1, 0, 2], [0, 3, 0]])
    with pytest.raises(InputError, match="non-negative"):
        rl_util.channels_to_rgb(np.array([[1.0, -0.1]]))


def test_brightness_becomes_opacity():
    rgba = rl_util.brightness_to_opacity(np.array([[[0.3, 0, 0.4], [3, 0, 4], [0, 0, 0]]]))
    np.testing.assert_allclose(rgba, [[[0.6, 0, 0.8, 0.5], [3, 0, 4, 1], [0, 0, 0, 0]]])
    with pytest.raises(InputError, match="3 channels, not 4"):
        rl_util.brightness_to_opacity(np.zeros((2, 2, 4)))


def test_rescale_opacity_leaves_what_it_is_given():
    image = np.zeros((1, 4, 4))
    image[0, :, 3] = [0, 0.1, 0.2, 0.4]
    given = image.copy()
    # The 90th percentile lies three tenths below the largest of four: 0.2 + 0.7 * 0.2.
    opacity = rl_util.rescale_opacity(image, min_opacity=0.2)[0, :, 3]
    np.testing.assert_allclose(opacity, [0.2, 0.2 + 0.8 * 0.1 / 0.34, 0.2 + 0.8 * 0.2 / 0.34, 1])
    assert rl_util.rescale_opacity(image, keep_zeros=True)[0, 0, 3] == 0
    np.testing.assert_array_equal(image, given)
