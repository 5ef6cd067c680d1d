"""What feature visualisation maximises: functions of a Network to scores, a tensor (N,) or a scalar.

layer_name: a node with activations (N, h, w, channels). directions: (N, channels), one for each image.
"""

import collections

from understanding_rl_vision.tensorflow1 import tf

# What an objective may look at, as tensors. images: (N, H, W, C), before transformations. acts: node name ->
# activations of the transformed images; reference_acts: the same of the observations given as references, one for each
# image and transformed like it.
Network = collections.namedtuple("Network", "images acts reference_acts")


def neuron(layer_name, directions):
    """The activation in the centre along a direction. Of an even number of positions it is the later one."""

    def score(network):
        acts = network.acts(layer_name)
        rows, columns = tf.unstack(tf.shape(acts)[1:3] // 2)
        return tf.reduce_sum(acts[:, rows, columns] * directions, axis=-1)

    return score


def channel(layer_name, directions):
    """The activation along a direction, averaged over positions."""
    return lambda network: tf.reduce_sum(tf.reduce_mean(network.acts(layer_name), axis=(1, 2)) * directions, axis=-1)


def caricature(layer_name):
    """The dot product with a reference's activations, averaged over positions (article, "alternative objectives")."""

    def score(network):
        return tf.reduce_mean(
            tf.reduce_sum(network.acts(layer_name) * network.reference_acts(layer_name), axis=-1), axis=(1, 2)
        )

    return score


def l2(layer_name, *, together=False):
    """The L2 norm of a layer's activations, which penalises extremal colours (article).

    together: one norm over all images, as Lucid takes it, which makes each depend on the others; else one for each.
    """

    def score(network):
        squares = tf.reduce_sum(network.acts(layer_name) ** 2, axis=None if together else (1, 2, 3))
        # The gradient of a root is infinite at zero.
        return tf.sqrt(1e-6 + squares)

    return score


def total_variation(network):
    """The sum of absolute differences between neighbouring pixels (Mahendran and Vedaldi, 2015)."""
    return tf.image.total_variation(network.images)


def weighted_sum(terms):
    """The sum of objectives over all images; terms: (weight, objective) pairs."""
    return lambda network: tf.add_n([weight * tf.reduce_sum(objective(network)) for weight, objective in terms])
