"""Attribution of many outputs and layers at once, and its short way."""

import numpy as np
import pytest

from tests.helpers.frozen import frozen_model
from tests.rl_util.lucid_results import LAYERS, logit_direction, node, observations
from understanding_rl_vision import rl_util
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.rl_util.sessions import model_session
from understanding_rl_vision.rl_util.straight_path import stretch_above
from understanding_rl_vision.tensorflow1 import building, tf


@pytest.fixture(scope="module")
def outputs(output_names):
    return [(output_names[1], None), (output_names[0], logit_direction())]


def assert_close_for_the_short_way(short, exact):
    difference = np.abs(short - exact)
    assert difference.max() <= 2e-3 * np.abs(exact).max()
    assert difference.sum() <= 2e-4 * np.abs(exact).sum()


@pytest.mark.parametrize("exact", [True, False])
def test_each_attribution_is_that_of_one_output_and_layer(model, outputs, exact):
    obses = observations()[:6]
    together = rl_util.get_attrs(
        model, outputs, [node(layer) for layer in LAYERS], obses, integrate_steps=10, exact=exact, batch_size=4
    )
    assert list(together) == [node(layer) for layer in LAYERS]
    for layer, arrays in together.items():
        for (output, act_dir), array in zip(outputs, arrays):
            alone = rl_util.get_attr(model, output, layer, obses, act_dir=act_dir, integrate_steps=10)
            if exact:
                np.testing.assert_allclose(array, alone, atol=1e-5 * np.abs(alone).max())
            else:
                assert_close_for_the_short_way(array, alone)


def test_the_short_way_is_taken_where_a_convolution_follows(model):
    session = model_session(model)
    found = {}
    for layer in LAYERS:
        with session.graph.as_default():
            found[layer] = stretch_above(session.tensor(node(layer)), 10)
    ends = {layer: stretch and stretch.end.op.name.split("/")[-3] for layer, stretch in found.items()}
    assert ends == {"1a": "2a", "2a": "2b", "2b": "3a", "3a": "4a", "4a": None}
    # Between 2a and 2b there is no pooling, so all of it scales.
    assert [layer for layer in LAYERS if found[layer] and found[layer].offset is None] == ["2a"]


@pytest.mark.parametrize("steps", [1, 30])
def test_the_short_way_takes_any_number_of_points(model, outputs, steps):
    exact, short = (
        rl_util.get_attrs(
            model, outputs[:1], [node("2b")], observations()[:2], integrate_steps=steps, exact=exact, batch_size=1
        )[node("2b")]
        for exact in (True, False)
    )
    assert_close_for_the_short_way(short, exact)


def test_by_default_it_is_what_get_attr_gives_by_default(model, outputs):
    ((together,),) = rl_util.get_attrs(model, outputs[:1], [node("3a")], observations()[:2]).values()
    alone = rl_util.get_attr(model, outputs[0][0], node("3a"), observations()[:2])
    np.testing.assert_allclose(together, alone, atol=1e-5 * np.abs(alone).max())


@pytest.mark.parametrize("exact", [True, False])
def test_what_cannot_be_attributed_is_named(model, outputs, exact):
    obses = observations()[:1]
    with pytest.raises(InputError, match="no node named 'nothing'"):
        rl_util.get_attrs(model, [("nothing", None)], [node("2a")], obses, exact=exact)
    with pytest.raises(InputError, match="'{}' does not depend on '{}'".format(node("2a"), node("3a"))):
        rl_util.get_attrs(model, outputs + [(node("2a"), None)], [node("3a")], obses, exact=exact)
    for steps in (0, -1, 2.5):
        with pytest.raises(InputError, match="integrate_steps={} given; a whole number from 1".format(steps)):
            rl_util.get_attrs(model, outputs, [node("3a")], obses, integrate_steps=steps, exact=exact)
        with pytest.raises(InputError, match="integrate_steps={} given".format(steps)):
            rl_util.get_attr(model, outputs[0][0], node("3a"), obses, integrate_steps=steps)


def test_an_output_within_the_stretch_is_computed_the_long_way(model):
    # The pooled activations, below the convolution that the short way ends with.
    pooled = "ppo2_model/pi/2b/Sqrt"
    exact, short = (
        rl_util.get_attr(model, pooled, node("2b"), observations()[:2], integrate_steps=3, exact=exact)
        for exact in (True, False)
    )
    np.testing.assert_allclose(short, exact, atol=1e-5 * np.abs(exact).max())


