"""Attribution as images: normalised, smoothed, coloured, with brightness as opacity (article, "Attribution").

Everything but the last step is linear: each signed channel is smoothed once, and images are put together from those.
"""

import collections

import numpy as np

from understanding_rl_vision.pictures.image_writer import to_bytes
from understanding_rl_vision.rl_util.colours import brightness_to_opacity, channel_hues
from understanding_rl_vision.rl_util.images import conv2d, norm_filter
from understanding_rl_vision.run.attribution import one_hue

SIGNS = ("abs", "pos", "neg")
SMOOTHING_LENGTH = 15

# One image of all frames. pixels: RGBA bytes (T, h, w, 4), colours None; or of one hue levels (T, h, w, 1), with the
# RGBA bytes of each level as colours, see `one_hue`.
Image = collections.namedtuple("Image", "sign name pixels colours")


def normalisation(largest_per_frame, size_per_frame=0):
    """What to divide attribution by: the median of the frames' largest channel values; if 0, the largest.

    If 0 too, so that nothing is positive, the same of the largest sizes; 1 where all is zero.
    """
    both = (np.maximum(values, 0) for values in (largest_per_frame, size_per_frame))
    return next((float(scale) for values in both for scale in (np.median(values), np.max(values)) if scale), 1.0)


def image_names(features, single_channels):
    """The images of one output and sign: all features, with the residual, each alone, the residual alone.

    Where there are no features the residual is all that there is.
    """
    if not features:
        return ["all"]
    return ["prin", "all"] + (list(range(features)) + ["res"] if single_channels else [])


def _smooth(planes):
    """Planes (K, T, h, w) >= 0 smoothed."""
    height, width = planes.shape[-2:]
    return conv2d(planes.reshape(-1, height, width, 1), norm_filter(SMOOTHING_LENGTH)).reshape(planes.shape)


def attribution_images(channels, residual, single_channels, hues=None):
    """Yield an Image for every sign and name.

    channels: (T, h, w, K); residual: (T, h, w); both normalised. hues: colours (K, 3) of unit length of the channels;
    by default channel k of K has the hue 360 k / K. The residual adds equally to red, green and blue.
    """
    features = channels.shape[-1]
    names = image_names(features, single_channels)
    hues = (channel_hues(features) if hues is None else hues).astype(np.float32)
    colours = np.concatenate([hues, np.ones((1, 3), np.float32)])
    signed = np.concatenate([channels.transpose(3, 0, 1, 2), residual[None]]).astype(np.float32)
    positive, negative = (_smooth(np.maximum(part, 0)) for part in (signed, -signed))
    tables = [one_hue.level_colours(colour) for colour in colours] if len(names) > 2 else []
    parts = {"prin": slice(features), "all": slice(None)}
    for sign, smoothed in zip(SIGNS, (positive + negative, positive, negative)):
        for name, part in ((name, parts[name]) for name in names if name in parts):
            planes = smoothed[part].reshape(len(colours[part]), -1)
            rgb = (colours[part].T @ planes).reshape((3,) + smoothed.shape[1:])
            yield Image(sign, name, to_bytes(brightness_to_opacity(np.moveaxis(rgb, 0, -1))), None)
        for name, strengths, colour, table in zip(names[2:], smoothed, colours, tables):
            yield Image(sign, name, one_hue.levels(strengths, colour)[..., None], table)
