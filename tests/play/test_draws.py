import numpy as np
import pytest

from understanding_rl_vision.play.draws import draw_actions


@pytest.mark.parametrize("probabilities", [[0.2, 0.5, 0.3], [0.0, 0.0, 1.0]])
def test_draw_actions_draws_from_the_softmax_of_the_logits(probabilities):
    with np.errstate(divide="ignore"):
        logits = np.log(np.tile(probabilities, (20000, 1)))
    actions = draw_actions(logits, np.random.RandomState(0))
    frequencies = np.bincount(actions, minlength=3) / len(actions)
    np.testing.assert_allclose(frequencies, probabilities, atol=0.015)
