import numpy as np
import pytest

from understanding_rl_vision.pictures.image_writer import to_bytes
from understanding_rl_vision.rl_util.colours import brightness_to_opacity, channel_hues
from understanding_rl_vision.run.attribution import one_hue

COLOURS = [np.ones(3)] + [hue for features in (3, 8, 13) for hue in channel_hues(features)]


@pytest.mark.parametrize("colour", COLOURS, ids=lambda colour: "{:.2f} {:.2f} {:.2f}".format(*colour))
def test_levels_have_the_colours_of_brightness_as_opacity(colour):
    colour = colour.astype(np.float32)
    # Half-way between the integers that brightness is cut off to.
    strengths = ((np.arange(255 * 6) + 0.5) / 255 / np.linalg.norm(colour)).astype(np.float32)
    expected = to_bytes(brightness_to_opacity(strengths[:, None] * colour)).astype(int)
    levels = one_hue.levels(strengths, colour)
    assert levels.dtype == np.uint16 and (np.diff(levels.astype(int)) >= 0).all()
    found = one_hue.level_colours(colour)[levels]
    np.testing.assert_array_equal(found[:, 3], expected[:, 3])
    seen = found[:, 3] > 0
    assert not found[~seen].any()
    assert np.abs(found[seen] - expected[seen]).max() <= 1


@pytest.mark.parametrize("colour", COLOURS[:9], ids=lambda colour: "{:.2f} {:.2f} {:.2f}".format(*colour))
def test_what_is_brighter_than_any_level_has_the_last(colour):
    table = one_hue.level_colours(colour)
    assert one_hue.levels(np.array([1e6], np.float32), colour) == len(table) - 1
    assert table[-1].tolist() == [255 if part > 1e-9 else 0 for part in colour] + [255]


def test_levels_fit_in_two_bytes():
    colour = [1, 1e-4, 0]
    assert len(one_hue.level_colours(colour)) == 2**16
    assert one_hue.levels(np.array([1e6], np.float32), colour) == 2**16 - 1


def test_a_pure_colour_has_no_levels_beyond_opacity():
    table = one_hue.level_colours([0, 2.0, 0])
    assert len(table) == 256
    assert table[[0, 1, 255]].tolist() == [[0, 0, 0, 0], [0, 255, 0, 1], [0, 255, 0, 255]]
