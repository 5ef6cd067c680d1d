"""Feature visualisation by gradient: against Lucid's render_vis, and on networks whose optimum is known."""

import json

import numpy as np
import pytest

from tests.helpers.frozen import frozen_model
from tests.helpers.interfaces import tiny_data
from tests.rl_util import lucid_visualised
from tests.rl_util.lucid_results import node
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.rl_util import FrozenModel, LayerNMF, get_acts, jitter, objectives, random_scale
from understanding_rl_vision.rl_util.feature_visualisation import maximise, mean_scores
from understanding_rl_vision.tensorflow1 import tf

LAYER = "pi/2a/Relu"
VECTORS = np.array([[1, 0, 0, 2, 0, 0, 0, 0], [0, 0, 0, 0, 0, 1, 0, 1], [0, 0, 1, 0, 0, 0, 0, 0]], np.float32)
SEED, NUMBERS = 3, [0, 1, 2]
LUCID_STEPS = 17
SEEDS = [[SEED, number] for number in NUMBERS]


@pytest.fixture(scope="module")
def tiny():
    return FrozenModel.from_bytes(tiny_data()["model_bytes"])


@pytest.fixture(scope="module")
def lucid_tiny(lucid, tmp_path_factory):
    from lucid.modelzoo.vision_base import Model

    path = tmp_path_factory.mktemp("lucid") / "tiny.model.pb"
    path.write_bytes(tiny_data()["model_bytes"])
    return Model.load(str(path))


def neurons(vectors=VECTORS):
    return objectives.weighted_sum([(1, objectives.neuron(LAYER, vectors))])


@pytest.mark.parametrize("layer", sorted(lucid_visualised.NEURONS))
def test_neurons_are_activated_as_strongly_as_by_lucid(model, layer):
    """With jitter, whose draws differ: within 5 %."""
    channels, count, pixels = lucid_visualised.NEURONS[layer]
    objective = objectives.neuron(node(layer), lucid_visualised.directions(channels, count))
    made = maximise(
        model,
        objectives.weighted_sum([(1, objective)]),
        channels,
        seed=1,
        transforms=[jitter(pixels)],
        steps=lucid_visualised.STEPS,
    )
    theirs = json.loads(lucid_visualised.STORED.read_text())[layer]
    assert lucid_visualised.mean_activation(model, layer, made) == pytest.approx(theirs, rel=0.05)


def test_images_equal_those_of_lucid(tiny, lucid_tiny):
    """Without draws, in the steps in which it redirects gradients too, with every penalty, and with references."""
    from lucid.optvis import objectives as lucid_objectives
    from lucid.optvis import transform

    parts = [lucid_objectives.direction_neuron(LAYER, vector, batch=i) for i, vector in enumerate(VECTORS)]
    theirs = lucid_visualised.render(
        lucid_tiny, lucid_objectives.Objective.sum(parts), SEEDS, [transform.random_scale([1.3])], steps=LUCID_STEPS
    )
    ours = maximise(tiny, neurons(), NUMBERS, seed=SEED, transforms=[random_scale([1.3])], steps=LUCID_STEPS)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-4)

    theirs = lucid_visualised.render(
        lucid_tiny, lucid_visualised.lucid_penalised(LAYER, VECTORS), SEEDS, [], steps=LUCID_STEPS
    )
    ours = maximise(tiny, lucid_visualised.penalised(LAYER, VECTORS), NUMBERS, seed=SEED, steps=LUCID_STEPS)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-4)

    references = np.random.RandomState(0).rand(3, 8, 8, 3).astype(np.float32)
    products = lucid_objectives.Objective(lambda T: lucid_visualised.summed(T(LAYER)[:3] * T(LAYER)[3:]) / (4 * 4))
    theirs = lucid_visualised.render(lucid_tiny, products, SEEDS, [], steps=LUCID_STEPS, references=references)
    objective = objectives.weighted_sum([(1, objectives.caricature(LAYER))])
    ours = maximise(tiny, objective, NUMBERS, seed=SEED, references=references, steps=LUCID_STEPS)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-4)


def test_an_image_does_not_depend_on_those_that_it_is_made_with(tiny):
    options = {"transforms": [jitter(2)], "steps": 6}
    made = maximise(tiny, neurons(), NUMBERS, **options)
    assert made.shape == (3, 8, 8, 3) and made.min() >= 0 and made.max() <= 1
    np.testing.assert_array_equal(maximise(tiny, neurons(), NUMBERS, **options), made)
    fewer = maximise(tiny, neurons(VECTORS[1:]), NUMBERS[1:], **options)
    np.testing.assert_allclose(fewer, made[1:], rtol=0, atol=1e-5)
    assert np.abs(maximise(tiny, neurons(), NUMBERS, seed=4, **options) - made).max() > 0.01


