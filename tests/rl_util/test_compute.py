"""Attribution against Lucid's on the tests' agent, and its own properties."""

import concurrent.futures
import gc
import weakref

import numpy as np
import pytest

from tests.helpers.frozen import frozen_model
from tests.rl_util import lucid_results
from tests.rl_util.lucid_results import LAYERS, PairedChannels, node, observations, thinned
from understanding_rl_vision import rl_util
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.rl_util import sessions
from understanding_rl_vision.rl_util.compute import get_acts_without
from understanding_rl_vision.rl_util.sessions import model_session
from understanding_rl_vision.tensorflow1 import tf


@pytest.fixture(scope="module")
def ours(model, output_names):
    return dict(lucid_results.compute(rl_util, model, *output_names))


@pytest.fixture(scope="module")
def live(lucid, lucid_model, output_names):
    return dict(lucid_results.compute(lucid, lucid_model, *output_names))


def tolerance(name):
    return 1e-5 if name.startswith("acts") else 1e-4


def test_results_equal_those_that_lucid_stored(ours, stored):
    for name, array in ours.items():
        scale = np.abs(stored[name]).max()
        np.testing.assert_allclose(thinned(array), stored[name], rtol=0, atol=tolerance(name) * scale, err_msg=name)


def test_results_equal_lucids(ours, live):
    for name, array in live.items():
        assert ours[name].shape == array.shape
        np.testing.assert_allclose(ours[name], array, rtol=0, atol=tolerance(name) * np.abs(array).max(), err_msg=name)


def test_a_lucid_model_gives_the_same_as_ours(ours, lucid_model, output_names):
    attr = rl_util.get_attr(lucid_model, output_names[1], node("3a"), observations()[:4], integrate_steps=10)
    np.testing.assert_allclose(attr, ours["value 3a"], rtol=0, atol=1e-6)


def test_batches_do_not_change_results(model, output_names):
    obses = observations()[:5]
    options = {"integrate_steps": 3, "act_dir": lucid_results.logit_direction()}
    whole = rl_util.get_attr(model, output_names[0], node("3a"), obses, **options)
    parts = rl_util.get_attr(model, output_names[0], node("3a"), obses, batch_size=2, **options)
    np.testing.assert_allclose(parts, whole, rtol=0, atol=1e-5 * np.abs(whole).max())
    poses = np.array([[0, 1], [2, 3], [4, 5], [6, 7], [1, 1]])
    whole = rl_util.get_grad(model, node("4a"), obses, act_poses=poses)
    parts = rl_util.get_grad(model, node("4a"), obses, act_poses=poses, batch_size=2)
    np.testing.assert_allclose(parts, whole, rtol=0, atol=1e-5 * np.abs(whole).max())


@pytest.mark.parametrize("layer", LAYERS)
def test_attribution_sums_to_what_the_layer_adds_to_the_value(model, output_names, layer):
    value_name = output_names[1]
    obses = observations()[:8]
    added = rl_util.get_acts(model, value_name, obses) - get_acts_without(model, value_name, node(layer), obses)

    def gap(steps):
        attr = rl_util.get_attr(model, value_name, node(layer), obses, integrate_steps=steps)
        return np.abs(attr.sum(axis=(1, 2, 3)) - added).mean() / np.abs(added).mean()

    # A Riemann sum's error falls as 1 / steps: 10 points leave some percent, 200 next to nothing.
    assert gap(10) < 0.2
    assert gap(200) < 0.02
    assert gap(200) < 0.2 * gap(10)


def test_without_a_layer_what_goes_around_it_still_counts():
    with tf.Graph().as_default(), tf.Session() as session:
        images = tf.placeholder(tf.float32, (None, 4, 4, 3), name="images")
        hidden = tf.nn.relu(images * 3.0, name="hidden")
        tf.add(tf.reduce_sum(hidden, axis=[1, 2, 3]), 2.0, name="through")
        tf.add(tf.reduce_sum(hidden, axis=[1, 2, 3]), tf.reduce_sum(images, axis=[1, 2, 3]), name="around")
        model = rl_util.FrozenModel.from_bytes(
            rl_util.freeze_model(
                session,
                input_name="images",
                output_names=["through", "around"],
                image_shape=(4, 4, 3),
                image_value_range=(0, 1),
            )
        )
    obses = np.random.RandomState(0).rand(5, 4, 4, 3).astype(np.float32)
    np.testing.assert_allclose(get_acts_without(model, "through", "hidden", obses, batch_size=2), np.full(5, 2.0))
    np.testing.assert_allclose(
        get_acts_without(model, "around", "hidden", obses, batch_size=2), obses.sum(axis=(1, 2, 3)), rtol=1e-5
    )


def test_paths_end_at_the_activations_and_come_in_complementary_pairs(model):
    acts = rl_util.get_acts(model, node("2b"), observations()[:2])
    paths = list(rl_util.get_paths(acts, PairedChannels(), max_paths=None, integrate_steps=4))
    # Three ways to halve four features, each with its complement.
    assert len(paths) == 6
    for path in paths:
        np.testing.assert_allclose(path[-1], acts, atol=1e-5)
    straight = [alpha * acts for alpha in (0.25, 0.5, 0.75)]
    features = slice(0, 4)
    for first, second in zip(paths[::2], paths[1::2]):
        assert any(not np.allclose(a, b) for a, b in zip(first, second))
        for a, b, c in zip(first, second, straight):
            np.testing.assert_allclose(((a + b) / 2)[..., features], c[..., features], atol=1e-4)


