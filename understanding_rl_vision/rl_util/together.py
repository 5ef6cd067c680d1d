"""Attribution of several outputs to several layers in one go: what they share is computed once."""

import numpy as np

from understanding_rl_vision.rl_util.paths import integration_points
from understanding_rl_vision.rl_util.sessions import BATCH_SIZE, minibatches, model_session
from understanding_rl_vision.rl_util.straight_path import stretch_above
from understanding_rl_vision.tensorflow1 import tf


class _Layer:
    """The graph tensors that attribution of some outputs to one layer takes.

    The path is walked at `start`: the layer itself, or the end of the stretch above it, see `straight_path`.
    """

    def __init__(self, session, layer_name, outputs, integrate_steps, exact):
        with session.graph.as_default():
            self.acts = session.tensor(layer_name)
            self.stretch = None if exact else stretch_above(self.acts, integrate_steps)
            self.start = self.stretch.end if self.stretch else self.acts
            self.grads = [tf.gradients(_score(session, *output), [self.start])[0] for output in outputs]
            if self.stretch:
                self.grad_at_end = tf.placeholder(tf.float32, self.stretch.end.shape)
                self.grad_at_layer = tf.gradients(self.stretch.end, [self.acts], self.grad_at_end)[0]
        self.parts = self.stretch.parts if self.stretch else [self.acts]
        points = integration_points(integrate_steps)
        self.weights = self.stretch.weights if self.stretch else points[:, None].astype(np.float32)

    def attribute(self, session, acts, parts):
        """Attributions (outputs, N, h, w, C), given the activations and the values of the parts."""
        grads = [0] * len(self.grads)
        for weights in self.weights:
            point = sum(weight * part for weight, part in zip(weights, parts))
            grads = [total + grad for total, grad in zip(grads, session.run(self.grads, {self.start: point}))]
        if self.stretch:
            grads = [session.run(self.grad_at_layer, {self.acts: acts, self.grad_at_end: grad}) for grad in grads]
        return np.stack([acts * grad / np.float32(len(self.weights)) for grad in grads])


def _score(session, node, act_dir):
    """The sum of a node's output over everything, its channels weighted by `act_dir` if that is given."""
    acts = session.tensor(node)
    return tf.reduce_sum(acts if act_dir is None else acts * np.asarray(act_dir, np.float32))


def get_attrs(model, outputs, layer_names, obses, *, integrate_steps=10, exact=True, batch_size=BATCH_SIZE):
    """Attributions of several outputs to several layers: a dict from layer name to an array (outputs, N, h, w, C).

    Each is what `get_attr` gives for one output and one layer. All share the forward pass.

    outputs: list of (node, act_dir), act_dir as in `get_attr` or None. obses: (N, H, W, C) in [0, 1].
    exact: with False, the convolution right above a layer is not computed at every integration point, where the graph
    has the form of `straight_path`; that changes the result by less than 1e-3 of its largest entry.
    """
    session = model_session(model)
    key = (
        tuple((node, None if act_dir is None else tuple(act_dir)) for node, act_dir in outputs),
        integrate_steps,
        exact,
    )
    layers = []
    for name in layer_names:
        if (name,) + key not in session.gradients:
            session.gradients[(name,) + key] = _Layer(session, name, outputs, integrate_steps, exact)
        layers.append(session.gradients[(name,) + key])
    parts = []
    for rows in minibatches(len(obses), batch_size):
        forward = session.run([(layer.acts, layer.parts) for layer in layers], {session.images: obses[rows]})
        parts.append([layer.attribute(session, *values) for layer, values in zip(layers, forward)])
    return {name: np.concatenate(arrays, axis=1) for name, arrays in zip(layer_names, zip(*parts))}
