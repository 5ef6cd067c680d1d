import numpy as np
import pytest

from understanding_rl_vision import rl_util
from understanding_rl_vision.run.attribution.images import attribution_images, image_names, normalisation

PARTS = {"abs": np.abs, "pos": lambda x: np.maximum(x, 0), "neg": lambda x: np.maximum(-x, 0)}


@pytest.mark.parametrize("largest, divisor", [([1.0, 5, 2], 2), ([0, 0, 3.0], 3), ([0.0, 0, 0], 1), ([0, 1.0], 0.5)])
def test_normalisation_is_the_median_or_else_the_largest_or_else_one(largest, divisor):
    assert normalisation(np.array(largest)) == divisor


def slow_image(channels, residual, part, name):
    """As the original system does it: select, colour, add the residual, smooth, turn brightness into opacity."""
    chosen = np.zeros_like(channels)
    selection = slice(None) if name in ("prin", "all") else slice(name, name + 1) if name != "res" else slice(0)
    chosen[..., selection] = part(channels)[..., selection]
    rgb = rl_util.channels_to_rgb(chosen)
    if name in ("all", "res"):
        rgb = rgb + part(residual)[..., None]
    return rl_util.brightness_to_opacity(rl_util.conv2d(rgb, rl_util.norm_filter(15)))


def test_images_are_those_that_are_coloured_and_smoothed_one_by_one():
    random = np.random.RandomState(0)
    channels, residual = random.randn(2, 6, 5, 3) * 0.3, random.randn(2, 6, 5) * 0.2
    found = list(attribution_images(channels, residual, True))
    expected_names = ["prin", "all", 0, 1, 2, "res"]
    assert [one[:2] for one in found] == [(part, name) for part in ("abs", "pos", "neg") for name in expected_names]
    for image in found:
        expected = np.minimum(255, 255 * slow_image(channels, residual, PARTS[image.sign], image.name))
        pixels = image.pixels if image.colours is None else image.colours[image.pixels[..., 0]]
        assert pixels.dtype == np.uint8 and (image.colours is None) == (image.name in ("prin", "all"))
        difference = np.abs(pixels - expected)
        seen = pixels[..., 3] > 0
        assert seen.any() and difference[..., 3].max() <= 1.01, image[:2]
        # Fractions are cut off; of one hue, the colour is that in the middle of a level.
        assert difference[seen].max() <= (1.01 if image.colours is None else 2), image[:2]


def test_without_single_channels_there_are_two_images_of_each_part():
    assert image_names(3, False) == ["prin", "all"]
    found = attribution_images(np.ones((1, 2, 2, 3)), np.zeros((1, 2, 2)), False)
    assert [one[:2] for one in found] == [(part, name) for part in ("abs", "pos", "neg") for name in ("prin", "all")]


def test_nothing_is_transparent():
    for image in attribution_images(np.zeros((1, 3, 3, 2)), np.zeros((1, 3, 3)), True):
        assert not image.pixels.any()
        assert image.colours is None or not image.colours[0].any()
