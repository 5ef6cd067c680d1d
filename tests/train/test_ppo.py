import numpy as np
import pytest

from understanding_rl_vision.errors import InputError
from understanding_rl_vision.tensorflow1 import tf
from understanding_rl_vision.train.ppo import Batch, Learner, normalize, ppo_losses

SHAPE = (8, 8, 3)
NUM_ACTIONS = 5


def make_batch(random, size=32):
    floats = random.randn(3, size).astype(np.float32)
    return Batch(
        random.randint(256, size=(size,) + SHAPE).astype(np.uint8),
        random.randint(NUM_ACTIONS, size=size).astype(np.int32),
        np.log(NUM_ACTIONS) + 0.3 * floats[0],
        0.3 * floats[1],
        floats[2],
        0.3 * floats[1] + floats[2],
    )


def numpy_losses(logits, values, batch, clip_range, clip_vf):
    """Losses written out step by step: policy, value, entropy, approx_kl, clip_fraction."""
    total = np.zeros(5)
    for i, action in enumerate(batch.actions):
        probabilities = np.exp(logits[i]) / np.exp(logits[i]).sum()
        neglogp = -np.log(probabilities[action])
        ratio = np.exp(batch.neglogps[i] - neglogp)
        clipped = min(max(ratio, 1 - clip_range), 1 + clip_range)
        gain = min(batch.advantages[i] * ratio, batch.advantages[i] * clipped)
        error = (values[i] - batch.returns[i]) ** 2
        if clip_vf:
            move = min(max(values[i] - batch.values[i], -clip_range), clip_range)
            error = max(error, (batch.values[i] + move - batch.returns[i]) ** 2)
        entropy = -(probabilities * np.log(probabilities)).sum()
        change = (neglogp - batch.neglogps[i]) ** 2
        total += [-gain, error / 2, entropy, change / 2, abs(ratio - 1) > clip_range]
    return total / len(batch.actions)


def numpy_total(learner, batch, settings):
    logits, values = (array.astype(np.float64) for array in learner.evaluate(batch.observations))
    batch = batch._replace(advantages=normalize(batch.advantages))
    policy, value, entropy, _, _ = numpy_losses(logits, values, batch, settings["clip_range"], settings["clip_vf"])
    return policy + 0.5 * value - settings["entropy_coeff"] * entropy


@pytest.mark.parametrize("clip_vf", [True, False])
def test_ppo_losses_are_those_of_a_numpy_reference(clip_vf):
    random = np.random.RandomState(0)
    batch = make_batch(random, 200)
    logits = random.randn(200, NUM_ACTIONS).astype(np.float32)
    values = random.randn(200).astype(np.float32)
    with tf.Graph().as_default(), tf.Session() as sess:
        ours = sess.run(ppo_losses(logits, values, batch, clip_range=0.2, clip_vf=clip_vf))
    expected = numpy_losses(logits.astype(np.float64), values, batch, 0.2, clip_vf)
    assert 0.2 < expected[4] < 0.95
    np.testing.assert_allclose(ours, expected, rtol=2e-5)


@pytest.fixture
def stepped(settings):
    """A learner, a batch, its settings, parameters before and after one step, and the gradient of that."""
    gradients = []

    def keep(gradient):
        gradients.append(gradient)
        return gradient

    chosen = settings(entropy_coeff=0.1, learning_rate=0.01)
    learner = Learner(SHAPE, NUM_ACTIONS, chosen, average=keep)
    batch = make_batch(np.random.RandomState(1))
    # Large enough errors of the value that the gradient is clipped.
    batch = batch._replace(returns=10 * batch.returns)
    before = learner.params()
    learner.update(batch)
    return learner, batch, chosen, before, learner.params(), gradients[0]


def test_gradient_is_that_of_the_total_loss(stepped):
    learner, batch, settings, before, _, gradient = stepped
    optimizer = learner.optimizer()
    offset = 0
    for name, values in before.items():
        part = gradient[offset : offset + values.size]
        offset += values.size
        if name in ("ppo2_model/pi/b:0", "ppo2_model/vf/b:0"):
            losses = []
            for sign in (1, -1):
                moved = before[name] + sign * 1e-3 * part / np.linalg.norm(part)
                learner.restore(dict(before, **{name: moved.astype(np.float32)}), optimizer)
                losses.append(numpy_total(learner, batch, settings))
            assert (losses[0] - losses[1]) / 2e-3 == pytest.approx(np.linalg.norm(part), rel=0.02)
    assert offset == len(gradient)


def test_update_is_a_step_of_adam_on_the_clipped_gradient(stepped):
    _, _, settings, before, after, gradient = stepped
    norm = np.linalg.norm(gradient)
    assert norm > 0.5
    clipped = gradient.astype(np.float64) * 0.5 / norm
    # The first step: moments are (1 - beta) times gradient and its square, and the correction divides by the same.
    correction = np.sqrt(1 - 0.999) / (1 - 0.9)
    moments = (1 - 0.9) * clipped, (1 - 0.999) * clipped**2
    step = settings["learning_rate"] * correction * moments[0] / (np.sqrt(moments[1]) + 1e-5)
    flat = [np.concatenate([values.ravel() for values in params.values()]) for params in (before, after)]
    np.testing.assert_allclose(flat[1] - flat[0], -step, atol=2e-6)


def test_update_averages_gradients(settings):
    batches = [make_batch(np.random.RandomState(seed)) for seed in (1, 2)]
    gradients = []

    def params_after(batch, average):
        learner = Learner(SHAPE, NUM_ACTIONS, settings(), average=average)
        learner.update(batch)
        return learner.params()

    for batch in batches:
        params_after(batch, lambda gradient: gradients.append(gradient) or gradient)
    mean = np.mean(gradients, axis=0)
    results = [params_after(batch, lambda gradient: mean) for batch in batches]
    alone = params_after(batches[0], None)
    for name, values in results[0].items():
        np.testing.assert_array_equal(values, results[1][name])
    assert any(np.abs(values - alone[name]).max() > 1e-6 for name, values in results[0].items())


def test_restore_goes_on_as_before(settings):
    batches = [make_batch(np.random.RandomState(seed)) for seed in range(3)]
    learner = Learner(SHAPE, NUM_ACTIONS, settings())
    learner.update(batches[0])
    saved = learner.params(), learner.optimizer()
    learner.update(batches[1])
    other = Learner(SHAPE, NUM_ACTIONS, settings(), seed=7)
    other.restore(*saved)
    other.update(batches[1])
    for name, values in learner.params().items():
        np.testing.assert_allclose(other.params()[name], values, rtol=0, atol=1e-7)
    with pytest.raises(InputError, match="cnn"):
        Learner(SHAPE, NUM_ACTIONS, settings(cnn="impala")).restore(*saved)


@pytest.mark.parametrize("cnn, shape", [("impala", SHAPE), ("nature", (36, 36, 4))])
def test_learner_has_the_other_networks(settings, cnn, shape):
    learner = Learner(shape, NUM_ACTIONS, settings(cnn=cnn))
    observations = np.random.RandomState(0).randint(256, size=(6,) + shape).astype(np.uint8)
    logits, values = learner.evaluate(observations)
    assert logits.shape == (6, NUM_ACTIONS) and values.shape == (6,)
    before = learner.params()
    learner.update(make_batch(np.random.RandomState(0), 6)._replace(observations=observations))
    assert all(np.any(values != before[name]) for name, values in learner.params().items())
