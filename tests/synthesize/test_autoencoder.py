import numpy as np
import pytest

from understanding_rl_vision.synthesize.autoencoder import decode, encode
from understanding_rl_vision.tensorflow1 import tf


@pytest.mark.parametrize("shape, first", [((84, 84, 12), (8, 8, 16)), ((8, 20, 1), (1, 2, 16))])
def test_shapes_are_those_of_the_paper(shape, first):
    with tf.Graph().as_default():
        mean, log_variance = encode(tf.zeros((2,) + shape), 2, 5)
        decoded = decode(mean, shape, 2)
        assert mean.shape.as_list() == log_variance.shape.as_list() == [2, 5]
        assert decoded.shape.as_list()[1:] == list(shape)
        variables = {variable.name: variable.shape.as_list() for variable in tf.global_variables()}
    filters = [variables["encoder/stage_{}/kernel:0".format(stage)] for stage in range(4)]
    assert filters == [[3, 3, shape[2], 2], [3, 3, 2, 4], [3, 3, 4, 8], [3, 3, 8, 16]]
    mirrored = [variables["decoder/stage_{}/kernel:0".format(stage)] for stage in range(4)]
    assert mirrored == filters
    assert variables["decoder/dense/kernel:0"] == [5, np.prod(first)]


def test_batch_normalisation_learns_its_averages():
    random = np.random.RandomState(0)
    pictures = random.rand(8, 32, 32, 3).astype(np.float32)
    with tf.Graph().as_default(), tf.Session() as session:
        updates = []
        trained, _ = encode(tf.constant(pictures), 2, 5, updates)
        used, _ = encode(tf.constant(pictures), 2, 5)
        session.run(tf.global_variables_initializer())
        before = np.abs(session.run(used) - session.run(trained)).max()
        for _ in range(60):
            session.run(updates)
        by_batch, by_averages = session.run([trained, used])
    assert before > 0.2 * np.abs(by_batch).max()
    # A batch's variance is that of a sample in the averages, and that of the whole in the batch.
    np.testing.assert_allclose(by_averages, by_batch, atol=0.06 * np.abs(by_batch).max())
