"""The networks that have names, as descriptions: `clear` of the article, `impala` and `nature`."""

from understanding_rl_vision.agents.networks.description import MOST_FILTERS, MOST_UNITS, check_network
from understanding_rl_vision.errors import InputError, quoted
from understanding_rl_vision.rl_util.clear_cnn import LAYERS, UNITS

# What each of them takes of the options of a preset.
PRESETS = {"clear": ("pooling",), "impala": ("stack_channels", "emb_size", "pooling"), "nature": ()}

# Whose pools a network has. Of an even number of rows TensorFlow's SAME pads after the last, PyTorch's padding=1 before
# the first, too: each pool sees other pixels.
POOLINGS = ("tf", "torch")

MOST_STACKS = 16
LONGEST_STACKS = 200

HEADS = [{"layer": "head", "output": "logits"}, {"layer": "head", "output": "value"}]
RELU = {"layer": "activation", "activation": "relu"}


def preset(cnn, *, stack_channels, emb_size, pooling):
    """The complete description of a preset. Raises InputError for an unknown one, or options that are not accepted."""
    if pooling not in POOLINGS:
        raise InputError(
            "pooling={} given; accepted are 'tf', and 'torch' for a network that was trained in PyTorch.".format(
                quoted(pooling)
            )
        )
    if cnn == "clear":
        layers = _clear(pooling)
    elif cnn == "impala":
        layers = impala(_parse_stack_channels(stack_channels), _check_emb_size(emb_size), pooling)
    elif cnn == "nature":
        layers = _nature()
    else:
        raise InputError(
            "The architecture cnn={} is unknown; accepted are {}, and 'network' with a description.".format(
                quoted(cnn), ", ".join(PRESETS)
            )
        )
    return check_network("network", layers + HEADS)


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
    if isinstance(emb_size, bool) or not isinstance(emb_size, int) or not 1 <= emb_size <= MOST_UNITS:
        raise InputError(
            "emb_size={} given; a whole number from 1 to {} is accepted.".format(quoted(emb_size), MOST_UNITS)
        )
    return emb_size


def _clear(pooling):
    """Five convolutions and two dense layers (article, Appendix C)."""
    layers = []
    for name, filters, size, pooled in LAYERS:
        layers.append(conv(name + "/conv2d", filters, size, activation="relu"))
        if pooled:
            padding = "valid" if pooling == "torch" else "same"
            layers.append({"layer": "pool", "name": name, "pool": "l2", "size": 2, "padding": padding})
    return layers + [{"layer": "flatten"}] + [dense(name, units, activation="relu") for name, units in UNITS]


def impala(stack_channels, emb_size, pooling):
    """For each stack a convolution, a pool and two residual blocks; then a dense layer (Espeholt et al. 2018)."""
    scopes = ("layer_{}".format(index) for index in range(5 * len(stack_channels) + 1))
    layers = []
    for filters in stack_channels:
        layers += [conv(next(scopes), filters, 3), max_pool(1 if pooling == "torch" else "same")]
        for _ in range(2):
            block = [RELU, conv(next(scopes), filters, 3), RELU, conv(next(scopes), filters, 3)]
            layers.append({"layer": "residual", "layers": block})
    return layers + [{"layer": "flatten"}, RELU, dense(next(scopes), emb_size, activation="relu")]


def _nature():
    """Three convolutions of growing overlap, then a dense layer (Mnih et al. 2015)."""
    layers = []
    for name, filters, size, stride in (("c1", 32, 8, 4), ("c2", 64, 4, 2), ("c3", 64, 3, 1)):
        layers += [conv(name, filters, size, stride=stride, padding="valid", named="w"), RELU]
    return layers + [{"layer": "flatten", "name": "fc1"}, dense("fc1", 512, named="w"), RELU]


def conv(name, filters, size, padding="same", **others):
    return dict({"layer": "conv", "name": name, "filters": filters, "size": size, "padding": padding}, **others)


def dense(name, units, **others):
    return dict({"layer": "dense", "name": name, "units": units}, **others)


def max_pool(padding):
    """Of 3 x 3 pixels at every other row and column."""
    return {"layer": "pool", "pool": "max", "size": 3, "stride": 2, "padding": padding}
