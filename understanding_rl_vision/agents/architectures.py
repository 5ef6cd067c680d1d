"""The networks that agents have, with the parameter names of Baselines' PPO2."""

import numbers

import numpy as np

from understanding_rl_vision.errors import InputError, quoted
from understanding_rl_vision.rl_util.clear_cnn import conv, dense, flatten, scaled_clear_cnn
from understanding_rl_vision.rl_util.convolutions import convolution, quick_convolution
from understanding_rl_vision.tensorflow1 import tf

# Node names that build_policy gives to its results, as Baselines does.
POLICY_LOGITS_NAME = "ppo2_model/pi_1/add"
VALUE_FUNCTION_NAME = "ppo2_model/strided_slice"

# What each of them takes of the options of `build_policy`.
ARCHITECTURES = {"clear": ("pooling",), "impala": ("stack_channels", "emb_size", "pooling"), "nature": ()}

# What says which network it is, in a checkpoint's args and among the options of `train`.
ARCHITECTURE_DEFAULTS = {"cnn": "clear", "stack_channels": "16_32_32", "emb_size": 256, "pooling": "tf"}

# Whose pools a network has. Of an even number of rows TensorFlow's SAME pads after the last, PyTorch's padding=1 before
# the first, too: each pool sees other pixels.
POOLINGS = ("tf", "torch")

# Far beyond any network that is trained, and less than what fills a memory.
MOST_STACKS, MOST_FILTERS, MOST_UNITS = 16, 4096, 65536
LONGEST_STACKS = 200


def architecture_options(args):
    """Those of a checkpoint's args, or of the options of `train`, that `build_policy` takes."""
    return {name: args[name] for name in ARCHITECTURE_DEFAULTS}


def build_policy(
    images,
    num_actions,
    *,
    cnn=ARCHITECTURE_DEFAULTS["cnn"],
    stack_channels=ARCHITECTURE_DEFAULTS["stack_channels"],
    emb_size=ARCHITECTURE_DEFAULTS["emb_size"],
    pooling=ARCHITECTURE_DEFAULTS["pooling"],
    quick=False,
    has_value=True,
):
    """Build a policy and a value function that share a network, in the current graph.

    Parameters
    ----------
    images
        Float tensor (N, H, W, C) with values from 0 to 1.
    num_actions
        Number of actions, A.
    cnn
        'clear' (article, Appendix C), 'impala' (Espeholt et al. 2018, figure 3, without LSTM) or 'nature' (Mnih et
        al. 2015).
    stack_channels
        Filters of impala's stacks, joined by '_'.
    emb_size
        Units of impala's dense layer.
    pooling
        'tf', or 'torch' for a network that was trained in PyTorch: impala with max_pool2d(3, 2, padding=1),
        clear with pools that leave out a last odd row. nature has no pools.
    quick
        May take other operations than the architecture names, for the same numbers up to rounding.
    has_value
        Whether to build the value function.

    Returns
    -------
    Logits (N, A) and values (N,), or None in their place. Variables are shared with those that an earlier call has
    made.

    Raises
    ------
    InputError
        An unknown `cnn`, or other options that are not accepted.
    """
    if pooling not in POOLINGS:
        raise InputError(
            "pooling={} given; accepted are 'tf', and 'torch' for a network that was trained in PyTorch.".format(
                quoted(pooling)
            )
        )
    convolve = quick_convolution if quick else convolution
    with tf.variable_scope("ppo2_model", reuse=tf.AUTO_REUSE):
        with tf.variable_scope("pi"):
            if cnn == "clear":
                latent = scaled_clear_cnn(images, convolve=convolve, padding="VALID" if pooling == "torch" else "SAME")
            elif cnn == "impala":
                sizes = _parse_stack_channels(stack_channels), _check_emb_size(emb_size)
                latent = _impala_cnn(images, *sizes, torch_max_pool if pooling == "torch" else max_pool, convolve)
            elif cnn == "nature":
                latent = _nature_cnn(images)
            else:
                raise InputError(
                    "The architecture cnn={} is unknown; accepted are {}.".format(quoted(cnn), ", ".join(ARCHITECTURES))
                )
        # A small start makes the first policy nearly uniform.
        with tf.variable_scope("pi"):
            logits = _orthogonal_dense(latent, num_actions, gain=0.01)
        if not has_value:
            return logits, None
        with tf.variable_scope("vf"):
            values = _orthogonal_dense(latent, 1, gain=1.0)
        return logits, values[:, 0]


