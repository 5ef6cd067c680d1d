"""A checkpoint's policy in a TensorFlow session: run it, freeze it."""

import concurrent.futures

import numpy as np

from understanding_rl_vision.agents.architectures import (
    POLICY_LOGITS_NAME,
    VALUE_FUNCTION_NAME,
    architecture_options,
    build_policy,
)
from understanding_rl_vision.agents.checkpoints import assign_params, has_value_function
from understanding_rl_vision.agents.frozen_models import built
from understanding_rl_vision.agents.understanding import count_actions
from understanding_rl_vision.devices import session_config
from understanding_rl_vision.rl_util.batches import batch_slices, concatenate
from understanding_rl_vision.rl_util.model import freeze_model
from understanding_rl_vision.tensorflow1 import building, tf
from understanding_rl_vision.threads import thread_limit

# Several such batches at a time keep the cores busier than one larger batch does: not every operation is shared out.
POLICY_BATCH_SIZE = 16


def greedy_logits(logits):
    """Logits (N, A) of taking the action of the largest."""
    return np.where(np.arange(logits.shape[1]) == logits.argmax(axis=1)[:, np.newaxis], 0, -np.inf).astype(np.float32)


class Policy:
    """The policy and, where it has one, the value function of a checkpoint, for images of one shape.

    checkpoint: a Checkpoint. image_shape: (H, W, C) of the observations.
    node_names: of the logits and of the values, or None, in what `freeze` gives.
    Raises InputError when the parameters are not those of the architecture that the checkpoint names, or a frozen model
    takes images of another shape.
    """

    def __init__(self, checkpoint, image_shape):
        self.image_shape = tuple(image_shape)
        self.num_actions = count_actions(checkpoint)
        self.has_value = has_value_function(checkpoint)
        self.node_names = POLICY_LOGITS_NAME, VALUE_FUNCTION_NAME if self.has_value else None
        if checkpoint.model is not None:
            self.node_names = checkpoint.model.names
        self._checkpoint = checkpoint
        self._frozen = None
        self._sess, self._images, self._logits, self._values = self._build(quick=True)
        self._threads = concurrent.futures.ThreadPoolExecutor(thread_limit())

    def logits(self, observations):
        """Logits (N, num_actions), which actions are drawn from, of integer observations (N, H, W, C) from 0 to 255."""

        def of_rows(rows):
            return self._acting(self._sess.run(self._logits, {self._images: observations[rows] / np.float32(255)}))

        batches = batch_slices(len(observations), POLICY_BATCH_SIZE)
        # A single batch runs in the caller's thread, so that callers of several threads do not wait for each other.
        return concatenate(list(map(of_rows, batches) if len(batches) == 1 else self._threads.map(of_rows, batches)))

    def outputs(self, observations):
        """Logits (N, num_actions) and values (N,), or None, of integer observations (N, H, W, C) from 0 to 255.

        The logits are those that actions are drawn from, see `logits`.
        """
        logits, values = self.raw_outputs(observations)
        return self._acting(logits), values

    def raw_outputs(self, observations):
        """The same, with the logits, or Q-values, that the network gives."""
        wanted = [self._logits, self._values] if self.has_value else [self._logits]
        parts = [
            self._sess.run(wanted, {self._images: observations[rows] / np.float32(255)})
            for rows in batch_slices(len(observations), POLICY_BATCH_SIZE)
        ]
        logits, *values = (concatenate([part[i] for part in parts]) for i in range(len(wanted)))
        return logits, values[0] if values else None

    def _acting(self, logits):
        """Logits of the actions that are taken: the policy's own, or of its best action alone."""
        return greedy_logits(logits) if self._checkpoint.args["greedy"] else logits

    def freeze(self):
        """The bytes of a frozen model file; it has the values only if the agent does."""
        if self._checkpoint.model is not None:
            return self._checkpoint.model.model_bytes
        if self._frozen is None:
            sess, images, logits, values = self._build(quick=False)
            with sess:
                self._frozen = freeze_model(
                    sess,
                    input_name=images.op.name,
                    output_names=[output.op.name for output in (logits, values) if output is not None],
                    image_shape=self.image_shape,
                    image_value_range=(0.0, 1.0),
                )
        return self._frozen

    def _build(self, quick):
        """A session with the parameters, its placeholder of images, the logits and the values."""
        if self._checkpoint.model is not None:
            return built(self._checkpoint.model, self.image_shape)
        with building() as graph:
            images = tf.placeholder(tf.float32, (None,) + self.image_shape)
            logits, values = build_policy(
                images,
                self.num_actions,
                quick=quick,
                has_value=self.has_value,
                **architecture_options(self._checkpoint.args),
            )
            sess = tf.Session(graph=graph, config=session_config())
        assign_params(sess, self._checkpoint.params)
        return sess, images, logits, values
