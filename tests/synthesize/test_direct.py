import numpy as np

from tests.synthesize.tiny import ACTIONS, linear_agent
from understanding_rl_vision.synthesize.direct import Preimages
from understanding_rl_vision.synthesize.picture_agent import PictureAgent
from understanding_rl_vision.synthesize.targets import make_targets


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


def test_total_variation_smooths_and_leaves_something_to_see(model):
    """On the tests' agent: a weight that is too large leaves grey, one too small leaves noise."""
    (target,) = make_targets("value-", num_actions=15)
    preimages = Preimages(PictureAgent(model), target)
    options = {"count": 1, "step_size": 0.02, "seed": 0}
    _, start = preimages.maximise((), steps=0, **options)
    plain, most = preimages.maximise((), steps=60, **options)
    smooth, reached = preimages.maximise(("total variation",), steps=60, **options)
    assert roughness(smooth) < 0.5 * roughness(plain)
    assert smooth.std() > 0.1
    assert reached - start > 0.5 * (most - start)
