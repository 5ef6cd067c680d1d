import io

import numpy as np
import PIL.Image
import pytest

from understanding_rl_vision.rl_clarity.image_writer import to_bytes
from understanding_rl_vision.rl_clarity.png import encode_attribution, encode_one_hue, encode_picture, one_hue_palette
from understanding_rl_vision.rl_util.colours import brightness_to_opacity, channel_hues
from understanding_rl_vision.rl_util.images import conv2d, norm_filter


def decoded(png):
    with PIL.Image.open(io.BytesIO(png)) as file:
        return file.mode, np.array(file.convert("RGBA") if file.mode == "P" else file)


def one_hue(hue, strengths):
    """Attribution (H, W, 4) of these strengths (H, W), where 1 is opaque, in a colour (3,) of length 1."""
    return to_bytes(brightness_to_opacity(strengths[..., None].astype(np.float32) * np.asarray(hue, np.float32)))


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
    rgba = one_hue(hue, np.linspace(0, 6, 60 * 600).reshape(60, 600))
    assert len(np.unique(rgba[..., 3])) == 256
    mode, found = decoded(encode_one_hue(rgba))
    assert mode == "P"
    seen = rgba[..., 3] > 0
    assert np.abs(found[seen].astype(int) - rgba[seen]).max() <= 1
    # What is fully transparent has no colour that one could see.
    np.testing.assert_array_equal(found[~seen], 0)
    for kept in (rgba[..., 3] < 32, rgba[..., 3] == 255):
        np.testing.assert_array_equal(found[kept, 3], rgba[kept, 3])


def test_nothing_at_all_has_a_palette_of_one_entry():
    indices, palette = one_hue_palette(np.zeros((3, 4, 4), np.uint8))
    assert not indices.any() and palette.tolist() == [[0, 0, 0, 0]]
    assert not decoded(encode_one_hue(np.zeros((3, 4, 4), np.uint8)))[1].any()


def test_a_hue_of_too_many_colours_is_written_as_all_channels():
    # Opacities two apart share no entries; neither do these colours.
    rgba = np.zeros((1, 600, 4), np.uint8)
    rgba[0, :, 3] = np.minimum(255, np.arange(600))
    rgba[0, 255:, 0] = np.minimum(255, np.arange(345))
    rgba[0, :, 1] = np.where(np.arange(600) % 2, 100, 200)
    assert one_hue_palette(rgba) is None
    mode, found = decoded(encode_one_hue(rgba))
    assert mode == "RGBA" and np.abs(found.astype(int) - rgba).max() <= 1


def test_one_hue_takes_much_less_than_all_channels():
    random = np.random.RandomState(0)
    strengths = conv2d(random.exponential(0.05, (1, 128, 128, 1)), norm_filter(15))[0, ..., 0]
    rgba = one_hue(channel_hues(8)[1], strengths)
    assert 100 < len(np.unique(rgba[..., 3])) < 256
    assert len(encode_one_hue(rgba)) < 0.6 * len(encode_picture(rgba))
