"""Colours of the legend and of the policy bar, as #rrggbb."""

import numpy as np

from understanding_rl_vision.rl_util.colours import channel_hues
from understanding_rl_vision.run.actions import action_levels


def _hex(rgb):
    return "#{:02x}{:02x}{:02x}".format(*np.rint(np.asarray(rgb) * 255).astype(int))


def feature_colours(features):
    """The hue of each direction at its brightest: the largest component is 255."""
    return [_hex(hue / hue.max()) for hue in channel_hues(features)]


def action_colours(count):
    """A shade of grey for each action."""
    return [_hex([level] * 3) for level in action_levels(count)]
