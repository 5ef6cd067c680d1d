import numpy as np

from tests.helpers.frozen import frozen_model
from tests.synthesize.tiny import SIZE, linear_agent
from understanding_rl_vision.synthesize.picture_agent import Outputs, PictureAgent
from understanding_rl_vision.synthesize.saliency import normalised, saliency_weights, smoothed
from understanding_rl_vision.tensorflow1 import tf


def rectified_agent(second):
    """Logits relu(relu(x) @ first) @ second of a row of 2 x 2 grey pixels; returns it and `first`."""
    first = np.array([[1.0, -1, 0], [2, 1, 0], [-3, 2, 1], [0, 1, -1]], np.float32)

    def build(images):
        hidden = tf.nn.relu(tf.matmul(tf.nn.relu(tf.reshape(images, (-1, 4))), tf.constant(first)))
        tf.matmul(hidden, tf.constant(second, tf.float32), name="logits")

    return PictureAgent(frozen_model((2, 2, 1), ["logits"], build), Outputs("logits", None, None)), first


def test_weights_are_guided_gradients_of_the_largest_logit(monkeypatch):
    monkeypatch.setattr("understanding_rl_vision.synthesize.saliency.smoothed", lambda maps: maps)
    second = np.array([[1.0, -5], [2, -5], [-1, -5]], np.float32)
    agent, first = rectified_agent(second)
    picture = np.array([0.9, 0.8, 0.3, 0.5])
    active = np.maximum(picture @ first, 0) > 0
    # Back from the first logit: what is negative, or where the ReLU is off, does not pass.
    hidden = np.where(active & (second[:, 0] > 0), second[:, 0], 0)
    expected = np.maximum(first @ hidden, 0)
    assert 0 < np.count_nonzero(expected) < 4
    weights = saliency_weights(agent, picture.reshape(1, 2, 2, 1))
    np.testing.assert_allclose(weights.ravel(), expected / expected.sum(), rtol=1e-5)


def test_weights_of_each_picture_sum_to_one():
    agent, weights, _ = linear_agent()
    pictures = np.random.RandomState(0).rand(5, SIZE, SIZE, 3)
    found = saliency_weights(agent, pictures, batch_size=2)
    assert found.shape == (5, SIZE, SIZE, 1) and found.min() >= 0
    np.testing.assert_allclose(found.sum(axis=(1, 2, 3)), 1, rtol=1e-5)
    best = np.tensordot(pictures, weights, 3).argmax(axis=1)
    # Of a linear agent the gradients are its weights.
    maps = np.abs(weights[..., best]).sum(axis=2).transpose(2, 0, 1)[..., None]
    np.testing.assert_allclose(found, normalised(smoothed(maps)), rtol=1e-4)


def test_smoothing_averages_five_by_five():
    maps = np.zeros((1, 9, 9, 2))
    maps[0, 4, 4, 0] = maps[0, 0, 0, 1] = 1
    found = smoothed(maps)
    np.testing.assert_allclose(found[0, 2:7, 2:7, 0], 1 / 25)
    np.testing.assert_allclose(found[0, ..., 0].sum(), 1)
    # In a corner there are 3 x 3 pixels to average.
    np.testing.assert_allclose(found[0, 0, 0, 1], 1 / 9)
    assert found[0, 3:, 3:, 1].max() < 1e-12


def test_a_picture_that_the_agent_does_not_look_at_has_uniform_weights():
    maps = np.zeros((2, 2, 3, 2), np.float32)
    maps[1, 0, 0, 0] = 5
    found = normalised(maps)
    np.testing.assert_allclose(found[0], 1 / 12)
    assert found[1, 0, 0, 0] == 1
