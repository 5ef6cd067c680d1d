import numpy as np
import pytest

from understanding_rl_vision.pictures.readable import UnitFloats
from understanding_rl_vision.rl_util.colours import rescale_opacity
from understanding_rl_vision.rl_util.dataset_examples import spatial_examples
from understanding_rl_vision.run import features
from understanding_rl_vision.run.features import feature_file, feature_images, picture_pixels, sized, thumbnails


class Nmf:
    """In the place of a LayerNMF: images that tell what was asked for."""

    features = 3
    acts_reduced = np.zeros((10, 8, 9, 3))

    def vis_dataset(self, feature, subdiv_mult, expand_mult):
        image = np.zeros((4, 6, 4))
        image[..., :3] = [feature, subdiv_mult, expand_mult]
        image[1:, ..., 3] = 0.5
        return image, [[feature]]

    def vis_dataset_thumbnail(self, feature, num_mult, expand_mult):
        image = np.zeros((8 + feature % 2, 8, 4))
        image[..., 0] = feature
        image[1, 1, 3] = 0.25 * num_mult / expand_mult
        return image, [[feature]]


@pytest.mark.parametrize(
    "mults, name",
    [
        ((0.25, 1), "2b_feature3_025_1"),
        ((0.5, 2), "2b_feature3_05_2"),
        ((1.0, 4), "2b_feature3_1_4"),
        ((1.5, 8), "2b_feature3_1p5_8"),
        ((10.5, 8), "2b_feature3_10p5_8"),
    ],
)
def test_each_size_has_a_file_of_its_own(mults, name):
    assert feature_file("2b", 3, *mults) == name


def test_every_size_of_a_feature_is_shown_with_opacity_stretched():
    found = list(feature_images(Nmf(), 2, [0.5, 1], [4, 8]))
    assert [one[:2] for one in found] == [(0.5, 4), (0.5, 8), (1, 4), (1, 8)]
    for subdiv_mult, expand_mult, image, grid in found:
        expected, _ = Nmf().vis_dataset(2, subdiv_mult, expand_mult)
        np.testing.assert_array_equal(image, rescale_opacity(expected))
        assert grid == [[2]] and set(image[..., 3].ravel()) == {15 / 255, 1.0}


class FullNmf:
    """A LayerNMF whose observations have eight times as many pixels a side as the model sees."""

    class model:
        image_shape = (16, 16, 3)

    def __init__(self):
        self.obses_full = UnitFloats(np.random.RandomState(0).randint(256, size=(3, 128, 128, 3)).astype(np.uint8))


def test_finest_images_are_made_of_smaller_observations_as_large_as_those_the_model_sees_at_least(monkeypatch):
    monkeypatch.setattr(features, "LARGEST", 256)
    nmf = FullNmf()
    drawn = sized(nmf, [(0.25, 1), (1, 2), (1, 4), (2, 8), (2, 64)])
    sides = {mults: one.obses_full.shape[1:3] for mults, one in drawn.items()}
    assert sides == {
        (0.25, 1): (128,) * 2,
        (1, 2): (128,) * 2,
        (1, 4): (64,) * 2,
        (2, 8): (16,) * 2,
        (2, 64): (16,) * 2,
    }
    for (subdiv_mult, expand_mult), (side, _) in sides.items():
        pixels = picture_pixels((128, 128), (16, 16), [(subdiv_mult, expand_mult)])
        assert pixels == (side * subdiv_mult * expand_mult) ** 2
    assert drawn[1, 2] is nmf
    mean = nmf.obses_full[1][:8, 8:16].mean(axis=(0, 1))
    np.testing.assert_allclose(drawn[2, 8].obses_full[1][0, 1], mean, atol=1.5 / 255)
    # What is no larger than the model sees stays as it is, however fine the image, and so does what cannot be halved.
    for side in (16, 63):
        nmf.obses_full = UnitFloats(np.zeros((1, side, side, 3), np.uint8))
        assert sized(nmf, [(8, 64)]) == {(8, 64): nmf}


def test_thumbnails_stand_side_by_side_and_keep_their_zeros():
    image = thumbnails(Nmf(), 2, 4)
    # The one that is a pixel higher is cut.
    assert image.shape == (8, 24, 4)
    assert image[0, ::8, 0].tolist() == [0, 1, 2]
    assert np.argwhere(image[..., 3]).tolist() == [[1, 1], [1, 9], [1, 17]]
    np.testing.assert_allclose(image[1, 1, 3], 1)


@pytest.mark.parametrize("shape", [(1, 1), (2, 3), (4, 4), (6, 6), (7, 7), (5, 9)])
def test_of_a_small_layer_one_patch_remains(shape):
    random = np.random.RandomState(0)

    class SmallNmf:
        acts_reduced = random.rand(20, *shape + (1,))

        def vis_dataset(self, feature, **mults):
            return spatial_examples(self.acts_reduced[..., feature], random.rand(20, 16, 16, 3), **mults)

    ((subdiv_mult, _, image, grid),) = feature_images(SmallNmf(), 0, [0.01], [1])
    assert subdiv_mult == 0.01 and image.size > 0
    assert min(np.shape(grid)) == 1
