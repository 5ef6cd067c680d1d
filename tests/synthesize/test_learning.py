"""What is said of how much a generator has learned."""

import numpy as np
import pytest

from understanding_rl_vision.synthesize.generator_training import Frames
from understanding_rl_vision.synthesize.learning import learned, losses_of_mean, warning


def test_losses_of_the_mean_are_weighted_by_pixel_and_summed_over_outputs():
    # Two pixels of two stacked frames, grey; the mean is 102 (0.4) everywhere.
    pictures = np.full((2, 1, 2, 2), 102, np.uint8)
    pictures[:, 0, 0, 1] = 51, 153
    weights = np.array([[[[0.1, 0.2], [0.3, 0.4]]]] * 2)
    training = Frames(pictures, weights, np.array([[1.0, 0.0], [3.0, 0.0]]))
    held_out = Frames(pictures[:1] + np.uint8(51), weights[:1], np.array([[2.0, 5.0]]))
    # Held out: 0.6 but for one of 0.4, which has the weight 0.2; outputs differ from (2, 0).
    assert losses_of_mean(training, held_out) == pytest.approx({"reconstruction": 0.8 * 0.2**2, "outputs": 25})
    floats = [frames._replace(pictures=frames.pictures / np.float32(255)) for frames in (training, held_out)]
    assert losses_of_mean(*floats) == pytest.approx(losses_of_mean(training, held_out))


def row(total, reconstruction, outputs):
    return {"held_out": {"total": total, "reconstruction": reconstruction, "outputs": outputs}}


def test_what_was_learned_is_told_of_the_best_epoch():
    of_mean = {"reconstruction": 0.2, "outputs": 10.0}
    shares = learned([row(2, 0.1, 1.0), row(1, 0.05, 6.0), row(3, 0.01, 0.5)], of_mean)
    assert shares == pytest.approx({"reconstruction": 0.75, "outputs": 0.4}) and warning(shares) is None
    # A plain autoencoder's loss has no outputs.
    assert learned([row(1, 0.05, 0.0)], of_mean) == pytest.approx({"reconstruction": 0.75})
    assert learned([row(1, 0.05, 1.0)], {"reconstruction": 0.0, "outputs": 10.0}) == pytest.approx({"outputs": 0.9})


def test_a_generator_that_has_learned_nothing_is_warned_of():
    assert "next to nothing of the agent's outputs for them: " in warning({"reconstruction": 0.5, "outputs": -0.2})
    assert "nothing of the frames and of the agent's outputs" in warning({"reconstruction": 0.05, "outputs": 0.05})
    assert "smaller eta" in warning({"reconstruction": 0.0}) and warning({}) is None
