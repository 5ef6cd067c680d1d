"""Attribution that adds up: points of the straight path are spent on the observations, and where, they are missing.

What attribution must add up to is known, F(x) - F(0), and so is what its part between two neighbouring points must: at
every point the network is computed anyway. ReLU networks are linear from kink to kink. Where there is one kink between
two points, what F grows by tells where it is: up to it the gradient is the first point's, from it on the second's.
Else this is the share of both that fits best. What does not fit is the error of that part. Of observations whose errors
add up to too much, the parts of large error are cut into smaller ones.
"""

import collections

import numpy as np

from understanding_rl_vision.rl_util.passes import in_passes, passes_at_a_time, rows_of_a_pass
from understanding_rl_vision.rl_util.sessions import gradient_of
from understanding_rl_vision.rl_util.walks import attribution_of, point_at, walk_to
from understanding_rl_vision.tensorflow1 import tf

# Parts of an observation are cut while more than this part of F(x) - F(0) is missing, in so many rounds at most, in
# each so many parts at most, each into so many.
TOLERANCE = 0.1
ROUNDS = 3
MOST_PARTS = 4
PIECES = 4

# What is missing of F(x) - F(0) may be rounding where it is no more than this part of F.
ROUNDING = 1e-5

# Placeholders points (n + 1, N), of t where parts begin and end, replaced (2, N), what the gradients at the first and
# the last of them counted for before, and weights, one (1, channels) or None for each output; tensors attributions
# (outputs, N, h, w, C), values (outputs, N, 2), of F at the first point and the last, of each part (outputs, N, n) what
# it misses and what the gradient at its start counts for, and entries, of a point of the path.
_Graph = collections.namedtuple("_Graph", "points replaced weights attributions values missed first entries")

# Parts of paths, flat arrays: row, of the observation; t at start and end; missed and first, see _Graph.
Parts = collections.namedtuple("Parts", "row start end missed first")


def first_points(steps):
    """Where parts of a path begin and end: (k/n)^2, k = 0, ..., n, as most networks change most near zero."""
    return (np.arange(steps + 1) / steps) ** 2


def cut(parts):
    """Where pieces of Parts begin and end, (PIECES + 1, parts): evenly between the square roots of t."""
    start, end = np.sqrt(parts.start), np.sqrt(parts.end)
    points = (start + (end - start) * np.arange(PIECES + 1)[:, None] / PIECES) ** 2
    points[0], points[-1] = parts.start, parts.end
    return points


def to_cut(parts, allowed):
    """The indices of the Parts to cut, of rows that miss more than is allowed (N,): those that miss most themselves.

    As many as it takes for the others to miss half of that, whatever their signs, but MOST_PARTS at most.
    """
    missing = np.abs(np.bincount(parts.row, parts.missed, len(allowed))) > allowed
    chosen = []
    for row in np.flatnonzero(missing):
        indices = np.flatnonzero(parts.row == row)
        indices = indices[np.argsort(-np.abs(parts.missed[indices]), kind="stable")]
        sizes = np.abs(parts.missed[indices])
        left = sizes.sum() - np.cumsum(sizes)
        needed = 1 + np.count_nonzero(left > allowed[row] / 2)
        chosen.extend(indices[: min(needed, MOST_PARTS)])
    return np.array(chosen, int)


def _by_row(acts, weights):
    """The sum (N,) of a node's output (N, ...), its channels weighted."""
    acts = acts if weights is None else acts * weights
    return tf.reduce_sum(tf.reshape(acts, [tf.shape(acts)[0], -1]), axis=1)


def _like(numbers, tensor):
    """Numbers (N,) that broadcast to a tensor (N, ...)."""
    return tf.reshape(numbers, [-1] + [1] * (len(tensor.shape) - 1))


def _share_of_first(slope, first, second):
    """How much of a part (N,) has the slope at its start, the rest that at its end, for both to make its own slope."""
    difference = first - second
    is_kink = tf.abs(difference) > 1e-9
    share = (slope - second) / tf.where(is_kink, difference, tf.ones_like(difference))
    return tf.where(is_kink, tf.clip_by_value(share, 0.0, 1.0), 0.5 * tf.ones_like(share))