def linear_model(bias):
    """A ReLU after the mean of red minus that of blue, and a dense layer that takes 6 x 6 pixels only."""
    weights = np.zeros((1, 1, 3, 1), np.float32)
    weights[0, 0, :, 0] = 1, 0, -1

    def build(images):
        layer = tf.nn.relu(tf.nn.conv2d(images, weights, [1, 1, 1, 1], "SAME") + bias, name="layer")
        tf.matmul(tf.reshape(layer, (-1, 36)), tf.ones((36, 2)), name="dense")

    return frozen_model((6, 6, 3), ["dense"], build)


def redness(image):
    return image[..., 0].mean() - image[..., 2].mean()


def test_red_is_found_where_red_is_looked_for():
    """Jitter makes images that the dense layer could not take."""
    objective = objectives.weighted_sum([(1, objectives.channel("layer", np.ones((1, 1), np.float32)))])
    (image,) = maximise(linear_model(bias=1), objective, [0], transforms=[jitter(2)], steps=200)
    assert redness(image) > 0.2
    # Behind a ReLU that noise does not activate, nothing would tell the way if gradients were not redirected.
    dead = linear_model(bias=-0.5)
    begun, made = (maximise(dead, objective, [0], steps=steps) for steps in (0, 17))
    assert get_acts(dead, "layer", begun).max() == 0
    assert redness(made) > redness(begun) + 0.01


def test_noise_that_leaves_all_at_zero_is_drawn_stronger():
    """Behind L2 pooling of what is zero there is no gradient, which redirection would find."""

    def build(images):
        faint = tf.nn.relu(images - 0.8)
        pooled = tf.sqrt(tf.nn.avg_pool(faint**2, [1, 2, 2, 1], [1, 2, 2, 1], "VALID") + 1e-8)
        tf.nn.relu(pooled, name="layer")

    model = frozen_model((8, 8, 3), ["layer"], build)
    objective = objectives.weighted_sum([(1, objectives.channel("layer", np.eye(3, dtype=np.float32)))])
    made = maximise(model, objective, [0, 1, 2], steps=30)
    assert (get_acts(model, "layer", made).max(axis=(1, 2, 3)) > 0.01).all()


def test_scores_are_the_mean_over_the_transforms():
    model = linear_model(bias=0)
    images = np.zeros((2, 6, 6, 3), np.float32)
    images[0, :, :3, 0] = 1
    images[1, :, :, 0] = 0.5
    objective = objectives.channel("layer", np.ones((2, 1), np.float32))
    np.testing.assert_allclose(mean_scores(model, objective, images), [0.5, 0.5], atol=1e-6)
    # Shifted by 0, 1 or 2 columns of which 4 are left: 3, 2 or 1 of them are red.
    scores = mean_scores(model, objective, images, transforms=[jitter(2)], draws=400)
    np.testing.assert_allclose(scores, [0.5, 0.5], atol=0.03)
    images[0, :, 3:, 0] = 0
    images[0, :, :1, 0] = 0
    assert mean_scores(model, objective, images, transforms=[jitter(2)], draws=400)[0] == pytest.approx(0.417, abs=0.03)


def test_vis_traditional_has_lucids_result_and_takes_any_features(model):
    observations = np.random.RandomState(0).rand(2, 64, 64, 3).astype(np.float32)
    channels = LayerNMF(model, node("1a"), observations, features=None)
    both = channels.vis_traditional([3, 5], steps=4)
    assert both.shape == (2, 64, 64, 3) and both.dtype == np.float32
    # Each image activates its own neuron in the centre more than the other one does.
    centre = get_acts(model, node("1a"), both)[:, 32, 32, [3, 5]]
    assert (centre.argmax(axis=0) == [0, 1]).all()
    np.testing.assert_allclose(channels.vis_traditional(5, steps=4), both[1:], rtol=0, atol=1e-5)
    wobbling = channels.vis_traditional([3, 5], steps=4, transforms=[jitter(2)])
    np.testing.assert_allclose(wobbling, both, rtol=0, atol=1e-5)
    weaker = channels.vis_traditional([3, 5], steps=4, l2_coeff=10.0, l2_layer_name=node("1a"))
    assert (get_acts(model, node("1a"), weaker) ** 2).sum() < (get_acts(model, node("1a"), both) ** 2).sum()
    with pytest.raises(InputError, match="l2_coeff=0.5 given without l2_layer_name"):
        channels.vis_traditional(2, l2_coeff=0.5)
