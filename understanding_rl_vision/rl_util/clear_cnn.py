"""The convolutional network designed to be understood (article, Appendix C)."""

from understanding_rl_vision.annotations import Tensor
from understanding_rl_vision.rl_util.convolutions import convolution
from understanding_rl_vision.tensorflow1 import tf

# Name, filters, kernel size, whether pooled.
LAYERS = (
    ("1a", 16, 7, True),
    ("2a", 32, 5, False),
    ("2b", 32, 5, True),
    ("3a", 32, 5, True),
    ("4a", 32, 5, True),
)

# Name and units of the dense layers.
UNITS = (("dense", 256), ("dense_1", 512))

# That of tf.layers.
BATCH_NORM_EPSILON = 1e-3


def clear_cnn(unscaled_images: Tensor, batch_norm: bool = False) -> Tensor:
    """Add the network designed to be understood to the current graph: five convolutions and two dense layers.

    Parameters
    ----------
    unscaled_images : tensor (N, H, W, C)
        Of any type, with values from 0 to 255.
    batch_norm : bool
        Normalise convolutions by moving averages, as at test time.

    Returns
    -------
    tensor (N, 512)

    Notes
    -----
    Pools are as wide as their strides and take the L2 norm, which spreads gradients evenly. There is no residual
    connection, so that everything passes through every layer (article, Appendix C).
    """
    # In a graph that is not one of `building`, too, frozen models have the nodes of Lucid's.
    with tf.variable_scope(tf.get_variable_scope(), use_resource=False, auxiliary_name_scope=False):
        out = tf.cast(unscaled_images, tf.float32) / 255.0
        for name, filters, size, pooled in LAYERS:
            with tf.variable_scope(name):
                out = conv(out, "conv2d", filters, size)
                if batch_norm:
                    out = batch_normalised(out, epsilon=BATCH_NORM_EPSILON)
                out = tf.nn.relu(out)
                if pooled:
                    out = _l2_pool(out)
        out = flatten(out)
        for name, units in UNITS:
            out = dense(out, name, units, tf.nn.relu)
        return out


def conv(images, scope, filters, size, convolve=convolution):
    """A convolution of stride 1 that keeps height and width, with the parameter names of tf.layers.

    convolve: function of images and a kernel, one of `convolutions`.
    """
    with tf.variable_scope(scope):
        kernel = tf.get_variable("kernel", (size, size, images.shape[-1], filters))
        bias = tf.get_variable("bias", (filters,), initializer=tf.zeros_initializer())
        return tf.nn.bias_add(convolve(images, kernel), bias)


def dense(rows, scope, units, activation):
    """A dense layer with the parameter names of tf.layers."""
    with tf.variable_scope(scope):
        kernel = tf.get_variable("kernel", (rows.shape[-1], units))
        bias = tf.get_variable("bias", (units,), initializer=tf.zeros_initializer())
        return activation(tf.nn.bias_add(tf.matmul(rows, kernel), bias))


def flatten(images):
    """Rows of all values of each image; the network is made for one size of image."""
    height, width, channels = images.shape.as_list()[1:]
    return tf.reshape(images, (-1, height * width * channels))


def _l2_pool(images):
    # The constant keeps the gradient finite where all is 0.
    return tf.sqrt(tf.nn.avg_pool(images**2, [1, 2, 2, 1], [1, 2, 2, 1], "SAME") + 1e-8)


def batch_normalised(images, *, epsilon, momentum=None, updates=None):
    """Batch normalisation (Ioffe and Szegedy 2015) with the parameter names of tf.layers.

    images: tensor (N, H, W, C). updates: a list, in training, where each batch is normalised by itself; operations are
    added to it that move the averages by the share `momentum` of what is new. With None those averages are used.
    """
    with tf.variable_scope("batch_normalization"):
        shape = (images.shape[-1],)
        gamma = tf.get_variable("gamma", shape, initializer=tf.ones_initializer())
        beta = tf.get_variable("beta", shape, initializer=tf.zeros_initializer())
        moving_mean = tf.get_variable("moving_mean", shape, initializer=tf.zeros_initializer(), trainable=False)
        moving_variance = tf.get_variable("moving_variance", shape, initializer=tf.ones_initializer(), trainable=False)
        if updates is None:
            return tf.nn.batch_normalization(images, moving_mean, moving_variance, beta, gamma, epsilon)
    out, mean, variance = tf.nn.fused_batch_norm(images, gamma, beta, epsilon=epsilon)
    for average, now in ((moving_mean, mean), (moving_variance, variance)):
        updates.append(tf.assign_sub(average, momentum * (average - now)))
    return out