@pytest.mark.parametrize("max_paths", [1, 2, 3, 5, 100])
def test_as_many_paths_as_asked_for(max_paths):
    acts = np.ones((1, 2, 2, 32), np.float32)
    paths = list(rl_util.get_paths(acts, PairedChannels(), max_paths=max_paths, integrate_steps=2))
    assert len(paths) == min(max_paths, 6)


def test_nothing_is_rebuilt_for_another_call(model, output_names):
    obses = observations()[:2]
    rl_util.get_attr(model, output_names[1], node("3a"), obses, integrate_steps=2)
    session = model_session(model)
    operations = len(session.graph.get_operations())
    rl_util.get_attr(model, output_names[1], node("3a"), obses, integrate_steps=5)
    rl_util.get_acts(model, node("3a"), obses)
    assert model_session(model) is session
    assert len(session.graph.get_operations()) == operations


def test_score_functions_made_anew_do_not_grow_the_graph_without_end(model_bytes, output_names, monkeypatch):
    monkeypatch.setattr(sessions, "MAX_BUILT_PER_GRAPH", 3)
    model = rl_util.FrozenModel.from_bytes(model_bytes)
    obses = observations()[:1]
    for _ in range(9):
        rl_util.get_grad(model, output_names[1], obses, score_fn=lambda t: 2 * t)
    assert len(model_session(model).built) <= 4


def test_a_session_that_is_replaced_goes_on_for_whoever_holds_it(model_bytes, output_names, monkeypatch):
    monkeypatch.setattr(sessions, "MAX_BUILT_PER_GRAPH", 0)
    model = rl_util.FrozenModel.from_bytes(model_bytes)
    held, obses = model_session(model), observations()[:2]
    rl_util.get_grad(model, output_names[1], obses)
    assert model_session(model) is not held
    value = held.tensor(output_names[1])
    np.testing.assert_array_equal(
        held.run(value, {held.images: obses}), rl_util.get_acts(model, output_names[1], obses)
    )
    # Nobody holds it any more.
    last = weakref.ref(held)
    del held, value
    gc.collect()
    assert last() is None


def test_threads_may_share_a_model_whose_sessions_are_replaced(model_bytes, output_names, monkeypatch):
    monkeypatch.setattr(sessions, "MAX_BUILT_PER_GRAPH", 1)
    model = rl_util.FrozenModel.from_bytes(model_bytes)
    obses, layers = observations()[:2], [node(layer) for layer in LAYERS]
    expected = [rl_util.get_attr(model, output_names[1], layer, obses) for layer in layers]
    with concurrent.futures.ThreadPoolExecutor(len(layers)) as threads:
        found = list(threads.map(lambda layer: rl_util.get_attr(model, output_names[1], layer, obses), 3 * layers))
    for i, array in enumerate(found):
        np.testing.assert_allclose(array, expected[i % len(layers)], atol=1e-6 * np.abs(array).max())


def max_pool_model():
    """The sum of a 2x2 max pooling as a frozen model."""

    def build(images):
        pooled = tf.nn.max_pool(images, ksize=[1, 2, 2, 1], strides=[1, 2, 2, 1], padding="SAME")
        tf.reduce_sum(pooled, axis=[1, 2, 3], name="score")

    return frozen_model((4, 4, 1), ["score"], build)


def test_maxpool_override_spreads_the_gradient():
    model = max_pool_model()
    images = np.array([1, 0.5, 0.25, 0.25]).reshape(1, 2, 2, 1).repeat(2, axis=1).repeat(2, axis=2)
    images = images.astype(np.float32)
    images[0, 0, 0] = 1.1
    plain = rl_util.get_grad(model, "score", images)
    smooth = rl_util.get_grad(model, "score", images, override=rl_util.maxpool_override())
    assert np.count_nonzero(plain) == 4
    # d/dx of mean(x^2) / (0.01 + mean(|x|)) within each window.
    windows = images.reshape(2, 2, 2, 2).transpose(0, 2, 1, 3).reshape(4, 4)
    mean_square, mean = (windows**2).mean(axis=1), 0.01 + windows.mean(axis=1)
    expected = (windows / 2) / mean[:, None] - (mean_square / mean**2)[:, None] / 4
    expected = expected.reshape(2, 2, 2, 2).transpose(0, 2, 1, 3).reshape(1, 4, 4, 1)
    np.testing.assert_allclose(smooth, expected, atol=1e-5)
    np.testing.assert_array_equal(rl_util.get_grad(model, "score", images), plain)


def test_bad_input_is_named(model, output_names):
    obses = observations()[:1]
    with pytest.raises(InputError, match="no node named 'nowhere'"):
        rl_util.get_acts(model, "nowhere", obses)
    with pytest.raises(InputError, match="does not depend on"):
        rl_util.get_attr(model, node("2b"), node("3a"), obses)
    with pytest.raises(InputError, match="batch axis"):
        rl_util.get_grad(model, output_names[1], obses, score_fn=tf.reduce_sum)
    with pytest.raises(InputError, match="'grad' and 'attr'"):
        rl_util.get_grad_or_attr(model, output_names[1], None, obses, grad_or_attr="both")
    with pytest.raises(InputError, match="integrate_steps=0 given; a whole number from 1"):
        rl_util.get_attr(model, output_names[1], node("3a"), obses, integrate_steps=0)