def _build(session, layer_name, outputs, integrate_steps, exact):
    """The _Graph of outputs, each (node, whether its channels are weighted)."""
    names = [node for node, _ in outputs]
    walk = walk_to(session, layer_name, names, integrate_steps, exact)
    points, replaced = (tf.placeholder(tf.float32, (None, None)) for _ in range(2))
    weights = [tf.placeholder(tf.float32, (1, None)) if weighted else None for _, weighted in outputs]
    last = tf.shape(points)[0] - 1
    nothing, zero = tf.zeros_like(walk.slope), tf.zeros_like(points[0])

    def add_part(step, previous_t, parts, *states):
        is_part = tf.cast(step > 0, tf.float32)
        width = points[step] - previous_t
        before = replaced[0] * (1 - is_part) + replaced[1] * tf.cast(tf.equal(step, last), tf.float32)
        point = point_at(walk, _like(points[step], walk.slope))
        nodes, made, of_parts = session.nodes_given(walk.start, point, names), [], []
        for i, (name, node) in enumerate(zip(names, nodes)):
            total, previous, previous_slope, previous_value, start_value = states[5 * i : 5 * i + 5]
            value = _by_row(node, weights[i])
            gradient = gradient_of(tf.reduce_sum(value), point, name, layer_name)
            slope = _by_row(gradient * walk.slope, None)
            growth = (value - previous_value) * is_part
            own = growth / (width + 1 - is_part)
            first = width * _share_of_first(own, previous_slope, slope)
            second = width - first
            total += _like(first, previous) * previous + _like(second - before, gradient) * gradient
            of_parts.append([growth - first * previous_slope - second * slope, first])
            made += [total, gradient, slope, value, start_value + value * (1 - is_part)]
        return [step + 1, points[step], parts.write(step, tf.stack(of_parts))] + made

    states = [nothing, nothing, zero, zero, zero] * len(outputs)
    _, _, parts, *states = tf.while_loop(
        lambda step, *_: step <= last,
        add_part,
        [tf.constant(0), points[0], tf.TensorArray(tf.float32, last + 1)] + states,
        parallel_iterations=1,
        back_prop=False,
    )
    missed, first = tf.unstack(tf.transpose(parts.stack()[1:], [2, 1, 3, 0]), num=2)
    return _Graph(
        points,
        replaced,
        weights,
        tf.stack([attribution_of(walk, total) for total in states[::5]]),
        tf.stack([tf.stack(ends, axis=-1) for ends in zip(states[4::5], states[3::5])]),
        missed,
        first,
        tf.size(walk.start),
    )


class _PathWalk:
    """Attributions of outputs along parts of the paths to one layer. Arguments are those of `get_attrs`."""

    def __init__(self, session, outputs, layer_name, integrate_steps, exact, batch_size):
        kinds = tuple((node, act_dir is not None) for node, act_dir in outputs)
        key = ("adaptive", kinds, layer_name, integrate_steps, exact)

        def make():
            return _build(session, layer_name, kinds, integrate_steps, exact), {}

        self._session, self._batch_size = session, batch_size
        self._graph, self._sizes = session.build_once(key, make)
        directions = [np.asarray(act_dir, np.float32)[None] for _, act_dir in outputs if act_dir is not None]
        self._weights = dict(zip((weights for weights in self._graph.weights if weights is not None), directions))

    def walk(self, obses, points, replaced=None):
        """Attributions, values, missed and first, see _Graph. points: (n + 1, N); replaced: (2, N), by default 0."""
        graph, images = self._graph, self._session.images
        replaced = np.zeros((2, len(obses))) if replaced is None else replaced
        passes, shape = passes_at_a_time(1), obses.shape[1:]
        if shape not in self._sizes:
            self._sizes[shape] = self._session.run(graph.entries, {images: obses[:1]})

        def attribute(rows):
            feed = {images: obses[rows], graph.points: points[:, rows], graph.replaced: replaced[:, rows]}
            feed.update(self._weights)
            return self._session.run([graph.attributions, graph.values, graph.missed, graph.first], feed)

        rows = rows_of_a_pass(len(obses), self._sizes[shape], self._batch_size, passes)
        return in_passes(attribute, len(obses), rows, passes)


def _parts(row, points, missed, first):
    """The Parts of rows (N,) between points (n + 1, N). missed, first: (N, n)."""
    counted = np.repeat(row, len(points) - 1)
    return Parts(counted, points[:-1].T.ravel(), points[1:].T.ravel(), missed.ravel(), first.ravel())


def adaptive_attributions(session, outputs, layer_name, obses, integrate_steps, exact, batch_size):
    """Attributions (outputs, N, h, w, C) to a layer; arguments are those of `get_attrs`."""
    options = layer_name, integrate_steps, exact, batch_size
    points = np.repeat(first_points(integrate_steps)[:, None], len(obses), axis=1)
    attributions, *of_outputs = _PathWalk(session, outputs, *options).walk(obses, points)
    for output, attribution, values, missed, first in zip(outputs, attributions, *of_outputs):
        parts = _parts(np.arange(len(obses)), points, missed, first)
        explained, size = np.abs(values[:, 1] - values[:, 0]), np.abs(values).max(axis=1)
        allowed = np.maximum(TOLERANCE * explained, ROUNDING * size)
        for _ in range(ROUNDS):
            chosen = to_cut(parts, allowed)
            if not len(chosen):
                break
            old = Parts(*(field[chosen] for field in parts))
            pieces, replaced = cut(old), np.stack([old.first, old.end - old.start - old.first])
            walked = _PathWalk(session, [output], *options).walk(obses[old.row], pieces, replaced)
            np.add.at(attribution, old.row, walked[0][0])
            kept = (np.delete(field, chosen) for field in parts)
            parts = Parts(*map(np.concatenate, zip(kept, _parts(old.row, pieces, walked[2][0], walked[3][0]))))
    return attributions
