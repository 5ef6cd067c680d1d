"""States of interest: latents whose pictures make a target large (section 3.2)."""

import collections

import numpy as np

from understanding_rl_vision.errors import InputError, quoted
from understanding_rl_vision.rl_util.batches import batch_slices
from understanding_rl_vision.synthesize.ascent import Adam
from understanding_rl_vision.synthesize.losses import kl_to_prior
from understanding_rl_vision.synthesize.targets import objective
from understanding_rl_vision.tensorflow1 import building, tf

STATES_BATCH_SIZE = 50

States = collections.namedtuple("States", "pictures mean log_variance objective kl prior_objective")
States.__doc__ = """Synthesised states.

pictures: (N, H, W, C), floats in [0, 1]. mean, log_variance: of their latents, (N, n). objective: what the target's
function says of the pictures, (N,). kl: of the latents from the prior, in nats, (N,). prior_objective: what it says of
as many pictures of latents drawn from the prior, (N,).
"""


class _Energy:
    """Equation 4 with x = (mu, sigma): E = -T(A(g(mu + sigma z))) + alpha KL(x, N(0, I)), a number for each sample.

    T is maximised here, so that every target's name says what its states have.
    """

    def __init__(self, generator, target, alpha):
        with building(generator.graph):
            self.mean = tf.placeholder(tf.float32, (None, generator.num_latents))
            self.log_variance = tf.placeholder(tf.float32, (None, generator.num_latents))
            self.noise = tf.placeholder(tf.float32, (None, generator.num_latents))
            latents = self.mean + tf.exp(0.5 * self.log_variance) * self.noise
            self.pictures = generator.decoded(latents)
            outputs = generator.agent.tensors(self.pictures, "target")
            self.objective = objective(target, outputs)
            self.kl = kl_to_prior(self.mean, self.log_variance)
            x = [self.mean, self.log_variance]
            towards = tf.gradients(self.objective, x)
            if towards[0] is None:
                raise InputError(
                    "The target {} has no gradient with respect to the outputs; use functions that have one.".format(
                        quoted(target.name)
                    )
                )
            back = tf.gradients(self.kl, x)
            self.gradients = [alpha * apart - gain for gain, apart in zip(towards, back)]

    def feed(self, mean, log_variance, noise):
        return {self.mean: mean, self.log_variance: log_variance, self.noise: noise}


def synthesize_states(generator, target, settings, progress):
    """States that make a target large, all at once; the same seed gives the same.

    generator: Generator. target: Target. settings: options `num_samples`, `steps`, `step_size`, `alpha`, `seed`.

    The latents start at mu from N(0, I) and sigma = 1, and are moved by Adam; z is drawn anew at every step, so that
    not one picture but the distribution that x is has what the target asks for. A last z makes the picture.

    Returns States. Raises InputError for a function that gives no tensor (N,), or values that are not finite.
    """
    random = np.random.RandomState(settings["seed"])
    shape = (settings["num_samples"], generator.num_latents)
    mean = random.standard_normal(shape).astype(np.float32)
    log_variance = np.zeros(shape, np.float32)
    energy = _Energy(generator, target, settings["alpha"])
    adam = Adam([mean, log_variance], settings["step_size"])
    batches = batch_slices(shape[0], STATES_BATCH_SIZE)

    def run(tensors, noise):
        parts = [
            generator.session.run(tensors, energy.feed(mean[rows], log_variance[rows], noise[rows])) for rows in batches
        ]
        return [np.concatenate(arrays) for arrays in zip(*parts)]

    for _ in progress.track(range(settings["steps"]), "states for {}".format(target.name)):
        objectives, *gradients = run([energy.objective] + energy.gradients, random.standard_normal(shape))
        _check(target, objectives, gradients)
        adam.step(gradients)
    noise = random.standard_normal(shape)
    pictures, objectives, kl = run([energy.pictures, energy.objective, energy.kl], noise)
    states = States(pictures, mean.copy(), log_variance.copy(), objectives, kl, None)
    mean[...], log_variance[...] = 0, 0
    (prior_objective,) = run([energy.objective], noise)
    _check(target, objectives, [kl, prior_objective])
    return states._replace(prior_objective=prior_objective)


def _check(target, objectives, others):
    """Raise InputError unless there is one objective for each state, and all is finite."""
    if len(objectives) != len(others[0]):
        raise InputError(
            "The target {} returned {} numbers for {} states; one for each is accepted.".format(
                quoted(target.name), len(objectives), len(others[0])
            )
        )
    if not all(np.isfinite(array).all() for array in [objectives] + others):
        raise InputError(
            "The target {} gives values or gradients that are NaN or infinite; its function must be finite for all "
            "outputs. Otherwise try a smaller step_size.".format(quoted(target.name))
        )
