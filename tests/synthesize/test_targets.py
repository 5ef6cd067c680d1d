import numpy as np
import pytest

from tests.synthesize.tiny import ACTIONS, SIZE, linear_agent
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.synthesize.picture_agent import Outputs
from understanding_rl_vision.synthesize.targets import make_targets, objective
from understanding_rl_vision.tensorflow1 import tf

COMBOS = [(), ("LEFT",), ("RIGHT",), ("RIGHT", "UP")]
PICTURES = np.random.RandomState(0).rand(3, SIZE, SIZE, 3)


def target(given, **options):
    (made,) = make_targets(given, num_actions=ACTIONS, action_combos=COMBOS, **options)
    return made


def values_and_gradients(agent, made):
    with tf.Graph().as_default(), tf.Session() as session:
        images = tf.constant(PICTURES, tf.float32)
        values = objective(made, agent.tensors(images, "agent"))
        return session.run([values, tf.gradients(values, images)[0]])


# Of which logit the gradient has the sign, by rank: the largest is -1, the least 0. All: every one.
SHARP = {
    "T-": {-1: -1},
    "T+": {0: 1},
    "T+-": {-1: 1, 0: -1},
    "S+": {"all": 1},
    "S-": {"all": -1},
    "action:2": {"2": 1},
    "action:RIGHT+UP": {"3": 1},
}


@pytest.mark.parametrize("name", list(SHARP))
def test_gradients_of_targets_have_the_right_sign_on_a_linear_agent(name):
    agent, weights, _ = linear_agent()
    # So sharp that the soft maximum is the maximum.
    _, gradients = values_and_gradients(agent, target(name, beta=100.0))
    ranks = np.argsort(np.tensordot(PICTURES, weights, 3), axis=1)
    for gradient, rank in zip(gradients, ranks):
        signs = np.zeros(ACTIONS)
        for which, sign in SHARP[name].items():
            signs[slice(None) if which == "all" else int(which) if isinstance(which, str) else rank[which]] = sign
        np.testing.assert_allclose(gradient, weights @ signs, atol=1e-3)


@pytest.mark.parametrize("name, sign", [("value+", 1), ("value-", -1)])
def test_the_value_is_sought_high_or_low(name, sign):
    agent, _, of_value = linear_agent()
    values, gradients = values_and_gradients(agent, target(name))
    np.testing.assert_allclose(gradients, np.broadcast_to(sign * of_value, gradients.shape), rtol=1e-5)
    np.testing.assert_allclose(values, sign * np.tensordot(PICTURES, of_value, 3), rtol=1e-3, atol=1e-3)


def test_equations_6_and_7():
    agent, weights, _ = linear_agent()
    q = np.tensordot(PICTURES, weights, 3)

    def t_minus(q, beta):
        return (q * np.exp(beta * q)).sum(axis=1) / np.exp(beta * q).sum(axis=1)

    for name, expected in (
        ("T-", -t_minus(q, 0.3)),
        ("T⁺", -t_minus(-q, 0.3)),
        ("T±", t_minus(q, 0.3) + t_minus(-q, 0.3)),
    ):
        values, _ = values_and_gradients(agent, target(name, beta=0.3))
        np.testing.assert_allclose(values, expected, rtol=1e-3, atol=1e-3)


def test_q_values_take_the_place_of_logits():
    agent, weights, _ = linear_agent(Outputs("logits", "value", "q"))
    values, _ = values_and_gradients(agent, target("action:1"))
    np.testing.assert_allclose(values, 2 * np.tensordot(PICTURES, weights, 3)[:, 1] + 1, rtol=1e-3, atol=1e-3)


def test_any_function_of_the_outputs_is_a_target():
    agent, weights, of_value = linear_agent()

    def torn(outputs):
        return outputs.value - outputs.logits[:, 0]

    made = make_targets([torn, "S+"], num_actions=ACTIONS)
    assert [one.name for one in made] == ["torn", "S+"]
    values, _ = values_and_gradients(agent, made[0])
    expected = np.tensordot(PICTURES, of_value - weights[..., 0], 3)
    np.testing.assert_allclose(values, expected, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize(
    "given, said",
    [
        ("T", "target='T' given; accepted are 'T-'"),
        (None, "target=None given"),
        ([], "No target given"),
        ("action:4", "action=4 given; a whole number from 0 to 3"),
        ("action:-1", "action=-1 given"),
        ("action:JUMP", "numbers 0 to 3 and the keys 'LEFT', 'RIGHT', 'RIGHT+UP'"),
        (["S+", "S⁺"], "'S+' is given twice"),
    ],
)
def test_targets_that_there_are_not(given, said):
    with pytest.raises(InputError, match="(?s).*") as error:
        make_targets(given, num_actions=ACTIONS, action_combos=COMBOS)
    assert said in str(error.value)


def test_the_value_of_an_agent_without():
    with pytest.raises(InputError, match="no value function"):
        make_targets("value+", num_actions=ACTIONS, has_value=False)


@pytest.mark.parametrize(
    "function",
    [
        lambda outputs: outputs.logits,
        lambda outputs: tf.reduce_sum(outputs.value),
        lambda outputs: outputs.value[:2],
        lambda outputs: 1.0,
        lambda outputs: None,
    ],
)
def test_a_function_that_returns_the_wrong_shape(function):
    agent, _, _ = linear_agent()
    with pytest.raises(InputError, match="a float tensor of shape"):
        values_and_gradients(agent, target(function))
