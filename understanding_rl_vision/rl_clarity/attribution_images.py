"""Attribution as images: normalised, smoothed, coloured, with brightness as opacity (article, "Attribution").

Everything but the last step is linear: each signed channel is smoothed once, and images are put together from those.
"""

import collections

import numpy as np

from understanding_rl_vision.rl_clarity import one_hue
from understanding_rl_vision.rl_clarity.image_writer import to_bytes
from understanding_rl_vision.rl_util.colours import brightness_to_opacity, channel_hues
from understanding_rl_vision.rl_util.images import conv2d, norm_filter

DIRECTIONS = ("abs", "pos", "neg")
SMOOTHING_LENGTH = 15

# One image of all frames. pixels: RGBA bytes (T, h, w, 4), colours None; or of one hue levels (T, h, w, 1), with the
# RGBA bytes of each level as colours, see `one_hue`.
Image = collections.namedtuple("Image", "direction name pixels colours")


def normalisation(largest_per_frame):
    """What to divide attribution by: the median of the frames' largest channel values; if 0, the largest; if 0, 1."""
    return float(np.median(largest_per_frame) or np.max(largest_per_frame) or 1)


def channel_names(features, single_channels):
    """The images of one output and direction: all directions, with the residual, each alone, the residual alone."""
    return ["prin", "all"] + (list(range(features)) + ["res"] if single_channels else [])


def _smooth(planes):
    """Planes (K, T, h, w) >= 0 smoothed."""
    height, width = planes.shape[-2:]
    return conv2d(planes.reshape(-1, height, width, 1), norm_filter(SMOOTHING_LENGTH)).reshape(planes.shape)


def attribution_images(channels, residual, single_channels):
    """Yield an Image for every direction and channel name.

    channels: (T, h, w, K); residual: (T, h, w); both normalised. Channel k of K has the hue 360 k / K; the residual
    adds equally to red, green and blue.
    """
    features = channels.shape[-1]
    hues = channel_hues(features).astype(np.float32)
    colours = np.concatenate([hues, np.ones((1, 3), np.float32)])
    signed = np.concatenate([channels.transpose(3, 0, 1, 2), residual[None]]).astype(np.float32)
    positive, negative = (_smooth(np.maximum(part, 0)) for part in (signed, -signed))
    tables = [one_hue.level_colours(colour) for colour in colours] if single_channels else []
    for direction, smoothed in zip(DIRECTIONS, (positive + negative, positive, negative)):
        for name, of in (("prin", slice(features)), ("all", slice(None))):
            rgb = (colours[of].T @ smoothed[of].reshape(len(colours[of]), -1)).reshape((3,) + smoothed.shape[1:])
            yield Image(direction, name, to_bytes(brightness_to_opacity(np.moveaxis(rgb, 0, -1))), None)
        for name, strengths, colour, table in zip(channel_names(features, True)[2:], smoothed, colours, tables):
            yield Image(direction, name, one_hue.levels(strengths, colour)[..., None], table)
