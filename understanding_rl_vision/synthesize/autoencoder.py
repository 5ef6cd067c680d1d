"""The variational autoencoder's graph (section 4, implementation details; Kingma and Welling 2013).

Four stages of 3 x 3 convolutions with stride 2, batch normalisation and ReLU halve the picture and double the filters;
a dense layer gives mean and log variance; the decoder is its mirror image, with transposed convolutions. The functions
build their variables, or share those that an earlier call has built.
"""

from understanding_rl_vision.rl_util.clear_cnn import batch_normalised, dense, flatten
from understanding_rl_vision.tensorflow1 import tf

STAGES = 4
KERNEL = 3
# Those of PyTorch's BatchNorm2d.
BATCH_NORM_EPSILON = 1e-5
BATCH_NORM_MOMENTUM = 0.1


def encode(pictures, filters, latents, updates=None):
    """Mean and log variance, both (N, latents), of pictures (N, H, W, C) in [0, 1].

    filters: of the first stage. updates: a list, in training, to which the operations are added that move the averages
    of batch normalisation; with None those averages are used.
    """
    with tf.variable_scope("encoder", reuse=tf.AUTO_REUSE):
        out = pictures
        for stage in range(STAGES):
            with tf.variable_scope("stage_{}".format(stage)):
                shape = (KERNEL, KERNEL, int(out.shape[-1]), filters << stage)
                out = tf.nn.conv2d(out, _kernel(shape), [1, 2, 2, 1], "SAME")
                out = tf.nn.relu(_batch_norm(out, updates))
        moments = dense(flatten(out), "dense", 2 * latents, tf.identity)
        return moments[:, :latents], moments[:, latents:]


def decode(latents, picture_shape, filters, updates=None):
    """Pictures (N, H, W, C) in [0, 1] of latents (N, n). Other arguments: see `encode`.

    The sides that come out are powers of two; the picture is cut from the centre.
    """
    height, width, channels = picture_shape
    sides = [_power_of_two(height), _power_of_two(width)]
    with tf.variable_scope("decoder", reuse=tf.AUTO_REUSE):
        shape = [side >> STAGES for side in sides] + [filters << STAGES - 1]
        out = dense(latents, "dense", shape[0] * shape[1] * shape[2], tf.identity)
        out = tf.nn.relu(_batch_norm(tf.reshape(out, [-1] + shape), updates))
        for stage in reversed(range(STAGES)):
            with tf.variable_scope("stage_{}".format(stage)):
                if stage:
                    out = tf.nn.relu(_batch_norm(_deconvolution(out, filters << stage - 1), updates))
                else:
                    bias = tf.get_variable("bias", (channels,), initializer=tf.zeros_initializer())
                    out = tf.sigmoid(_deconvolution(out, channels) + bias)
    top, left = (sides[0] - height) // 2, (sides[1] - width) // 2
    return out[:, top : top + height, left : left + width]


def _power_of_two(size):
    """The smallest power of two that is at least `size` and can be halved by every stage."""
    return max(1 << STAGES, 1 << (size - 1).bit_length())


def _kernel(shape):
    # Variance 2 over the number of inputs keeps the scale through ReLUs (He et al. 2015).
    return tf.get_variable("kernel", shape, initializer=tf.variance_scaling_initializer(2.0))


def _deconvolution(images, filters):
    """Twice as high and wide."""
    height, width, channels = images.shape.as_list()[1:]
    kernel = tf.get_variable(
        "kernel", (KERNEL, KERNEL, filters, channels), initializer=tf.variance_scaling_initializer(2.0, mode="fan_out")
    )
    shape = tf.stack([tf.shape(images)[0], 2 * height, 2 * width, filters])
    out = tf.nn.conv2d_transpose(images, kernel, shape, [1, 2, 2, 1], "SAME")
    return tf.reshape(out, (-1, 2 * height, 2 * width, filters))


def _batch_norm(images, updates):
    return batch_normalised(images, epsilon=BATCH_NORM_EPSILON, momentum=BATCH_NORM_MOMENTUM, updates=updates)
