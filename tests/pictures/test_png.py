import io

import numpy as np
import PIL.Image
import pytest

from understanding_rl_vision.pictures.png import encode_attribution, encode_one_hue, encode_picture, shared_palette
from understanding_rl_vision.rl_util.colours import channel_hues
from understanding_rl_vision.rl_util.images import conv2d, norm_filter
from understanding_rl_vision.run.attribution import one_hue


def decoded(png):
    with PIL.Image.open(io.BytesIO(png)) as file:
        return file.mode, np.array(file.convert("RGBA") if file.mode == "P" else file)


GREY = np.full(3, 3**-0.5)
HUES = [GREY] + [hue for features in (3, 8, 13) for hue in channel_hues(features)]


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_pictures_keep_their_values(channels):
    image = np.random.RandomState(0).randint(256, size=(5, 7, channels)).astype(np.uint8)
    mode, found = decoded(encode_picture(image))
    assert mode == {1: "L", 3: "RGB", 4: "RGBA"}[channels]
    np.testing.assert_array_equal(found.reshape(image.shape), image)


def test_colours_of_attribution_are_off_by_one_at_most_and_opacity_by_nothing():
    rgba = np.random.RandomState(0).randint(256, size=(64, 64, 4)).astype(np.uint8)
    rgba[:2] = [[[0]], [[255]]]
    before = rgba.copy()
    mode, found = decoded(encode_attribution(rgba))
    np.testing.assert_array_equal(rgba, before)
    np.testing.assert_array_equal(found[..., 3], rgba[..., 3])
    np.testing.assert_array_equal(found[:2], rgba[:2])
    assert mode == "RGBA" and np.abs(found.astype(int) - rgba).max() == 1


@pytest.mark.parametrize("hue", HUES, ids=lambda hue: "{:.2f} {:.2f} {:.2f}".format(*hue))
def test_one_hue_is_written_with_a_palette_and_off_by_one_at_most(hue):
    levels = one_hue.levels(np.linspace(0, 6, 60 * 600, dtype=np.float32).reshape(60, 600, 1), hue)
    colours = one_hue.level_colours(hue)
    rgba = colours[levels[..., 0]]
    assert len(np.unique(rgba[..., 3])) == 256
    mode, found = decoded(encode_one_hue(levels, colours))
    assert mode == "P"
    assert np.abs(found.astype(int) - rgba).max() <= 1
    # What is fully transparent has no colour that one could see.
    assert not found[rgba[..., 3] == 0].any()
    for kept in (rgba[..., 3] < 32, rgba[..., 3] == 255):
        np.testing.assert_array_equal(found[kept, 3], rgba[kept, 3])


def test_nothing_at_all_has_a_palette_of_one_entry():
    colours = one_hue.level_colours(GREY)
    numbers, palette = shared_palette(colours, np.arange(len(colours)) == 0)
    assert not numbers.any() and palette.tolist() == [[0, 0, 0, 0]]
    assert not decoded(encode_one_hue(np.zeros((3, 4, 1), np.uint16), colours))[1].any()


def test_equal_colours_share_an_entry_and_faint_ones_do_not():
    colours = np.array(
        [[0, 0, 0, 0], [9, 0, 0, 1], [9, 0, 0, 1], [9, 0, 0, 2], [9, 0, 0, 100], [9, 0, 0, 101]], np.uint8
    )
    numbers, palette = shared_palette(colours, np.ones(6, bool))
    assert numbers.tolist() == [0, 1, 1, 2, 3, 3]
    assert palette.tolist() == [[0, 0, 0, 0], [9, 0, 0, 1], [9, 0, 0, 2], [9, 0, 0, 101]]


def test_a_hue_of_too_many_colours_is_written_as_all_channels():
    # Opacities two apart share no entries; neither do these colours.
    colours = np.zeros((600, 4), np.uint8)
    colours[:, 3] = np.minimum(255, np.arange(600))
    colours[255:, 0] = np.minimum(255, np.arange(345))
    colours[:, 1] = np.where(np.arange(600) % 2, 100, 200)
    assert shared_palette(colours, np.ones(600, bool)) is None
    levels = np.arange(600).reshape(20, 30, 1).astype(np.uint16)
    mode, found = decoded(encode_one_hue(levels, colours))
    assert mode == "RGBA" and np.abs(found.astype(int) - colours[levels[..., 0]]).max() <= 1


def test_one_hue_takes_much_less_than_all_channels():
    random = np.random.RandomState(0)
    strengths = conv2d(random.exponential(0.05, (1, 128, 128, 1)), norm_filter(15))[0]
    hue = channel_hues(8)[1]
    levels, colours = one_hue.levels(strengths, hue), one_hue.level_colours(hue)
    assert 100 < len(np.unique(levels)) < 256
    assert len(encode_one_hue(levels, colours)) < 0.6 * len(encode_picture(colours[levels[..., 0]]))
