import numpy as np
import pytest

from understanding_rl_vision.rl_util.fourier_images import images_of, initial_spectra
from understanding_rl_vision.tensorflow1 import tf


def evaluated(spectra, image_shape):
    with tf.Graph().as_default(), tf.Session() as session:
        return session.run(images_of(tf.constant(spectra), image_shape))


@pytest.mark.parametrize("image_shape", [(6, 8, 3), (5, 7, 4), (4, 4, 1), (4, 6, 12)])
def test_images_are_in_range_and_begin_as_faint_noise(image_shape):
    images = evaluated(initial_spectra([0, 1], image_shape), image_shape)
    assert images.shape == (2,) + image_shape and images.dtype == np.float32
    assert 0.3 < images.min() < 0.5 < images.max() < 0.7


def test_noise_depends_on_its_own_seed_only():
    alone, both = initial_spectra([[1, 7]], (4, 4, 3)), initial_spectra([5, [1, 7]], (4, 4, 3))
    np.testing.assert_array_equal(alone[:, 0], both[:, 1])
    assert (both[:, 0] != both[:, 1]).all()


def one_wave(image_shape, channel, row, column):
    spectra = np.zeros((2, 1, image_shape[2], image_shape[0], image_shape[1] // 2 + 1), np.float32)
    spectra[0, 0, channel, row, column] = 1
    return spectra


def logit(images):
    return np.log(images / (1 - images))


def test_a_coefficient_is_a_wave_the_fainter_the_faster():
    slow, fast = (logit(evaluated(one_wave((8, 8, 1), 0, 0, k), (8, 8, 1)))[0, 0, :, 0] for k in (1, 2))
    np.testing.assert_allclose(slow, slow[0] * np.cos(2 * np.pi * np.arange(8) / 8), atol=1e-4)
    np.testing.assert_allclose(fast, fast[0] * np.cos(4 * np.pi * np.arange(8) / 8), atol=1e-4)
    assert slow[0] == pytest.approx(2 * fast[0], rel=1e-4)


def test_colours_are_decorrelated_frame_by_frame():
    """The first channel of each frame is lightness, and reaches no other frame."""
    images = logit(evaluated(one_wave((4, 4, 6), 3, 0, 0), (4, 4, 6)))[0, 0, 0]
    np.testing.assert_allclose(images[:3], 0, atol=1e-6)
    np.testing.assert_allclose(images[3:] / images[3], [1, 0.27 / 0.26, 0.27 / 0.26], rtol=1e-4)
