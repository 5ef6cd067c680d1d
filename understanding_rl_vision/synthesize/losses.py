"""The three terms of the generator's loss (equation 1), each a tensor (N,)."""

import collections

from understanding_rl_vision.tensorflow1 import tf

GeneratorLosses = collections.namedtuple("GeneratorLosses", "total reconstruction outputs kl")
GeneratorLosses.__doc__ = """Means over pictures: of equation 1, and of its terms without their factors."""


def weighted_error(pictures, reconstructions, weights):
    """Squared differences (equation 2), averaged by weight.

    pictures, reconstructions: (N, H, W, C) in [0, 1]. weights: (N, H, W, k), k the frames that a picture stacks; those
    of a picture sum to 1. The channels of a frame count alike.
    """
    height, width, channels = pictures.shape.as_list()[1:]
    frames = weights.shape.as_list()[-1]
    errors = tf.reshape(tf.square(pictures - reconstructions), (-1, height, width, frames, channels // frames))
    return tf.reduce_sum(weights * tf.reduce_mean(errors, axis=-1), axis=[1, 2, 3])


def outputs_change(outputs, changed):
    """Squared distance (equation 3) between outputs of the agent, both (N, columns)."""
    return tf.reduce_sum(tf.square(outputs - changed), axis=1)


def kl_to_prior(mean, log_variance):
    """KL divergence of normal distributions with diagonal covariance from the standard one (equation 5).

    mean, log_variance: (N, n). In nats: 1/2 sum of exp(log_variance) + mean**2 - 1 - log_variance.
    """
    return 0.5 * tf.reduce_sum(tf.exp(log_variance) + tf.square(mean) - 1 - log_variance, axis=1)


def generator_losses(reconstruction, outputs, kl, *, eta, lambda_kl):
    """GeneratorLosses of pictures, their means: reconstruction + eta outputs + lambda_kl kl."""
    terms = [tf.reduce_mean(term) for term in (reconstruction, outputs, kl)]
    return GeneratorLosses(terms[0] + eta * terms[1] + lambda_kl * terms[2], *terms)
