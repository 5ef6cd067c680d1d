import numpy as np
import pytest

from understanding_rl_vision.rl_util import objectives
from understanding_rl_vision.tensorflow1 import building, tf

RANDOM = np.random.RandomState(0)
ACTS, REFERENCE_ACTS = RANDOM.randn(2, 3, 5, 4, 2).astype(np.float32)[:, :3]
IMAGES = RANDOM.rand(3, 6, 6, 3).astype(np.float32)
VECTORS = RANDOM.randn(3, 2).astype(np.float32)


def score(objective):
    with building(), tf.Session() as session:
        network = objectives.Network(
            tf.constant(IMAGES), {"layer": tf.constant(ACTS)}.get, {"layer": tf.constant(REFERENCE_ACTS)}.get
        )
        return session.run(objective(network))


def test_neuron_is_the_later_one_in_the_centre():
    np.testing.assert_allclose(
        score(objectives.neuron("layer", VECTORS)), (ACTS[:, 2, 2] * VECTORS).sum(axis=-1), rtol=1e-5
    )


def test_channel_averages_over_positions():
    expected = (ACTS.mean(axis=(1, 2)) * VECTORS).sum(axis=-1)
    np.testing.assert_allclose(score(objectives.channel("layer", VECTORS)), expected, rtol=1e-4, atol=1e-6)


def test_caricature_compares_each_image_with_its_reference():
    expected = (ACTS * REFERENCE_ACTS).sum(axis=-1).mean(axis=(1, 2))
    np.testing.assert_allclose(score(objectives.caricature("layer")), expected, rtol=1e-4, atol=1e-6)


def test_l2_of_each_image_or_of_all_together():
    norms = np.linalg.norm(ACTS.reshape(3, -1), axis=1)
    np.testing.assert_allclose(score(objectives.l2("layer")), norms, rtol=1e-4)
    assert score(objectives.l2("layer", together=True)) == pytest.approx(np.linalg.norm(norms), rel=1e-4)


def test_total_variation_and_weighted_sum():
    variation = sum(np.abs(np.diff(IMAGES, axis=axis)).sum(axis=(1, 2, 3)) for axis in (1, 2))
    np.testing.assert_allclose(score(objectives.total_variation), variation, rtol=1e-4)
    both = objectives.weighted_sum([(2, objectives.total_variation), (-3, objectives.l2("layer", together=True))])
    assert score(both) == pytest.approx(2 * variation.sum() - 3 * np.linalg.norm(ACTS), rel=1e-4)
