import numpy as np

from understanding_rl_vision.synthesize.losses import generator_losses, kl_to_prior, outputs_change, weighted_error
from understanding_rl_vision.synthesize.saliency import uniform_weights
from understanding_rl_vision.tensorflow1 import tf

RANDOM = np.random.RandomState(0)


def run(build, *arrays):
    with tf.Graph().as_default(), tf.Session() as session:
        return session.run(build(*(tf.constant(array, tf.float32) for array in arrays)))


def test_uniform_weights_give_the_plain_mean():
    for channels in (3, 6, 1, 4):
        pictures, shown = RANDOM.rand(2, 5, 6, 7, channels)
        errors = run(weighted_error, pictures, shown, uniform_weights(pictures))
        np.testing.assert_allclose(errors, ((pictures - shown) ** 2).mean(axis=(1, 2, 3)), rtol=1e-5)


def test_weights_choose_pixels_of_frames():
    pictures, shown = RANDOM.rand(2, 2, 4, 4, 6)
    weights = np.zeros((2, 4, 4, 2))
    weights[0, 1, 2, 0] = 1
    weights[1, 3, 0, 1] = weights[1, 2, 2, 1] = 0.5
    squares = (pictures - shown) ** 2
    expected = [squares[0, 1, 2, :3].mean(), (squares[1, 3, 0, 3:] + squares[1, 2, 2, 3:]).mean() / 2]
    np.testing.assert_allclose(run(weighted_error, pictures, shown, weights), expected, rtol=1e-5)


def test_kl_is_that_of_normal_distributions():
    mean, log_variance = RANDOM.randn(2, 3, 4)
    # The mean over draws of the log of the ratio of densities.
    noise = np.random.RandomState(1).randn(200000, 1, 4)
    draws = mean + np.exp(log_variance / 2) * noise
    ratio = 0.5 * (draws**2 - noise**2 - log_variance).sum(axis=2)
    np.testing.assert_allclose(run(kl_to_prior, mean, log_variance), ratio.mean(axis=0), rtol=0.02)
    assert np.all(run(kl_to_prior, np.zeros((2, 4)), np.zeros((2, 4))) == 0)


def test_terms_are_added_with_their_factors():
    reconstruction, kl = RANDOM.rand(2, 5)
    outputs, changed = RANDOM.rand(2, 5, 3)
    losses = run(
        lambda error, before, after, kl: generator_losses(
            error, outputs_change(before, after), kl, eta=0.5, lambda_kl=0.25
        ),
        reconstruction,
        outputs,
        changed,
        kl,
    )
    change = ((outputs - changed) ** 2).sum(axis=1).mean()
    np.testing.assert_allclose(losses.outputs, change, rtol=1e-5)
    np.testing.assert_allclose(losses.total, reconstruction.mean() + 0.5 * change + 0.25 * kl.mean(), rtol=1e-5)
