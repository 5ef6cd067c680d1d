"""Proximal policy optimisation on the TensorFlow graph (Schulman et al. 2017), as Baselines' PPO2 has it."""

import collections

import numpy as np

from understanding_rl_vision.agents.architectures import architecture_options, build_policy
from understanding_rl_vision.agents.checkpoints import assign_params
from understanding_rl_vision.devices import session_config
from understanding_rl_vision.tensorflow1 import building, tf

VALUE_COEFFICIENT = 0.5
MAX_GRADIENT_NORM = 0.5
ADAM_EPSILON = 1e-5

PPOLosses = collections.namedtuple("PPOLosses", "policy value entropy approx_kl clip_fraction")

Batch = collections.namedtuple("Batch", "observations actions neglogps values advantages returns")
Batch.__doc__ = """Steps to learn from, one a row.

observations: uint8 (N, H, W, C). actions: integers (N,). neglogps: -log of the probability that the policy gave to
the action when it played, float32 (N,). values: what the value function said then. advantages, returns: targets of
the policy and of the value function.
"""


class Learner:
    """A policy and a value function in a TensorFlow session, and the steps that improve them.

    Parameters
    ----------
    observation_shape
        (H, W, C).
    num_actions
        Number of actions, A.
    settings
        The options of `train` that are about network and loss.
    average
        Function from this process's gradient (float32 vector) to the mean over all processes, or None.
    seed
        Of the initial parameters.
    """

    def __init__(self, observation_shape, num_actions, settings, *, average=None, seed=0):
        self._average = average
        with building() as graph:
            tf.set_random_seed(seed)
            self._batch = Batch(
                tf.placeholder(tf.uint8, (None,) + tuple(observation_shape)),
                tf.placeholder(tf.int32, (None,)),
                *(tf.placeholder(tf.float32, (None,)) for _ in range(4)),
            )
            self._logits, self._values = build_policy(
                tf.cast(self._batch.observations, tf.float32) / 255.0,
                num_actions,
                quick=True,
                **architecture_options(settings),
            )
            self._losses = ppo_losses(
                self._logits,
                self._values,
                self._batch,
                clip_range=settings["clip_range"],
                clip_vf=settings["clip_vf"],
            )
            total = (
                self._losses.policy
                - settings["entropy_coeff"] * self._losses.entropy
                + VALUE_COEFFICIENT * self._losses.value
            )
            params = tf.trainable_variables()
            gradient = tf.concat([tf.reshape(part, (-1,)) for part in tf.gradients(total, params)], axis=0)
            # Fed with the mean over processes where there are several.
            self._gradient = tf.placeholder_with_default(gradient, gradient.shape)
            self._step = _adam_step(params, self._gradient, settings["learning_rate"])
            self._variables = {variable.name: variable for variable in tf.global_variables()}
            self._params = {variable.name: variable for variable in params}
            self._sess = tf.Session(graph=graph, config=session_config())
            self._sess.run(tf.global_variables_initializer())

    def evaluate(self, observations):
        """Logits (N, A) and values (N,) of observations (N, H, W, C), uint8."""
        return self._sess.run((self._logits, self._values), {self._batch.observations: observations})

    def update(self, batch):
        """Make one step of Adam on a Batch. Returns the PPOLosses before it, those of this process's batch."""
        feed = dict(zip(self._batch, batch._replace(advantages=normalize(batch.advantages))))
        if self._average is None:
            return self._sess.run((self._losses, self._step), feed)[0]
        losses, gradient = self._sess.run((self._losses, self._gradient), feed)
        self._sess.run(self._step, {self._gradient: self._average(gradient)})
        return losses

    def params(self):
        """Parameter name → float32 array."""
        return self._sess.run(self._params)

    def optimizer(self):
        """The optimiser's state: variable name → array."""
        state = {name: variable for name, variable in self._variables.items() if name not in self._params}
        return self._sess.run(state)

    def restore(self, params, optimizer):
        """Take what `params` and `optimizer` returned. Raises InputError when that is of another network."""
        assign_params(self._sess, dict(optimizer, **params))


def normalize(advantages):
    """Advantages shifted and scaled to mean 0 and standard deviation 1."""
    return (advantages - advantages.mean()) / (advantages.std() + 1e-8)


def ppo_losses(logits, values, batch, *, clip_range, clip_vf):
    """The PPOLosses of Schulman et al. 2017, equation 7, with the clipped value loss of Baselines' PPO2.

    With r the ratio of an action's new probability to the old, advantage A, old value v, return R and clip range c,
    means over the batch of

        policy: max(-A r, -A clip(r, 1 - c, 1 + c))
        value: ½ max((V - R)², (v + clip(V - v, -c, c) - R)²), or ½ (V - R)² without clip_vf

    Parameters
    ----------
    logits
        Tensor (N, A).
    values
        Tensor (N,), V.
    batch
        Batch of tensors; the advantages are used as they are.

    Returns
    -------
    PPOLosses of scalar tensors; approx_kl is half the mean squared change of log probabilities, clip_fraction the
    share of ratios outside of the clip range.
    """
    log_probabilities = tf.nn.log_softmax(logits)
    neglogps = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=batch.actions, logits=logits)
    ratios = tf.exp(batch.neglogps - neglogps)
    clipped_ratios = tf.clip_by_value(ratios, 1.0 - clip_range, 1.0 + clip_range)
    value_errors = tf.square(values - batch.returns)
    if clip_vf:
        clipped_values = batch.values + tf.clip_by_value(values - batch.values, -clip_range, clip_range)
        value_errors = tf.maximum(value_errors, tf.square(clipped_values - batch.returns))
    outside = tf.cast(tf.abs(ratios - 1.0) > clip_range, tf.float32)
    return PPOLosses(
        policy=tf.reduce_mean(tf.maximum(-batch.advantages * ratios, -batch.advantages * clipped_ratios)),
        value=0.5 * tf.reduce_mean(value_errors),
        entropy=-tf.reduce_mean(tf.reduce_sum(tf.exp(log_probabilities) * log_probabilities, axis=1)),
        approx_kl=0.5 * tf.reduce_mean(tf.square(neglogps - batch.neglogps)),
        clip_fraction=tf.reduce_mean(outside),
    )


def _adam_step(params, gradient, learning_rate):
    """The operation that moves the parameters against a gradient (one vector), clipped by its norm."""
    clipped = tf.clip_by_norm(gradient, MAX_GRADIENT_NORM)
    parts = tf.split(clipped, [int(np.prod(param.shape.as_list())) for param in params])
    gradients = [tf.reshape(part, param.shape) for part, param in zip(parts, params)]
    return tf.train.AdamOptimizer(learning_rate, epsilon=ADAM_EPSILON).apply_gradients(zip(gradients, params))
