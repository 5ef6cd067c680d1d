import numpy as np

from tests.synthesis.tiny import ACTIONS, linear_agent
from understanding_rl_vision.synthesis.direct import Preimages
from understanding_rl_vision.synthesis.targets import make_targets


def roughness(images):
    return np.abs(np.diff(images, axis=1)).mean() + np.abs(np.diff(images, axis=2)).mean()


def test_pixels_go_where_the_target_grows():
    agent, weights, _ = linear_agent()
    (target,) = make_targets("action:1", num_actions=ACTIONS)
    preimages = Preimages(agent, target)
    options = {"count": 2, "steps": 80, "step_size": 0.02, "seed": 0}
    images, objectives = preimages.maximise((), **options)
    np.testing.assert_array_equal(images, np.broadcast_to(weights[..., 1] > 0, images.shape))
    np.testing.assert_allclose(objectives, np.maximum(weights[..., 1], 0).sum(), rtol=1e-4)
    for regulariser in ("blur", "jitter"):
        regularised, less = preimages.maximise((regulariser,), **options)
        assert less.max() < objectives.min()
    assert roughness(preimages.maximise(("blur",), **options)[0]) < 0.7 * roughness(images)


def test_total_variation_smooths_what_matters_little(monkeypatch):
    monkeypatch.setattr("understanding_rl_vision.synthesis.direct.TOTAL_VARIATION", 10.0)
    agent, _, _ = linear_agent()
    (target,) = make_targets("action:1", num_actions=ACTIONS)
    preimages = Preimages(agent, target)
    options = {"count": 1, "steps": 60, "step_size": 0.02, "seed": 0}
    plain, smooth = (roughness(preimages.maximise(names, **options)[0]) for names in ((), ("total variation",)))
    assert smooth < 0.3 * plain
