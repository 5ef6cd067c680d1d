"""Colours of features and of the policy bar, as #rrggbb."""

import numpy as np

from understanding_rl_vision.rl_util.distinct_hues import feature_hues
from understanding_rl_vision.run.actions import action_levels


def _hex(rgb):
    return "#{:02x}{:02x}{:02x}".format(*np.rint(np.asarray(rgb) * 255).astype(int))


def feature_colours(features, colors):
    """The hue of each direction at its brightest: the largest component is 255."""
    return [_hex(hue / hue.max()) for hue in feature_hues(features, colors)]


def action_colours(count):
    """A shade of grey for each action."""
    return [_hex([level] * 3) for level in action_levels(count)]
