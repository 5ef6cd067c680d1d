"""Attribution as images: normalised, smoothed, coloured, with brightness as opacity (article, "Attribution").

Everything but the last step is linear: each signed channel is smoothed once, and images are put together from those.
"""

import numpy as np

from understanding_rl_vision.rl_util.colours import brightness_to_opacity, channel_hues
from understanding_rl_vision.rl_util.images import conv2d, norm_filter

DIRECTIONS = ("abs", "pos", "neg")
SMOOTHING_LENGTH = 15


def normalisation(largest_per_frame):
    """What to divide attribution by: the median of the frames' largest channel values; if 0, the largest; if 0, 1."""
    return float(np.median(largest_per_frame) or np.max(largest_per_frame) or 1)


def channel_names(features, single_channels):
    """The images of one output and direction: all directions, with the residual, each alone, the residual alone."""
    return ["prin", "all"] + (list(range(features)) + ["res"] if single_channels else [])


def _smooth(signed):
    return conv2d(np.maximum(signed, 0), norm_filter(SMOOTHING_LENGTH))


def attribution_images(channels, residual, single_channels):
    """Yield (direction, channel name, RGBA frames (T, h, w, 4)).

    channels: (T, h, w, K); residual: (T, h, w); both normalised. Channel k of K has the hue 360 k / K; the residual
    adds equally to red, green and blue.
    """
    features = channels.shape[-1]
    hues = channel_hues(features).astype(np.float32)
    colours = np.concatenate([hues, np.ones((1, 3), np.float32)])
    signed = np.concatenate([channels, residual[..., None]], axis=-1).astype(np.float32)
    selections = {"prin": slice(features), "all": slice(None), "res": slice(features, None)}
    selections.update((k, slice(k, k + 1)) for k in range(features))
    positive, negative = _smooth(signed), _smooth(-signed)
    for direction, smoothed in zip(DIRECTIONS, (positive + negative, positive, negative)):
        for name in channel_names(features, single_channels):
            chosen = selections[name]
            yield direction, name, brightness_to_opacity(smoothed[..., chosen] @ colours[chosen])
