"""Hues of features that most people can tell apart, and those of Lucid."""

import numpy as np

from understanding_rl_vision.rl_util.colours import channel_hues

# Pure hues: one component is 0, so that none is near the residual's white. Any two are at least 31 apart (CIE 1976
# colour difference) for people of full colour vision, with protanopia and with deuteranopia (Machado and others, 2009,
# severity 1), where eight evenly spaced hues come as near as 5. Found by search.
DISTINCT = ("#ff004d", "#ff7300", "#f2ff00", "#00ffa6", "#00d9ff", "#0073ff", "#3300ff", "#ff0099")

# Indices of those, each as far as can be from the ones before: what fewer features take.
FARTHEST_FIRST = (0, 6, 2, 4, 7, 5, 3, 1)


def rgb_of(colour):
    """Red, green and blue of a colour #rrggbb, (3,) from 0 to 1."""
    return np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])


def feature_hues(features, colors):
    """Colours (features, 3) of unit length of the directions of a layer. colors: the option feature_colors.

    There are eight 'distinct' ones; more features than that have evenly spaced hues.
    """
    if colors == "hues" or features > len(DISTINCT):
        return channel_hues(features)
    rgb = np.reshape([rgb_of(DISTINCT[i]) for i in sorted(FARTHEST_FIRST[:features])], (features, 3))
    return rgb / np.linalg.norm(rgb, axis=-1, keepdims=True)