def model_with_pooling(pool, strides=(1, 1, 1, 1), padding="SAME", **options):
    """A layer with a pooling or a bypass between it and the next convolution, as a frozen model; options: of that."""

    def build(images):
        random = np.random.RandomState(0)
        first, second = (tf.constant(random.randn(3, 3, 3, 3).astype(np.float32)) for _ in range(2))
        layer = tf.nn.relu(tf.nn.conv2d(images - 0.5, first, strides=[1] * 4, padding="SAME"), name="layer")
        after = tf.nn.conv2d(pool(layer), second, strides=list(strides), padding=padding, **options)
        tf.reduce_sum(tf.nn.relu(after - 0.3), axis=[1, 2, 3], name="score")

    return frozen_model((8, 8, 3), ["score"], build)


WINDOW = {"ksize": [1, 2, 2, 1], "strides": [1, 2, 2, 1], "padding": "SAME"}
OTHER_POOLINGS = {
    "max": lambda layer: tf.nn.max_pool(layer, **WINDOW),
    "cubes": lambda layer: tf.sqrt(tf.nn.avg_pool(layer**3, **WINDOW) + 1e-8),
    "no epsilon": lambda layer: tf.sqrt(tf.nn.avg_pool(layer**2, **WINDOW)),
    "bypass": lambda layer: tf.nn.relu(layer - 0.2) + layer,
    "varying shift": lambda layer: tf.sqrt(
        tf.nn.avg_pool(layer**2, **WINDOW) + tf.reduce_mean(layer, axis=[1, 2, 3], keepdims=True) + 0.1
    ),
}


@pytest.mark.parametrize("name", list(OTHER_POOLINGS))
def test_other_forms_are_computed_the_long_way(name):
    model = model_with_pooling(OTHER_POOLINGS[name])
    obses = np.random.RandomState(1).rand(3, 8, 8, 3).astype(np.float32)
    with model_session(model).graph.as_default():
        assert stretch_above(model_session(model).tensor("layer"), 5) is None
    short = rl_util.get_attr(model, "score", "layer", obses, integrate_steps=5, exact=False)
    exact = rl_util.get_attr(model, "score", "layer", obses, integrate_steps=5)
    np.testing.assert_allclose(short, exact, atol=1e-5)


OTHER_CONVOLUTIONS = {
    "dilated": {"dilations": [1, 2, 2, 1]},
    "explicitly padded": {"padding": [[0, 0], [2, 0], [1, 3], [0, 0]]},
    "strided": {"strides": [1, 2, 2, 1], "padding": "VALID"},
}


@pytest.mark.parametrize("name", list(OTHER_CONVOLUTIONS))
@pytest.mark.parametrize("steps", [1, 5])
def test_the_short_way_leads_through_any_convolution(name, steps):
    def l2(layer):
        return tf.sqrt(tf.nn.avg_pool(layer**2, **WINDOW) + 1e-8)

    session = model_session(model_with_pooling(l2, **OTHER_CONVOLUTIONS[name]))
    obses = np.random.RandomState(1).rand(3, 8, 8, 3).astype(np.float32)
    layer = session.tensor("layer")
    with building(session.graph):
        end, offset, slope = stretch_above(layer, steps)
        points = [slope * t + (0 if offset is None else offset) for t in (1 / steps, 1)]
    acts = session.run(layer, {session.images: obses})
    for t, point in zip((1 / steps, 1), points):
        expected = session.run(end, {layer: np.float32(t) * acts})
        found = session.run(point, {session.images: obses})
        np.testing.assert_allclose(found, expected, atol=1e-4 * np.abs(expected).max())


@pytest.mark.parametrize("layer", ["1a", "2b"])
def test_directions_of_sampled_rows_are_those_of_all(model, output_names, layer):
    options = {"features": 8, "attr_layer_name": output_names[1], "batch_size": 8}
    every = rl_util.LayerNMF(model, node(layer), observations(), **options)
    rows = 2 * observations().shape[0] * np.prod(every.acts_reduced.shape[1:3])
    sampled = rl_util.LayerNMF(model, node(layer), observations(), max_rows=int(rows // 2), **options)
    directions = [nmf.channel_dirs / np.linalg.norm(nmf.channel_dirs, axis=1)[:, None] for nmf in (every, sampled)]
    assert np.einsum("kc,kc->k", *directions).min() >= 0.999
