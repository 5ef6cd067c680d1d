import numpy as np
import pytest

from understanding_rl_vision.rl_util.clear_cnn import clear_cnn
from understanding_rl_vision.tensorflow1 import tf

IMAGES = np.random.RandomState(0).randint(0, 256, (2, 64, 64, 3), np.uint8)


def run(build, values=None, **options):
    """Names, shapes and values of the variables that `build` makes, and its result on IMAGES."""
    with tf.Graph().as_default(), tf.Session() as sess:
        images = tf.placeholder(tf.uint8, (None, 64, 64, 3))
        with tf.variable_scope("scope"):
            result = build(images, **options)
        variables = {variable.name: variable for variable in tf.global_variables()}
        sess.run(tf.global_variables_initializer())
        if values is not None:
            assert set(values) == set(variables)
            assert all(variables[name].shape.as_list() == list(values[name].shape) for name in values)
            sess.run([tf.assign(variables[name], value) for name, value in values.items()])
        values = sess.run(variables)
        return values, sess.run(result, {images: IMAGES})


def randomised(values):
    random = np.random.RandomState(0)
    return {name: (value + 0.1 * random.rand(*value.shape)).astype(np.float32) for name, value in values.items()}


def test_clear_cnn_gives_512_units_that_depend_on_the_images():
    values, result = run(clear_cnn)
    assert result.shape == (2, 512) and np.all(result >= 0) and np.any(result[0] != result[1])
    assert values["scope/2b/conv2d/kernel:0"].shape == (5, 5, 32, 32)
    assert values["scope/dense/kernel:0"].shape == (512, 256)


def test_batch_normalisation_by_averages_of_0_and_nearly_1_changes_nothing():
    values, _ = run(clear_cnn, batch_norm=True)
    names = {name.rsplit("/", 1)[1] for name in values if "batch_normalization" in name}
    assert names == {"gamma:0", "beta:0", "moving_mean:0", "moving_variance:0"}
    # The network adds 1e-3 to the variance.
    values = {name: value - 1e-3 if "moving_variance" in name else value for name, value in values.items()}
    _, normalised = run(clear_cnn, values, batch_norm=True)
    _, plain = run(clear_cnn, {name: value for name, value in values.items() if "batch_norm" not in name})
    np.testing.assert_allclose(normalised, plain, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("batch_norm", [False, True])
def test_clear_cnn_is_lucids(batch_norm):
    arch = pytest.importorskip("lucid.scratch.rl_util.arch")
    values = randomised(run(clear_cnn, batch_norm=batch_norm)[0])
    _, ours = run(clear_cnn, values, batch_norm=batch_norm)
    _, lucids = run(arch.clear_cnn, values, batch_norm=batch_norm)
    np.testing.assert_allclose(ours, lucids, rtol=1e-5)
