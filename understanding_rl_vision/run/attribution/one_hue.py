"""Attribution in one hue as levels: a small integer for each pixel, which says both colour and opacity.

With brightness as opacity (`brightness_to_opacity`), a pixel whose brightness, of 255, is below 255 has the hue itself
as its colour, and the brightness as its opacity; from there on it is opaque, and its colour grows until no part of it
can. So a level is the brightness, cut off to an integer.
"""

import numpy as np

# What two bytes hold; a pixel that is brighter still, 257 times what is opaque, has this level.
HIGHEST = 2**16 - 1


def levels(strengths, colour):
    """The level (uint16) of each pixel of the colour `strengths * colour`. strengths: float array; colour: (3,)."""
    brightness = strengths * np.float32(255 * np.linalg.norm(colour))
    return np.minimum(brightness, _top(colour), out=brightness).astype(np.uint16)


def level_colours(colour):
    """The RGBA bytes of all levels, (levels, 4), cut off to integers as `to_bytes` does; of level 0 all zeros."""
    hue = np.asarray(colour, float) / np.linalg.norm(colour)
    level = np.arange(_top(colour) + 1)
    # In the middle of a level, which has its colour off by 1 of 255 at most.
    brightness = np.maximum(1, (level + 0.5) / 255)[:, None]
    rgba = np.concatenate([255 * np.minimum(1, brightness * hue), level[:, None]], axis=-1)
    rgba[0] = 0
    return np.minimum(rgba, 255).astype(np.uint8)


def _top(colour):
    """The level from which on nothing changes."""
    hue = np.asarray(colour, float) / np.linalg.norm(colour)
    return int(min(HIGHEST, np.ceil(255 / hue[hue > 0].min())))
