"""Patches of observations: against Lucid's results for equal activations, and on cases done by hand."""

import numpy as np
import pytest

from tests.rl_util.lucid_results import observations, reduced_activations, thinned
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.rl_util.colours import rescale_opacity
from understanding_rl_vision.rl_util.dataset_examples import patch_border, spatial_examples, thumbnail_examples

SIZES = [(0.5, 4), (1, 2), (2, 1)]


@pytest.fixture(scope="module")
def inputs():
    """Activations of two features, observations, and the border that stored results were made with."""
    acts, images = reduced_activations("3a"), observations()
    return acts, images, patch_border(acts, images, 4)


@pytest.mark.parametrize("subdiv_mult, expand_mult", SIZES)
def test_spatial_examples_equal_those_that_lucid_stored(inputs, stored, subdiv_mult, expand_mult):
    acts, images, border = inputs
    image, grid = spatial_examples(
        acts[..., 1], images, subdiv_mult=subdiv_mult, expand_mult=expand_mult, border=border
    )
    name = "{} {}".format(subdiv_mult, expand_mult)
    np.testing.assert_array_equal(grid, stored["dataset grid " + name])
    np.testing.assert_allclose(thinned(image), stored["dataset " + name], rtol=0, atol=1e-5)
    np.testing.assert_allclose(thinned(rescale_opacity(image)), stored["rescaled " + name], rtol=0, atol=1e-5)


def test_thumbnail_equals_the_one_that_lucid_stored(inputs, stored):
    acts, images, border = inputs
    image, grid = thumbnail_examples(acts[..., 0], images, num_mult=4, expand_mult=4, border=border)
    np.testing.assert_array_equal(grid, stored["thumbnail grid"])
    np.testing.assert_allclose(thinned(image), stored["thumbnail"], rtol=0, atol=1e-5)
    rescaled = rescale_opacity(image, max_scale=1, keep_zeros=True)
    np.testing.assert_allclose(thinned(rescaled), stored["thumbnail rescaled"], rtol=0, atol=1e-5)


def numbered_images(count, size):
    """Images whose three channels tell observation, row and column."""
    pixels = np.broadcast_to(np.arange(count)[:, None, None], (count, size, size))
    rows, columns = np.indices((size, size))
    rest = [np.broadcast_to(axis, pixels.shape) for axis in (rows, columns)]
    return np.stack([pixels] + rest, axis=-1).astype(float)


def test_each_position_shows_the_observation_that_is_strongest_there():
    acts = np.zeros((40, 2, 2))
    for observation, row, column, strength in ((7, 0, 0, 4), (3, 0, 1, 1), (9, 1, 0, 2), (5, 1, 1, 3)):
        acts[observation, row, column] = strength
    image, grid = spatial_examples(acts, numbered_images(40, 4))
    assert grid == [[7, 3], [9, 5]]
    np.testing.assert_array_equal(image[..., 0], np.array(grid).repeat(2, axis=0).repeat(2, axis=1))
    np.testing.assert_array_equal(image[..., 1:3], numbered_images(1, 4)[0, ..., 1:])
    np.testing.assert_array_equal(image[::2, ::2, 3], [[1, 0.25], [0.5, 0.75]])


def test_patches_that_leave_the_image_show_a_checkerboard():
    acts = np.zeros((10, 1, 2))
    acts[4] = 1
    image, _ = spatial_examples(acts, numbered_images(10, 2), expand_mult=3)
    # Patches of 6 x 3 pixels around the centres of the left and of the right half.
    assert image.shape == (6, 6, 4)
    assert (image[2:4, 1:3, 0] == 4).all() and (image[2:4, 3:5, 0] == 4).all()
    assert set(image[:2, :, :3].ravel()) == set(image[:, 0, :3].ravel()) == {0.75, 1.0}


def test_a_thumbnail_shows_the_strongest_patches_ordered_by_place():
    acts = np.zeros((6, 2, 2))
    for observation, row, column, strength in ((0, 1, 1, 4), (2, 0, 0, 3), (3, 1, 0, 2), (5, 0, 1, 1)):
        acts[observation, row, column] = strength
    image, grid = thumbnail_examples(acts, numbered_images(6, 4), num_mult=2, expand_mult=1)
    assert grid == [[2, 5], [3, 0]]
    np.testing.assert_array_equal(image[..., 0], np.array(grid).repeat(2, axis=0).repeat(2, axis=1))
    np.testing.assert_array_equal(image[..., 1:3], numbered_images(1, 4)[0, ..., 1:])
    np.testing.assert_array_equal(image[::2, ::2, 3], [[0.75, 0.25], [0.5, 1]])


def test_what_cannot_be_shown_is_named():
    acts, images = np.ones((8, 2, 2)), np.ones((8, 4, 4, 3))
    with pytest.raises(InputError, match="3 x 3 patches needs at least 9 observations, but there are 8"):
        thumbnail_examples(acts, images, num_mult=3)
    with pytest.raises(InputError, match="subdiv_mult of 0.2 leaves nothing of 2 x 2"):
        spatial_examples(acts, images, subdiv_mult=0.2)
