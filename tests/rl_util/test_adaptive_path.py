"""The rule 'adaptive': attribution that adds up to what it explains."""

import numpy as np
import pytest

from tests.helpers.frozen import frozen_model
from tests.rl_util.lucid_results import logit_direction, node, observations
from understanding_rl_vision import rl_util
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.rl_util import adaptive_path
from understanding_rl_vision.rl_util.adaptive_path import Parts, cut, first_points, to_cut
from understanding_rl_vision.rl_util.compute import get_acts_without
from understanding_rl_vision.tensorflow1 import tf

STEPS = 20


def explained(model, output, layer, obses, act_dir=None):
    """F(x) - F(0) of each observation."""
    weights = 1 if act_dir is None else act_dir
    parts = [rl_util.get_acts(model, output, obses), get_acts_without(model, output, layer, obses)]
    numbers, zeroed = ((part * weights).reshape(len(obses), -1).sum(axis=1) for part in parts)
    return numbers - zeroed


@pytest.mark.parametrize("layer, exact", [("2b", False), ("3a", True)])
def test_attribution_adds_up(model, output_names, layer, exact):
    obses, options = observations()[:6], {"exact": exact}
    outputs = [(output_names[1], None), (output_names[0], logit_direction())]
    arrays = rl_util.get_attrs(
        model, outputs, [node(layer)], obses, integrate_steps=STEPS, rule="adaptive", batch_size=3, **options
    )[node(layer)]
    for (output, act_dir), array in zip(outputs, arrays):
        expected = explained(model, output, node(layer), obses, act_dir)
        # The short way misses a little more.
        assert (np.abs(array.sum(axis=(1, 2, 3)) - expected) <= 0.105 * np.abs(expected) + 1e-4).all()
        alone = rl_util.get_attr(
            model, output, node(layer), obses, act_dir=act_dir, integrate_steps=STEPS, rule="adaptive", **options
        )
        np.testing.assert_allclose(array, alone, atol=2e-3 * np.abs(alone).max())


def test_it_is_nearer_to_the_integral_than_evenly_spaced_points_everywhere(model, output_names):
    def attribution(steps, rule):
        options = {"integrate_steps": steps, "rule": rule, "exact": False}
        return rl_util.get_attr(model, output_names[1], node("3a"), observations()[:2], **options)

    integral = attribution(300, "right")
    errors = [np.abs(attribution(*given) - integral).sum() for given in ((STEPS, "adaptive"), (10, "right"))]
    assert errors[0] < 0.5 * errors[1]


def one_kink(images):
    """A score that is flat up to a kink: its images above the sum 1."""
    layer = tf.nn.relu(images, name="layer")
    sums = tf.reduce_sum(layer * np.array([1, 2, 0], np.float32), axis=[1, 2, 3])
    tf.nn.relu(sums - 1, name="score")


@pytest.mark.parametrize("steps", [1, 2, 7])
def test_one_kink_is_found_exactly(steps):
    obses = np.random.RandomState(0).rand(3, 4, 4, 3).astype(np.float32)
    found = rl_util.get_attr(
        frozen_model((4, 4, 3), ["score"], one_kink), "score", "layer", obses, integrate_steps=steps, rule="adaptive"
    )
    products = obses * np.array([1, 2, 0])
    sums = products.sum(axis=(1, 2, 3), keepdims=True)
    np.testing.assert_allclose(found, products * (sums - 1) / sums, rtol=1e-4, atol=1e-6)


def test_a_tenth_of_what_an_output_grows_by_may_be_missing(model, output_names, monkeypatch):
    allowed = []
    monkeypatch.setattr(adaptive_path, "to_cut", lambda _, limits: allowed.append(limits) or np.array([], int))
    rl_util.get_attr(model, output_names[1], node("3a"), observations()[:3], integrate_steps=2, rule="adaptive")
    (found,) = allowed
    expected = np.abs(explained(model, output_names[1], node("3a"), observations()[:3]))
    np.testing.assert_allclose(found, 0.1 * expected, rtol=1e-3)


def test_what_parts_miss_is_what_is_missing_also_of_pieces(model, output_names, monkeypatch):
    seen = []

    def cut_once(parts, _):
        seen.append(parts)
        return np.arange(len(parts.row)) if len(seen) == 1 else np.array([], int)

    monkeypatch.setattr(adaptive_path, "to_cut", cut_once)
    obses = observations()[:3]
    found = rl_util.get_attr(model, output_names[1], node("3a"), obses, integrate_steps=3, rule="adaptive")
    expected = explained(model, output_names[1], node("3a"), obses)
    assert [len(parts.row) for parts in seen] == [9, 36]
    missing = np.bincount(seen[1].row, seen[1].missed)
    np.testing.assert_allclose(missing, expected - found.sum(axis=(1, 2, 3)), atol=1e-4 * np.abs(expected).max())
    assert np.abs(seen[1].missed).max() < np.abs(seen[0].missed).max()


def test_cutting_parts_is_as_good_as_taking_small_ones_at_once(model, output_names, monkeypatch):
    def attribution(steps, rounds):
        monkeypatch.setattr(adaptive_path, "ROUNDS", rounds)
        options = {"integrate_steps": steps, "rule": "adaptive"}
        return rl_util.get_attr(model, output_names[1], node("3a"), observations()[:3], **options)

    monkeypatch.setattr(adaptive_path, "to_cut", lambda parts, _: np.arange(len(parts.row)))
    coarse, cut_once, fine = attribution(5, 0), attribution(5, 1), attribution(20, 0)
    np.testing.assert_allclose(cut_once, fine, atol=1e-4 * np.abs(fine).max())
    assert np.abs(coarse - fine).max() > 1e-2 * np.abs(fine).max()


def parts_of(row, missed):
    points = first_points(len(missed))
    return Parts(np.full(len(missed), row), points[:-1], points[1:], np.array(missed, float), np.zeros(len(missed)))


def test_parts_are_cut_that_miss_most_where_all_miss_too_much():
    rows = [parts_of(0, [0.5, -0.4, 0.1]), parts_of(1, [0.01, 3, -0.02]), parts_of(2, [1.0] * 6)]
    parts = Parts(*map(np.concatenate, zip(*rows)))
    # The first adds up to 0.2, as is allowed; of the last as many as are cut at most.
    assert to_cut(parts, np.array([0.21, 0.2, 0.2])).tolist() == [4, 6, 7, 8, 9]
    assert to_cut(parts, np.array([0.19, 9, 9])).tolist() == [0, 1, 2]
    assert to_cut(parts, np.full(3, 9)).tolist() == []


def test_pieces_share_a_part_evenly_in_square_roots():
    points = cut(parts_of(0, [1.0, 1]))
    np.testing.assert_allclose(np.sqrt(points), [[0, 0.5], [0.125, 0.625], [0.25, 0.75], [0.375, 0.875], [0.5, 1]])
    assert first_points(2).tolist() == [0, 0.25, 1]


def test_what_is_no_rule_is_named(model, output_names):
    with pytest.raises(InputError, match="rule='left' given; 'right' and 'adaptive'"):
        rl_util.get_attrs(model, [(output_names[1], None)], [node("3a")], observations()[:1], rule="left")
    with pytest.raises(InputError, match="integrate_steps=0 given"):
        options = {"rule": "adaptive", "integrate_steps": 0}
        rl_util.get_attr(model, output_names[1], node("3a"), observations()[:1], **options)
    with pytest.raises(InputError, match="does not depend on"):
        rl_util.get_attr(model, node("2a"), node("3a"), observations()[:1], rule="adaptive")
