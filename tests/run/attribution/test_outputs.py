import numpy as np
import pytest

from tests.rl_util.lucid_results import node, observations
from understanding_rl_vision import rl_util
from understanding_rl_vision.agents.architectures import POLICY_LOGITS_NAME, VALUE_FUNCTION_NAME
from understanding_rl_vision.rl_util.nmf import Directions
from understanding_rl_vision.run.attribution.outputs import (
    TAKEN,
    VALUE,
    Agent,
    Output,
    agent_outputs,
    baseline,
    output_values,
    raw_attributions,
    reduced,
    unreduced,
)

GROUPS = [[0, 2], [1, 2, 14]]


@pytest.fixture(scope="module")
def agent(model):
    return Agent(model, POLICY_LOGITS_NAME, VALUE_FUNCTION_NAME, 15)


@pytest.fixture(scope="module")
def directions():
    random = np.random.RandomState(0)
    return Directions(random.rand(4, 32) * (random.rand(4, 32) < 0.4), 4)


def test_outputs_are_the_value_every_logit_and_every_group():
    assert agent_outputs(3, GROUPS, False) == [VALUE]
    outputs = agent_outputs(3, [[0, 2]], True)
    names = [output.name for output in outputs]
    assert names == ["v", "action_taken", "action_0", "action_1", "action_2", "action_group_0"]
    assert [output.data for output in outputs] == [None, None, 0, 1, 2, [0, 2]]


def test_the_number_of_a_group_is_the_sum_of_its_logits():
    values, logits = np.array([7.0, 8]), np.array([[1.0, 2, 3], [4, 5, 6]])
    outputs = agent_outputs(3, [[0, 2]], True)
    numbers = [output_values(output, values, logits, np.array([2, 0])).tolist() for output in outputs]
    assert numbers == [[7, 8], [3, 4], [1, 4], [2, 5], [3, 6], [4, 10]]


@pytest.mark.parametrize("layer, max_paths", [(node("3a"), None), (node("3a"), 2), (None, None)])
def test_attribution_of_a_group_is_the_sum_of_its_logits(agent, directions, layer, max_paths):
    outputs = [output for output in agent_outputs(15, GROUPS, True) if output != TAKEN]
    options = {"integrate_steps": 2, "exact": False, "batch_size": 64, "directions": directions}
    arrays = raw_attributions(agent, outputs, layer, observations()[:2], max_paths=max_paths, **options)
    found = {output.name: array for output, array in zip(outputs, arrays)}
    assert found["v"].shape == (2,) + ((64, 64, 3) if layer is None else (16, 16, 32))
    expected = found["action_1"] + found["action_2"] + found["action_14"]
    np.testing.assert_allclose(found["action_group_1"], expected, rtol=0, atol=1e-6 * np.abs(expected).max())
    assert np.abs(found["action_1"] - found["action_2"]).max() > 1e-3 * np.abs(expected).max()


def test_attribution_of_the_value_is_that_of_rl_util(agent):
    options = {"integrate_steps": 3, "exact": True, "batch_size": 2}
    (found,) = raw_attributions(agent, [VALUE], node("4a"), observations()[:3], **options)
    expected = rl_util.get_attr(agent.model, VALUE_FUNCTION_NAME, node("4a"), observations()[:3], integrate_steps=3)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-6 * np.abs(expected).max())


def test_of_the_input_the_gradient_is_taken(agent):
    options = {"integrate_steps": 3, "exact": True, "batch_size": 2}
    (found,) = raw_attributions(agent, [Output("action", 3, "action_3")], None, observations()[:2], **options)
    expected = rl_util.get_grad(agent.model, POLICY_LOGITS_NAME, observations()[:2], act_dir=np.eye(15)[3])
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-6 * np.abs(expected).max())


def test_the_baseline_of_a_group_is_the_sum_of_its_logits_baselines(agent):
    outputs = [Output("action", i, "") for i in (1, 2, 14)] + [Output("action_group", [1, 2, 14], "")]
    *logits, group = (baseline(agent, one, node("4a"), observations()[:2], batch_size=64) for one in outputs)
    np.testing.assert_allclose(group, sum(logits), atol=1e-5)
    # With nothing left of the layer, all observations look alike.
    np.testing.assert_allclose(group[0], group[1], atol=1e-5)


def test_channels_and_residual_sum_to_the_attribution(directions):
    attribution = np.random.RandomState(1).randn(3, 4, 5, 32).astype(np.float32)
    channels, residual, totals = reduced(attribution, directions)
    assert channels.shape == (3, 4, 5, 4) and residual.shape == (3, 4, 5)
    np.testing.assert_allclose(channels.sum(axis=-1) + residual, attribution.sum(axis=-1), atol=1e-4)
    np.testing.assert_allclose(totals, attribution.sum(axis=(1, 2, 3)), rtol=1e-4)
    # The signed parts are taken apart, each on its own.
    coordinates = directions.transform(np.maximum(attribution, 0)) - directions.transform(np.maximum(-attribution, 0))
    np.testing.assert_allclose(channels, coordinates * directions.channel_dirs.sum(axis=1), rtol=1e-5)


def test_what_lies_along_the_directions_leaves_no_residual(directions):
    coordinates = np.random.RandomState(1).rand(2, 3, 3, 4)
    channels, residual, _ = reduced(-directions.inverse_transform(coordinates), directions)
    np.testing.assert_allclose(channels, -coordinates * directions.channel_dirs.sum(axis=1), atol=1e-3)
    np.testing.assert_allclose(residual, 0, atol=1e-3)


def test_the_input_layer_is_not_reduced():
    gradient = np.random.RandomState(0).randn(2, 3, 3, 3)
    channels, residual, totals = unreduced(gradient)
    assert channels is gradient and not residual.any()
    np.testing.assert_allclose(totals, gradient.sum(axis=(1, 2, 3)))
