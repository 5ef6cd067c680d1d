"""Attribution of several outputs to several layers in one go: what they share is computed once."""

import collections
import concurrent.futures
import threading
from typing import Dict, Optional, Sequence, Tuple

import numpy as np

from understanding_rl_vision.annotations import Model
from understanding_rl_vision.devices import has_gpu
from understanding_rl_vision.rl_util.batches import DEFAULT_BATCH_SIZE, batch_slices
from understanding_rl_vision.rl_util.graphs import depends
from understanding_rl_vision.rl_util.paths import integration_points
from understanding_rl_vision.rl_util.sessions import gradient_of, model_session
from understanding_rl_vision.rl_util.straight_path import stretch_above
from understanding_rl_vision.tensorflow1 import tf
from understanding_rl_vision.threads import thread_limit

# A point of the path that has at most this many entries for all observations of a pass stays in a processor's cache
# with what is computed from it: at the first layers this is faster than passes of more observations.
CACHED_PATH_ENTRIES = 2**19

# Graph tensors: attributions (outputs, N, h, w, C) to one layer, and where the path to it is walked (N, ...).
_LayerAttributions = collections.namedtuple("_LayerAttributions", "attributions start")


def _layer_attributions(session, layer_name, outputs, integrate_steps, exact):
    """The attributions of some outputs. The path is walked at the layer, or at the end of the stretch above it."""
    points = tf.constant(integration_points(integrate_steps), tf.float32)
    acts = session.tensor(layer_name)
    stretch = None if exact else stretch_above(acts, integrate_steps)
    if stretch and not all(depends(session.tensor(node).op, stretch.end.op) for node, _ in outputs):
        stretch = None
    start = stretch.end if stretch else acts
    offset, slope = (stretch.offset, stretch.slope) if stretch else (None, acts)

    def add_gradients(step, *totals):
        point = points[step] * slope
        point = point if offset is None else offset + point
        nodes = session.nodes_given(start, point, [node for node, _ in outputs])
        grads = [
            gradient_of(_score(node, act_dir), point, name, layer_name) for node, (name, act_dir) in zip(nodes, outputs)
        ]
        return [step + 1] + [total + grad for total, grad in zip(totals, grads)]

    totals = tf.while_loop(
        lambda step, *_: step < integrate_steps,
        add_gradients,
        [tf.constant(0)] + [tf.zeros_like(slope) for _ in outputs],
        parallel_iterations=1,
        back_prop=False,
    )[1:]
    grads = [tf.gradients(start, [acts], total)[0] for total in totals] if stretch else totals
    return _LayerAttributions(tf.stack([acts * grad / np.float32(integrate_steps) for grad in grads]), start)


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
    """
    session = model_session(model)
    outputs_key = tuple((node, None if act_dir is None else tuple(act_dir)) for node, act_dir in outputs)
    key = ("attributions", outputs_key, tuple(layer_names), integrate_steps, exact)

    def make():
        layers = [_layer_attributions(session, name, outputs, integrate_steps, exact) for name in layer_names]
        return [layer.attributions for layer in layers], tf.reduce_max([tf.size(layer.start) for layer in layers]), {}

    attributions, entries, sizes = session.build_once(key, make)
    passes = 1
    if not has_gpu():
        shape = obses.shape[1:]
        if shape not in sizes:
            sizes[shape] = session.run(entries, {session.images: obses[:1]})
        # Not every operation is shared out among the cores. Layers are computed side by side already; of one layer, two
        # passes at a time are done sooner than one by one.
        passes = max(1, thread_limit() // len(layer_names))
        batch_size = max(1, min(batch_size, CACHED_PATH_ENTRIES // sizes[shape], -(-len(obses) // passes)))

    def attribute(rows):
        return session.run(attributions, {session.images: obses[rows]})

    return dict(zip(layer_names, _in_passes(attribute, len(obses), batch_size, passes)))


def _in_passes(attribute, num_rows, batch_size, passes):
    """Arrays (outputs, N, ...) of N = `num_rows` rows, of which `attribute` gives some, a slice: `passes` at a time."""
    results, lock = [], threading.Lock()

    def add(rows):
        arrays = attribute(rows)
        with lock:
            if not results:
                results.extend(np.empty((len(a), num_rows) + a.shape[2:], a.dtype) for a in arrays)
        # Many outputs are much to copy, so each pass copies its own.
        for result, array in zip(results, arrays):
            result[:, rows] = array

    with concurrent.futures.ThreadPoolExecutor(passes) as threads:
        list(threads.map(add, batch_slices(num_rows, batch_size)))
    return results
