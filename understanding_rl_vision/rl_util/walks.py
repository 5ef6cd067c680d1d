"""The straight path from zero to a layer's activations, as graph tensors, and where gradients are taken along it."""

import collections

from understanding_rl_vision.rl_util.graphs import depends
from understanding_rl_vision.rl_util.straight_path import stretch_above
from understanding_rl_vision.tensorflow1 import tf

# The path to the activations `acts`, walked at `start`, the layer or the end of the stretch above it: at t, 0 to 1, it
# is there offset + t slope, without an offset where that is None.
Walk = collections.namedtuple("Walk", "acts start offset slope")


def walk_to(session, layer_name, nodes, integrate_steps, exact):
    """The Walk to a layer, for gradients of nodes of these names. exact: walk at the layer itself."""
    acts = session.tensor(layer_name)
    stretch = None if exact else stretch_above(acts, integrate_steps)
    if stretch and all(depends(session.tensor(node).op, stretch.end.op) for node in nodes):
        return Walk(acts, stretch.end, stretch.offset, stretch.slope)
    return Walk(acts, acts, None, acts)


def point_at(walk, t):
    """The tensor that `start` is at t, which broadcasts to it."""
    point = t * walk.slope
    return point if walk.offset is None else walk.offset + point


def attribution_of(walk, gradient):
    """The attribution of a mean gradient at `start`."""
    if walk.start is not walk.acts:
        gradient = tf.gradients(walk.start, [walk.acts], gradient)[0]
    return walk.acts * gradient