def _parse_stack_channels(stack_channels):
    try:
        channels = [int(number) for number in stack_channels[:LONGEST_STACKS].split("_")]
    except (AttributeError, TypeError, ValueError):
        channels = []
    if not channels or min(channels) < 1 or max(channels) > MOST_FILTERS or len(channels) > MOST_STACKS:
        raise InputError(
            "stack_channels={} given; up to {} numbers of filters, up to {}, joined by '_', are accepted: "
            "'16_32_32'.".format(quoted(stack_channels), MOST_STACKS, MOST_FILTERS)
        )
    return channels


def _check_emb_size(emb_size):
    if not isinstance(emb_size, numbers.Integral) or not 1 <= emb_size <= MOST_UNITS:
        raise InputError(
            "emb_size={} given; a whole number from 1 to {} is accepted.".format(quoted(emb_size), MOST_UNITS)
        )
    return emb_size


def max_pool(images, padding="SAME"):
    """The maximum of 3 x 3 pixels at every other row and column, as TensorFlow pads."""
    return tf.nn.max_pool(images, [1, 3, 3, 1], [1, 2, 2, 1], padding)


def torch_max_pool(images):
    """The same as PyTorch pads: max_pool2d(3, stride=2, padding=1)."""
    return max_pool(tf.pad(images, [[0, 0], [1, 1], [1, 1], [0, 0]], constant_values=-np.inf), "VALID")


def _impala_cnn(images, stack_channels, emb_size, pool, convolve):
    """For each stack a convolution, a pool and two residual blocks; then a dense layer."""
    scopes = ("layer_{}".format(index) for index in range(5 * len(stack_channels) + 1))
    out = images
    for filters in stack_channels:
        out = pool(conv(out, next(scopes), filters, 3, convolve))
        for _ in range(2):
            block = conv(tf.nn.relu(out), next(scopes), filters, 3, convolve)
            out += conv(tf.nn.relu(block), next(scopes), filters, 3, convolve)
    return dense(tf.nn.relu(flatten(out)), next(scopes), emb_size, tf.nn.relu)


def _nature_cnn(images):
    """Three convolutions of growing overlap, then a dense layer."""
    out = images
    for scope, filters, size, stride in (("c1", 32, 8, 4), ("c2", 64, 4, 2), ("c3", 64, 3, 1)):
        if min(out.shape.as_list()[1:3]) < size:
            raise InputError(
                "Observations of {}×{} are too small for cnn='nature'; it takes 36×36 and larger.".format(
                    *images.shape.as_list()[1:3]
                )
            )
        out = tf.nn.relu(_nature_conv(out, scope, filters, size, stride))
    with tf.variable_scope("fc1"):
        out = _orthogonal_dense(flatten(out), 512, gain=2**0.5)
    return tf.nn.relu(out)


def _nature_conv(images, scope, filters, size, stride):
    with tf.variable_scope(scope):
        kernel = tf.get_variable(
            "w", (size, size, images.shape[-1], filters), initializer=tf.orthogonal_initializer(2**0.5)
        )
        # Baselines' biases have the axes of a layout with channels first.
        bias = tf.get_variable("b", (1, filters, 1, 1), initializer=tf.zeros_initializer())
        return tf.nn.conv2d(images, kernel, [1, stride, stride, 1], "VALID") + tf.reshape(bias, (1, 1, 1, -1))


def _orthogonal_dense(rows, units, *, gain):
    """A dense layer in the current scope, with the parameter names of Baselines."""
    kernel = tf.get_variable("w", (rows.shape[-1], units), initializer=tf.orthogonal_initializer(gain))
    bias = tf.get_variable("b", (units,), initializer=tf.zeros_initializer())
    return tf.matmul(rows, kernel) + bias
