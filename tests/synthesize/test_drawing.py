import numpy as np
import pytest

from tests.helpers.interfaces import tiny_data
from tests.synthesize.tiny import NAMES, convolutional_agent, linear_agent, pictures
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.rl_util import FrozenModel
from understanding_rl_vision.rl_util.compute import get_attr
from understanding_rl_vision.synthesize.drawing import (
    FILTER_SCALE,
    attribution_pictures,
    first_layer_filters,
    middle_layer,
    weight_pictures,
)
from understanding_rl_vision.synthesize.picture_agent import Outputs, PictureAgent


def test_filters_are_columns_with_zero_in_the_middle():
    agent = convolutional_agent()
    drawn = first_layer_filters(agent.model)[::FILTER_SCALE, ::FILTER_SCALE]
    # Six filters of 3 x 3 with lines between them.
    assert drawn.shape == (3, 6 * 4 - 1, 3)
    assert np.abs(drawn[:, [3, 7, 11, 15, 19]] - 1).max() == 0
    kernel = drawn[:, :3] - 0.5
    assert np.abs(np.delete(drawn, [3, 7, 11, 15, 19], axis=1) - 0.5).max() == pytest.approx(0.5)
    assert kernel.std() > 0.05
    linear, _, _ = linear_agent()
    assert first_layer_filters(linear.model) is None


def test_filters_of_grey_frames_are_a_row_for_each():
    agent = convolutional_agent()
    sheets = [first_layer_filters(agent.model, channels)[::FILTER_SCALE, ::FILTER_SCALE] for channels in (3, 1)]
    assert [len(sheet) for sheet in sheets] == [3, 3 * 4 - 1]
    # The newest, the last, is at the bottom.
    np.testing.assert_array_equal(sheets[1][-3:], np.repeat(sheets[0][..., 2:], 3, axis=-1))


def test_pictures_are_shown_as_their_agent_has_them():
    agent = convolutional_agent()
    grey = PictureAgent(agent.model, NAMES, frame_channels=1)
    images = pictures(2)
    np.testing.assert_array_equal(agent.readable(images), images)
    assert not np.array_equal(grey.readable(images), images)
    np.testing.assert_array_equal(grey.readable(images)[..., 0], images[..., 2])
    # Seen in colour, by an agent that sees them in grey.
    colours = np.random.RandomState(0).rand(2, 8, 8, 9)
    np.testing.assert_array_equal(grey.readable(colours), colours[..., 6:])


def test_attribution_is_that_of_the_value():
    agent = convolutional_agent()
    images = pictures(2) / np.float32(255)
    layer = middle_layer(agent)
    drawn, what = attribution_pictures(agent, images)
    values = get_attr(agent.model, NAMES.value, layer, images, integrate_steps=10).sum(axis=-1)
    assert drawn.shape == (2, 8, 8, 3) and what == "the value"
    # Where it is strongest the picture is blue for good and orange for bad.
    for picture, one in zip(drawn, values):
        row, column = np.unravel_index(np.abs(one).argmax(), one.shape)
        patch = picture[2 * row : 2 * row + 2, 2 * column : 2 * column + 2].mean(axis=(0, 1))
        assert np.sign(patch[2] - patch[0]) == np.sign(one[row, column])


@pytest.mark.parametrize("value", ["constant", "apart", None])
def test_attribution_is_that_of_the_preferred_action_where_the_value_tells_nothing(value):
    model = FrozenModel.from_bytes(tiny_data(value=value)["model_bytes"])
    agent = PictureAgent(model, Outputs("logits", "value" if value else None, None))
    drawn, what = attribution_pictures(agent, pictures(2))
    expected, _ = attribution_pictures(PictureAgent(model, Outputs("logits", None, None)), pictures(2))
    np.testing.assert_array_equal(drawn, expected)
    # Blue or orange: no grey picture.
    assert what == "the largest logit" and np.abs(drawn[..., 0] - drawn[..., 2]).max() > 0.3


def test_a_layer_without_places():
    with pytest.raises(InputError, match="has no height and width"):
        attribution_pictures(convolutional_agent(), pictures(1), "Reshape")


def test_weights_are_as_bright_as_can_be():
    weights = np.zeros((2, 3, 3, 2), np.float32)
    weights[0, 1, 1, 1] = 0.25
    drawn = weight_pictures(weights)
    assert drawn.shape == (2, 3, 3, 3) and drawn[0, 1, 1].min() == 1 and drawn.sum() == 3
