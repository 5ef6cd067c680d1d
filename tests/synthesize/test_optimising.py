import numpy as np
import pytest

from tests.synthesize.tiny import ACTIONS, convolutional_agent, settings
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.progress import Progress
from understanding_rl_vision.synthesize.ascent import Adam
from understanding_rl_vision.synthesize.generator import Generator
from understanding_rl_vision.synthesize.optimising import synthesize_states
from understanding_rl_vision.synthesize.targets import make_targets
from understanding_rl_vision.tensorflow1 import tf


@pytest.fixture(scope="module")
def generator():
    return Generator(convolutional_agent(), (8, 8, 3), settings())


def states(generator, target, **options):
    (made,) = make_targets(target, num_actions=ACTIONS)
    return synthesize_states(generator, made, settings(**options), Progress(quiet=True))


def test_sampling_under_a_large_alpha_returns_the_prior(generator):
    found = states(generator, "T-", alpha=1e9, steps=400)
    assert np.abs(found.mean).max() < 0.05 and np.abs(found.log_variance).max() < 0.05
    assert found.kl.max() < 0.02
    np.testing.assert_allclose(found.objective, found.prior_objective, atol=0.05)


def test_states_have_more_of_their_target_than_the_prior(generator):
    for target in ("value+", "value-", "T+-", lambda outputs: -tf.square(outputs.value - 0.1)):
        found = states(generator, target, alpha=0.0, steps=60)
        assert found.objective.mean() > found.prior_objective.mean()
    assert found.pictures.shape == (5, 8, 8, 3) and 0 <= found.pictures.min() and found.pictures.max() <= 1


def test_the_same_seed_gives_the_same_states(generator):
    first, second, other = (states(generator, "S+", steps=3, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.mean, second.mean)
    np.testing.assert_allclose(first.pictures, second.pictures, atol=1e-6)
    assert np.abs(first.pictures - other.pictures).max() > 1e-4


def test_many_samples_are_what_few_are(generator, monkeypatch):
    whole = states(generator, "S+", steps=3)
    monkeypatch.setattr("understanding_rl_vision.synthesize.optimising.STATES_BATCH_SIZE", 2)
    np.testing.assert_allclose(states(generator, "S+", steps=3).pictures, whole.pictures, atol=1e-4)


@pytest.mark.parametrize(
    "function, said",
    [
        (lambda outputs: outputs.value * np.nan, "NaN or infinite"),
        (lambda outputs: tf.log(outputs.value - 1e6), "NaN or infinite"),
        (lambda outputs: tf.cast(tf.argmax(outputs.logits, axis=1), tf.float32), "has no gradient"),
        (lambda outputs: tf.argmax(outputs.logits, axis=1), "a float tensor"),
        (lambda outputs: outputs.value[:2], "returned 2 numbers for 5 states"),
    ],
)
def test_functions_that_cannot_be_followed(generator, function, said):
    with pytest.raises(InputError, match=said):
        states(generator, function)


def test_adam_is_that_of_tensorflow():
    start = np.array([1.0, -2.0], np.float32)
    with tf.Graph().as_default(), tf.Session() as session:
        variable = tf.Variable(start)
        step = tf.train.AdamOptimizer(0.1).minimize(tf.reduce_sum(variable**4))
        session.run(tf.global_variables_initializer())
        for _ in range(5):
            session.run(step)
        expected = session.run(variable)
    adam = Adam([start], 0.1)
    for _ in range(5):
        adam.step([4 * start**3])
    np.testing.assert_allclose(start, expected, rtol=1e-5)
