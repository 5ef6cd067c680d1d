import numpy as np
import pytest
import scipy.ndimage

from tests.synthesize.tiny import linear_agent, pictures
from understanding_rl_vision.synthesize import pulls
from understanding_rl_vision.synthesize.generator_training import Frames
from understanding_rl_vision.synthesize.picture_agent import flat
from understanding_rl_vision.synthesize.saliency import uniform_weights


def frames_of(agent, images):
    return Frames(images, uniform_weights(images), flat(agent.arrays(images), np.concatenate))


def test_the_pull_is_the_ratio_of_gradients_at_blurred_frames(monkeypatch):
    monkeypatch.setattr(pulls, "MEASURED", 5)
    agent, weights, of_value = linear_agent()
    images = pictures(9)
    chosen = images[::2] / 255
    blurred = scipy.ndimage.gaussian_filter(chosen, (0, 2, 2, 0))
    change = (blurred - chosen).reshape(5, -1)
    columns = np.concatenate([weights.reshape(-1, 4), of_value.reshape(-1, 1)], axis=1)
    # The error is the mean over 64 pixels and 3 channels.
    expected = np.sqrt(np.square(change @ columns @ columns.T).mean() / np.square(change / 192).mean())
    found = pulls.pull_of_outputs(agent, frames_of(agent, images))
    assert found == pytest.approx(expected, rel=1e-3)


def test_where_nothing_pulls_the_unit_is_one():
    agent, _, _ = linear_agent()
    images = np.full((3, 8, 8, 3), 90, np.uint8)
    assert pulls.pull_of_outputs(agent, frames_of(agent, images)) == 1
