"""Attribution of several outputs to several layers in one go: what they share is computed once."""

import collections
from typing import Dict, Optional, Sequence, Tuple

import numpy as np

from understanding_rl_vision.annotations import Model
from understanding_rl_vision.errors import InputError, quoted
from understanding_rl_vision.rl_util.adaptive_path import adaptive_attributions
from understanding_rl_vision.rl_util.batches import DEFAULT_BATCH_SIZE
from understanding_rl_vision.rl_util.passes import in_passes, passes_at_a_time, rows_of_a_pass
from understanding_rl_vision.rl_util.paths import integration_points
from understanding_rl_vision.rl_util.sessions import gradient_of, model_session
from understanding_rl_vision.rl_util.walks import attribution_of, point_at, walk_to
from understanding_rl_vision.tensorflow1 import tf

# How gradients along the path are added up.
RIGHT, ADAPTIVE = "right", "adaptive"

# Graph tensors: attributions (outputs, N, h, w, C) to one layer, and where the path to it is walked (N, ...).
_LayerAttributions = collections.namedtuple("_LayerAttributions", "attributions start")


def _layer_attributions(session, layer_name, outputs, integrate_steps, exact):
    """The attributions of some outputs. The path is walked at the layer, or at the end of the stretch above it."""
    points = tf.constant(integration_points(integrate_steps), tf.float32)
    walk = walk_to(session, layer_name, [node for node, _ in outputs], integrate_steps, exact)

    def add_gradients(step, *totals):
        point = point_at(walk, points[step])
        nodes = session.nodes_given(walk.start, point, [node for node, _ in outputs])
        grads = [
            gradient_of(_score(node, act_dir), point, name, layer_name) for node, (name, act_dir) in zip(nodes, outputs)
        ]
        return [step + 1] + [total + grad for total, grad in zip(totals, grads)]

    totals = tf.while_loop(
        lambda step, *_: step < integrate_steps,
        add_gradients,
        [tf.constant(0)] + [tf.zeros_like(walk.slope) for _ in outputs],
        parallel_iterations=1,
        back_prop=False,
    )[1:]
    means = [attribution_of(walk, total) / np.float32(integrate_steps) for total in totals]
    return _LayerAttributions(tf.stack(means), walk.start)


def _score(acts, act_dir):
    """The sum of a node's output over everything, its channels weighted by `act_dir` if that is given."""
    return tf.reduce_sum(acts if act_dir is None else acts * np.asarray(act_dir, np.float32))


def get_attrs(
    model: Model,
    outputs: Sequence[Tuple[str, Optional[np.ndarray]]],
    layer_names: Sequence[str],
    obses: np.ndarray,
    *,
    integrate_steps: int = 1,
    exact: bool = True,
    rule: str = RIGHT,
    batch_size: int = DEFAULT_BATCH_SIZE,
) -> Dict[str, np.ndarray]:
    """Attributions of several outputs to several layers, which share the forward pass.

    Parameters
    ----------
    model : FrozenModel or Lucid Model
    outputs : sequence of (str, ndarray (channels,) or None)
        The nodes to score, each with its `act_dir`, as in `get_attr`, or None.
    layer_names : sequence of str
        The nodes to attribute to.
    obses : ndarray (N, H, W, C)
        Observations in [0, 1].
    integrate_steps : int
        Points of the path.
    exact : bool
        With False the convolution right above a layer is not computed at every point, see Notes.
    rule : {'right', 'adaptive'}
        How gradients along the path are added up: that of the article, or one that adds up to the output beyond its
        baseline, see Notes.
    batch_size : int
        Observations in one pass, at most.

    Returns
    -------
    dict
        Layer name -> ndarray (outputs, N, h, w, C), each what `get_attr` gives for one output and one layer.

    Raises
    ------
    InputError
        A node or an option is not one, or an output does not depend on a layer.

    Notes
    -----
    The short way needs a graph of the form of `straight_path`. It changes the attribution of the bundled agent by less
    than 2e-3 of its largest entry, and by less than 2e-4 in sum. In one frame of some hundred a ReLU flips and it is a
    little more, as when the last bits of an observation change.

    'right' takes the mean over the points 1/n, 2/n, ..., 1 (article, Appendix B). 'adaptive' starts with the points
    (k/n)^2, and where attribution misses more than a tenth of what it is to explain it takes some dozen more, in the
    parts of the path that miss most, see `adaptive_path`.
    """
    if rule not in (RIGHT, ADAPTIVE):
        raise InputError("rule={} given; 'right' and 'adaptive' are accepted.".format(quoted(rule)))
    integration_points(integrate_steps)
    session = model_session(model)
    if rule == ADAPTIVE:
        options = integrate_steps, exact, batch_size
        return {name: adaptive_attributions(session, outputs, name, obses, *options) for name in layer_names}
    outputs_key = tuple((node, None if act_dir is None else tuple(act_dir)) for node, act_dir in outputs)
    key = ("attributions", outputs_key, tuple(layer_names), integrate_steps, exact)

    def make():
        layers = [_layer_attributions(session, name, outputs, integrate_steps, exact) for name in layer_names]
        return [layer.attributions for layer in layers], tf.reduce_max([tf.size(layer.start) for layer in layers]), {}

    attributions, entries, sizes = session.build_once(key, make)
    passes, shape = passes_at_a_time(len(layer_names)), obses.shape[1:]
    if shape not in sizes:
        sizes[shape] = session.run(entries, {session.images: obses[:1]})
    rows = rows_of_a_pass(len(obses), sizes[shape], batch_size, passes)

    def attribute(rows):
        return session.run(attributions, {session.images: obses[rows]})

    return dict(zip(layer_names, in_passes(attribute, len(obses), rows, passes)))
