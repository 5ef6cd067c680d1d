import numpy as np
import pytest

from understanding_rl_vision.rl_util import jitter, random_rotate, random_scale
from understanding_rl_vision.tensorflow1 import tf

IMAGES = np.random.RandomState(0).rand(2, 7, 7, 3).astype(np.float32)


def transformed(transform, times=1):
    with tf.Graph().as_default(), tf.Session() as session:
        tf.set_random_seed(0)
        tensor = transform(tf.constant(IMAGES))
        return [session.run(tensor) for _ in range(times)]


def test_jitter_crops_all_images_alike_at_any_place():
    crops = transformed(jitter(1), times=40)
    windows = [IMAGES[:, top : top + 6, left : left + 6] for top in (0, 1) for left in (0, 1)]
    found = [[np.array_equal(crop, window) for window in windows].index(True) for crop in crops]
    assert set(found) == {0, 1, 2, 3}


def test_turns_by_right_angles_and_by_draws():
    for quarters in (0, 1, 2, 3):
        (turned,) = transformed(random_rotate([90 * quarters]))
        np.testing.assert_allclose(turned, np.rot90(IMAGES, quarters, axes=(1, 2)), atol=1e-6)
    drawn = transformed(random_rotate([0, 180]), times=20)
    assert 0 < sum(np.allclose(turned, IMAGES) for turned in drawn) < 20
    (askew,) = transformed(random_rotate([45]))
    assert (askew[:, [0, 0, -1, -1], [0, -1, 0, -1]] == 0).all() and (askew[:, 3, 3] == IMAGES[:, 3, 3]).all()


def test_scales():
    (same,) = transformed(random_scale([1]))
    np.testing.assert_array_equal(same, IMAGES)
    sizes = {scaled.shape for scaled in transformed(random_scale([0.5, 1.5]), times=20)}
    assert sizes == {(2, 3, 3, 3), (2, 10, 10, 3)}


def test_transforms_are_those_of_lucid(lucid):
    transform = pytest.importorskip("lucid.optvis.transform")
    for ours, theirs in (
        (random_rotate([-8.0]), transform.random_rotate([-8.0])),
        (random_scale([1.4]), transform.random_scale([1.4])),
    ):
        np.testing.assert_allclose(transformed(ours)[0], transformed(theirs)[0], atol=1e-6)
    assert transformed(jitter(3))[0].shape == transformed(transform.jitter(3))[0].shape
