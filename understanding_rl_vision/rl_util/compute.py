"""Activations, gradients and attributions of a frozen model.

Names, arguments and results are those of lucid.scratch.rl_util. `model` is a FrozenModel or a Lucid Model;
`obses` has the shape (N, H, W, C) with values in [0, 1]. Nothing is rebuilt from one call to the next.
"""

import numpy as np

from understanding_rl_vision.errors import InputError
from understanding_rl_vision.rl_util.batches import DEFAULT_BATCH_SIZE, batch_slices, concatenate
from understanding_rl_vision.rl_util.graphs import depends
from understanding_rl_vision.rl_util.joint_attribution import get_attrs
from understanding_rl_vision.rl_util.paths import integration_points, path_points, path_splits
from understanding_rl_vision.rl_util.sessions import gradient_of, model_session
from understanding_rl_vision.tensorflow1 import tf


def _smooth_max_pool_gradient(op, grad):
    window = [op.get_attr(name) for name in ("ksize", "strides", "padding")]
    images = op.inputs[0]
    # Where a network pads with -inf, as PyTorch does, that counts as little as TensorFlow's own padding.
    inside = tf.is_finite(images)
    values = tf.where(inside, images, tf.zeros_like(images))
    share = tf.nn.avg_pool(tf.cast(inside, images.dtype), *window)
    mean_of_squares = tf.nn.avg_pool(values**2, *window) / share
    smooth_max = mean_of_squares / (1e-2 + tf.nn.avg_pool(tf.abs(values), *window) / share)
    return tf.gradients(smooth_max, [images], grad)[0]


def maxpool_override():
    """A gradient override under which max pooling back-propagates like a smooth approximation of the maximum."""
    return {"MaxPool": _smooth_max_pool_gradient}


def has_gradient(model, layer_name, prev_layer_name):
    """Whether a layer depends on an earlier one in a way that has a gradient: else there is none to take."""
    session = model_session(model)
    tensors = session.tensor(layer_name), session.tensor(prev_layer_name)
    key = "has_gradient", layer_name, prev_layer_name
    return session.build_once(key, lambda: tf.gradients(tensors[0], [tensors[1]])[0] is not None)


def default_score_fn(t):
    """Sum over every axis but the batch's."""
    return tf.reduce_sum(t, axis=list(range(1, len(t.shape))))


def get_acts(model, layer_name, obses, *, batch_size=DEFAULT_BATCH_SIZE):
    """Activations of a layer (or any node whose first axis is the batch) as an array of its shape."""
    session = model_session(model)
    acts = session.tensor(layer_name)
    return concatenate(
        [session.run(acts, {session.images: obses[rows]}) for rows in batch_slices(len(obses), batch_size)]
    )


def get_acts_without(model, layer_name, zeroed_layer_name, obses, *, batch_size=DEFAULT_BATCH_SIZE):
    """Activations of a layer when all activations of an earlier one are zero: the baseline of its attribution."""
    session = model_session(model)
    acts, zeroed = session.tensor(layer_name), session.tensor(zeroed_layer_name)

    def of_batch(batch):
        feed = {session.images: batch}
        feed[zeroed] = np.zeros_like(session.run(zeroed, feed))
        return session.run(acts, feed)

    if not depends(acts.op, session.images.op, without=zeroed.op):
        return np.repeat(of_batch(obses[:1]), len(obses), axis=0)
    return concatenate([of_batch(obses[rows]) for rows in batch_slices(len(obses), batch_size)])


class _Gradient:
    """The gradient of the summed score of one layer with respect to an earlier one, as graph tensors."""

    def __init__(self, session, layer_name, prev_layer_name, score_fn, has_dir, pose_axes):
        acts = session.tensor(layer_name)
        self.acts_prev = session.tensor(prev_layer_name)
        self.act_dir = tf.placeholder(tf.float32, (None,)) if has_dir else None
        self.act_poses = tf.placeholder(tf.int32, (None, pose_axes)) if pose_axes else None
        if has_dir:
            acts = acts * self.act_dir
        if pose_axes:
            rows = tf.range(tf.shape(self.act_poses)[0])[:, None]
            acts = tf.gather_nd(acts, tf.concat([rows, self.act_poses], axis=-1))
        scores = score_fn(acts)
        if len(scores.shape) < 1:
            raise InputError("score_fn must keep the batch axis, but it returned a scalar.")
        self.grad = gradient_of(tf.reduce_sum(scores), self.acts_prev, layer_name, prev_layer_name)


def _gradient(session, layer_name, prev_layer_name, score_fn, act_dir, act_poses):
    pose_axes = 0 if act_poses is None else act_poses.shape[-1]
    arguments = (layer_name, prev_layer_name, score_fn, act_dir is not None, pose_axes)
    return session.build_once(("gradient", *arguments), lambda: _Gradient(session, *arguments))


