"""LayerNMF: fitted on the tests' agent, and its images held against Lucid's for equal activations."""

import numpy as np
import pytest

from tests.rl_util.lucid_results import node, observations
from understanding_rl_vision import rl_util
from understanding_rl_vision.progress import Progress
from understanding_rl_vision.rl_util import dataset_examples
from understanding_rl_vision.rl_util.nmf import signed_parts

LAYER = node("4a")


@pytest.fixture(scope="module")
def nmf(model, output_names):
    return rl_util.LayerNMF(model, LAYER, observations(), features=3, attr_layer_name=output_names[1])


def test_signed_parts_are_stacked_on_the_batch_axis():
    assert signed_parts(np.array([[[1.0, -2]], [[0, 3]]])).tolist() == [[[1, 0]], [[0, 3]], [[0, 2]], [[0, 0]]]


def test_coordinates_have_one_channel_for_each_direction(model, nmf):
    acts = rl_util.get_acts(model, LAYER, observations())
    assert nmf.channel_dirs.shape == (3, acts.shape[-1]) and (nmf.channel_dirs >= 0).all()
    assert nmf.acts_reduced.shape == acts.shape[:-1] + (3,) and (nmf.acts_reduced >= 0).all()
    np.testing.assert_array_equal(nmf.transform(acts), nmf.acts_reduced)
    expected = np.einsum("nhwk,kc->nhwc", nmf.acts_reduced, nmf.channel_dirs)
    np.testing.assert_allclose(nmf.inverse_transform(nmf.acts_reduced), expected, rtol=1e-4, atol=1e-5)


def test_without_features_the_directions_are_the_channels(model):
    channels = rl_util.LayerNMF(model, LAYER, observations()[:2], features=None)
    acts = rl_util.get_acts(model, LAYER, observations()[:2])
    np.testing.assert_array_equal(channels.channel_dirs, np.eye(acts.shape[-1]))
    np.testing.assert_array_equal(channels.acts_reduced, acts)
    np.testing.assert_array_equal(channels.inverse_transform(channels.transform(acts)), acts)


def test_nothing_is_said_without_progress(model, capfd):
    rl_util.LayerNMF(model, LAYER, observations()[:2], features=2)
    assert capfd.readouterr() == ("", "")


def test_fitting_on_activations_explains_them(model):
    progress = Progress(quiet=True)
    on_acts = rl_util.LayerNMF(model, LAYER, observations(), features=8, progress=progress, stage="4a")
    assert set(progress.seconds) == {"4a: rows", "4a: fit", "4a: activations"}
    acts = rl_util.get_acts(model, LAYER, observations())
    missed = np.linalg.norm(acts - on_acts.inverse_transform(on_acts.acts_reduced)) / np.linalg.norm(acts)
    constant = np.linalg.norm(acts - acts.mean(axis=(0, 1, 2))) / np.linalg.norm(acts)
    assert missed < 0.8 * constant


def test_the_border_stays_as_wide_as_it_once_was(nmf):
    nmf.vis_dataset(0, expand_mult=3)
    border = dataset_examples.patch_border(nmf.acts_reduced, nmf.obses_full, 3)
    expected, _ = dataset_examples.spatial_examples(nmf.acts_reduced[..., 0], nmf.obses_full, border=border)
    np.testing.assert_array_equal(nmf.vis_dataset(0, expand_mult=1)[0], expected)
    np.testing.assert_array_equal(nmf.vis_dataset(0)[0], expected)


def test_full_size_images_are_shown_instead_of_what_the_model_sees(model, nmf):
    full = observations().repeat(2, axis=1).repeat(2, axis=2)
    larger = rl_util.LayerNMF(model, LAYER, observations(), full, features=3)
    larger.acts_reduced = nmf.acts_reduced
    image, grid = larger.vis_dataset_thumbnail(1, num_mult=2)
    small, small_grid = nmf.vis_dataset_thumbnail(1, num_mult=2)
    assert grid == small_grid and image.shape == (2 * small.shape[0], 2 * small.shape[1], 4)


def test_images_equal_lucids_for_equal_activations(lucid, lucid_model, output_names, nmf):
    lucids = lucid.LayerNMF(lucid_model, LAYER, observations(), features=3, attr_layer_name=output_names[1])
    lucids.acts_reduced = nmf.acts_reduced
    for feature in range(3):
        for subdiv_mult, expand_mult in ((0.5, 1), (1, 4), (2, 2)):
            mults = {"subdiv_mult": subdiv_mult, "expand_mult": expand_mult}
            ours, grid = nmf.vis_dataset(feature, **mults)
            theirs, their_grid = lucids.vis_dataset(feature, **mults)
            # Among observations that do not activate at all, either may be chosen.
            shown = theirs[..., 3] > 0
            np.testing.assert_allclose(ours[..., 3], theirs[..., 3], rtol=0, atol=1e-5)
            np.testing.assert_allclose(ours[shown], theirs[shown], rtol=0, atol=1e-5)
            assert np.shape(grid) == np.shape(their_grid)
        ours, _ = nmf.vis_dataset_thumbnail(feature, num_mult=4, expand_mult=4)
        theirs, _ = lucids.vis_dataset_thumbnail(feature, num_mult=4, expand_mult=4)
        shown = theirs[..., 3] > 0
        np.testing.assert_allclose(ours[shown], theirs[shown], rtol=0, atol=1e-5)
