import numpy as np
import pytest

from understanding_rl_vision.rl_util import convolutions
from understanding_rl_vision.tensorflow1 import tf

RANDOM = np.random.RandomState(0)


def results(convolve, images, kernel):
    """A convolution of images and its gradients by images and kernel, of a sum that has other ones everywhere."""
    with tf.Graph().as_default(), tf.Session() as sess:
        given, by = tf.placeholder(tf.float32, (None,) + images.shape[1:]), tf.constant(kernel)
        result = convolve(given, by)
        assert result.shape.as_list() == [None, *images.shape[1:3], kernel.shape[-1]]
        return sess.run([result] + tf.gradients(tf.sin(result), [given, by]), {given: images})


@pytest.mark.parametrize("size", [1, 3, 5, 7, 9, (5, 3), (2, 4)])
@pytest.mark.parametrize("shape", [(64, 64, 3), (5, 12, 1), (6, 7, 4), (8, 8, 16)])
@pytest.mark.parametrize("version", ["1.14.0", "2.21.0"])
def test_quick_convolution_is_the_plain_one(monkeypatch, version, shape, size):
    monkeypatch.setattr(tf, "__version__", version)
    images = RANDOM.rand(2, *shape).astype(np.float32)
    kernel = RANDOM.randn(*(size if isinstance(size, tuple) else (size, size)), shape[-1], 5).astype(np.float32)
    plain = results(convolutions.convolution, images, kernel)
    quick = results(convolutions.quick_convolution, images, kernel)
    for one, other in zip(plain, quick):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-4 * np.abs(one).max())


def operations(monkeypatch, version, channels, gpu=False):
    monkeypatch.setattr(tf, "__version__", version)
    monkeypatch.setattr(convolutions, "has_gpu", lambda: gpu)
    with tf.Graph().as_default() as graph:
        images = tf.placeholder(tf.float32, (None, 64, 64, channels))
        convolutions.quick_convolution(images, tf.zeros((7, 7, channels, 16)))
        return [op.inputs[0].shape.as_list()[1:] for op in graph.get_operations() if op.type == "Conv2D"]


def test_few_channels_are_convolved_in_blocks_where_tensorflow_is_slow(monkeypatch):
    assert operations(monkeypatch, "1.14.0", 3) == [[64, 16, 12]]
    assert operations(monkeypatch, "1.14.0", 16) == [[64, 64, 16]]
    assert operations(monkeypatch, "2.21.0", 3) == [[64, 64, 3]]
    assert operations(monkeypatch, "1.14.0", 3, gpu=True) == [[64, 64, 3]]