def _feed(gradient, act_dir, act_poses, rows):
    feed = {}
    if act_dir is not None:
        feed[gradient.act_dir] = act_dir
    if act_poses is not None:
        feed[gradient.act_poses] = act_poses[rows]
    return feed


def get_grad_or_attr(
    model,
    layer_name,
    prev_layer_name,
    obses,
    *,
    act_dir=None,
    act_poses=None,
    score_fn=default_score_fn,
    grad_or_attr,
    override=None,
    integrate_steps=1,
    batch_size=DEFAULT_BATCH_SIZE,
):
    """Gradient or attribution of a layer's score with respect to the activations a of an earlier layer.

    The attribution is the integrated gradient along the straight line from zero (Sundararajan et al., 2017;
    article, appendix B): a * mean over k = 1..n of dF(a k/n), n = `integrate_steps`.

    layer_name: node whose activations are scored; prev_layer_name: node to attribute to, None for the input.
    act_dir: (channels,), multiplies the activations. act_poses: (N, 2), scores one position per observation.
    score_fn: tensor (N, ...) -> tensor (N,). override: op type -> gradient function, see `maxpool_override`.
    grad_or_attr: 'grad' or 'attr'. batch_size: observations in one pass. Returns an array of the earlier layer's shape.
    """
    if grad_or_attr not in ("grad", "attr"):
        raise InputError("grad_or_attr is {!r}; accepted are 'grad' and 'attr'.".format(grad_or_attr))
    session = model_session(model, override)
    gradient = _gradient(session, layer_name, prev_layer_name, score_fn, act_dir, act_poses)
    results = []
    for rows in batch_slices(len(obses), batch_size):
        feed = _feed(gradient, act_dir, act_poses, rows)
        acts_prev = session.run(gradient.acts_prev, {session.images: obses[rows]})
        grad = 0
        for alpha in integration_points(integrate_steps):
            feed.update({session.images: obses[rows], gradient.acts_prev: acts_prev * np.float32(alpha)})
            grad = grad + session.run(gradient.grad, feed)
        grad = grad / np.float32(integrate_steps)
        results.append(grad if grad_or_attr == "grad" else acts_prev * grad)
    return concatenate(results)


def get_attr(model, layer_name, prev_layer_name, obses, *, exact=True, **kwargs):
    """Attribution of a layer's score to an earlier layer; options as in `get_grad_or_attr`.

    exact: with False, take the short way of `get_attrs`, which knows the options act_dir, integrate_steps, batch_size.
    """
    if exact:
        return get_grad_or_attr(model, layer_name, prev_layer_name, obses, grad_or_attr="attr", **kwargs)
    kwargs = dict({"integrate_steps": 1}, **kwargs)
    outputs = [(layer_name, kwargs.pop("act_dir", None))]
    return get_attrs(model, outputs, [prev_layer_name], obses, exact=False, **kwargs)[prev_layer_name][0]


def get_grad(model, layer_name, obses, **kwargs):
    """Gradient of a layer's score with respect to the observations; options as in `get_grad_or_attr`."""
    return get_grad_or_attr(model, layer_name, None, obses, grad_or_attr="grad", **kwargs)


def get_multi_path_attr(
    model,
    layer_name,
    prev_layer_name,
    obses,
    prev_nmf,
    *,
    act_dir=None,
    act_poses=None,
    score_fn=default_score_fn,
    override=None,
    max_paths=50,
    integrate_steps=10,
    random_state=np.random,
    batch_size=DEFAULT_BATCH_SIZE,
):
    """Attribution averaged over the paths of `get_paths`; other options as in `get_grad_or_attr`.

    prev_nmf: a LayerNMF of the earlier layer. All observations share the paths.
    """
    session = model_session(model, override)
    gradient = _gradient(session, layer_name, prev_layer_name, score_fn, act_dir, act_poses)
    splits = path_splits(prev_nmf.features, max_paths, random_state)
    results = []
    for rows in batch_slices(len(obses), batch_size):
        feed = _feed(gradient, act_dir, act_poses, rows)
        feed[session.images] = obses[rows]
        acts = session.run(gradient.acts_prev, {session.images: obses[rows]})
        acts_reduced = prev_nmf.transform(acts)
        residual = acts - prev_nmf.inverse_transform(acts_reduced)
        total = np.zeros(acts.shape)
        for split in splits:
            previous = 0
            for point in path_points(acts_reduced, residual, prev_nmf, split, integrate_steps):
                feed[gradient.acts_prev] = point
                total += (point - previous) * session.run(gradient.grad, feed)
                previous = point
        results.append(total / len(splits))
    return concatenate(results)
