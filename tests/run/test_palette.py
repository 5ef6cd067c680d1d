import itertools

import numpy as np
import pytest

from understanding_rl_vision.rl_util.distinct_hues import DISTINCT, feature_hues, rgb_of
from understanding_rl_vision.run.palette import action_colours, feature_colours

# What is seen of linear RGB: with full colour vision, protanopia and deuteranopia (Machado and others, 2009).
VISIONS = {
    "full": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
}
XYZ = [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.072175], [0.0193339, 0.119192, 0.9503041]]


def lab(colour, vision):
    """CIE L*a*b* of what is seen of a colour #rrggbb."""
    rgb = rgb_of(colour)
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    white = np.sum(XYZ, axis=1)
    parts = np.matmul(XYZ, np.clip(np.matmul(vision, linear), 0, 1)) / white
    x, y, z = np.where(parts > 216 / 24389, np.cbrt(parts), (24389 / 27 * parts + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def nearest(colours, vision):
    """The smallest difference of two of the colours."""
    return min(np.linalg.norm(a - b) for a, b in itertools.combinations([lab(c, vision) for c in colours], 2))


@pytest.mark.parametrize("vision", VISIONS.values(), ids=VISIONS)
def test_features_can_be_told_apart_also_by_colour_blind_people(vision):
    for features in range(2, 9):
        assert nearest(feature_colours(features, "distinct"), vision) > 30
    # The residual is white.
    assert nearest(DISTINCT + ("#ffffff",), vision) > 20


def test_evenly_spaced_hues_cannot():
    hues = feature_colours(8, "hues")
    assert nearest(hues, VISIONS["protanopia"]) < 6 and nearest(hues, VISIONS["deuteranopia"]) < 6


def test_evenly_spaced_hues_are_those_of_the_original_system():
    expected = "#ff0000 #ffe400 #a1ff00 #00ff4e #00ffff #004eff #a100ff #ff00e4"
    assert feature_colours(8, "hues") == expected.split()
    assert feature_colours(3, "hues") == ["#ff0000", "#00ff00", "#0000ff"]


def test_there_are_as_many_colours_as_features():
    assert feature_colours(8, "distinct") == list(DISTINCT)
    assert feature_colours(9, "distinct") == feature_colours(9, "hues")
    assert len(set(feature_colours(5, "distinct"))) == 5
    hues = feature_hues(5, "distinct")
    assert hues.shape == (5, 3) and feature_hues(0, "distinct").shape == (0, 3)
    np.testing.assert_allclose(np.linalg.norm(hues, axis=1), 1)


def test_colours_of_actions_are_those_of_the_original_system():
    expected = (
        "#303030 #3d3d3d #4b4b4b #595959 #666666 #747474 #828282 #8f8f8f "
        "#9d9d9d #ababab #b8b8b8 #c6c6c6 #d4d4d4 #e1e1e1 #efefef"
    )
    assert action_colours(15) == expected.split()
