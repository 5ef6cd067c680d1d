"""Activations, gradients and attributions of a frozen model.

Names, arguments and results are those of lucid.scratch.rl_util. `model` is a FrozenModel or a Lucid Model;
`obses` has the shape (N, H, W, C) with values in [0, 1]. Nothing is rebuilt from one call to the next.
"""

from typing import Any, Callable, Dict, Optional

import numpy as np

from understanding_rl_vision.annotations import Model, Tensor
from understanding_rl_vision.errors import InputError, quoted
from understanding_rl_vision.rl_util.batches import DEFAULT_BATCH_SIZE, batch_slices, concatenate
from understanding_rl_vision.rl_util.graphs import depends
from understanding_rl_vision.rl_util.joint_attribution import RIGHT, get_attrs
from understanding_rl_vision.rl_util.paths import integration_points
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


def maxpool_override() -> Dict[str, Callable[[Any, Tensor], Tensor]]:
    """A gradient override under which max pooling back-propagates like a smooth approximation of the maximum.

    Returns
    -------
    dict
        Type of operation -> gradient function: the `override` of `get_grad_or_attr`.
    """
    return {"MaxPool": _smooth_max_pool_gradient}


def has_gradient(model, layer_name, prev_layer_name):
    """Whether a layer depends on an earlier one in a way that has a gradient: else there is none to take."""
    session = model_session(model)
    tensors = session.tensor(layer_name), session.tensor(prev_layer_name)
    key = "has_gradient", layer_name, prev_layer_name
    return session.build_once(key, lambda: tf.gradients(tensors[0], [tensors[1]])[0] is not None)


def default_score_fn(t: Tensor) -> Tensor:
    """Sum over every axis but the batch's.

    Parameters
    ----------
    t : tensor (N, ...)

    Returns
    -------
    tensor (N,)
    """
    return tf.reduce_sum(t, axis=list(range(1, len(t.shape))))


def get_acts(
    model: Model, layer_name: Optional[str], obses: np.ndarray, *, batch_size: int = DEFAULT_BATCH_SIZE
) -> np.ndarray:
    """Activations of a layer, or of any node whose first axis is the batch.

    Parameters
    ----------
    model : FrozenModel or Lucid Model
    layer_name : str or None
        The node; None: the input.
    obses : ndarray (N, H, W, C)
        Observations in [0, 1].
    batch_size : int
        Observations in one pass.

    Returns
    -------
    ndarray (N, ...)
        Of the node's shape.

    Raises
    ------
    InputError
        The model has no such node.
    """
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
        key = "without", layer_name, zeroed_layer_name, obses.shape[1:]
        return np.repeat(session.build_once(key, lambda: of_batch(obses[:1])), len(obses), axis=0)
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


def layer_gradient(session, layer_name, prev_layer_name, score_fn, act_dir, act_poses):
    """The _Gradient of these arguments of `get_grad_or_attr`, built at the first call."""
    pose_axes = 0 if act_poses is None else act_poses.shape[-1]
    arguments = (layer_name, prev_layer_name, score_fn, act_dir is not None, pose_axes)
    return session.build_once(("gradient", *arguments), lambda: _Gradient(session, *arguments))


def gradient_feed(gradient, act_dir, act_poses, rows):
    """What its placeholders of directions and positions take for some rows."""
    feed = {}
    if act_dir is not None:
        feed[gradient.act_dir] = act_dir
    if act_poses is not None:
        feed[gradient.act_poses] = act_poses[rows]
    return feed


def get_grad_or_attr(
    model: Model,
    layer_name: str,
    prev_layer_name: Optional[str],
    obses: np.ndarray,
    *,
    act_dir: Optional[np.ndarray] = None,
    act_poses: Optional[np.ndarray] = None,
    score_fn: Callable[[Tensor], Tensor] = default_score_fn,
    grad_or_attr: str,
    override: Optional[Dict[str, Callable[[Any, Tensor], Any]]] = None,
    integrate_steps: int = 1,
    batch_size: int = DEFAULT_BATCH_SIZE,
) -> np.ndarray:
    """Gradient or attribution of a layer's score with respect to the activations of an earlier layer.

    Parameters
    ----------
    model : FrozenModel or Lucid Model
    layer_name : str
        The node whose activations are scored.
    prev_layer_name : str or None
        The node to attribute to; None: the input.
    obses : ndarray (N, H, W, C)
        Observations in [0, 1].
    act_dir : ndarray (channels,), optional
        Multiplies the scored activations.
    act_poses : ndarray (N, 2), optional
        Scores one position, (row, column), of each observation; default: all.
    score_fn : callable
        From activations, a tensor (N, ...), to scores, a tensor (N,); default: their sum.
    grad_or_attr : {'grad', 'attr'}
    override : dict, optional
        Type of operation -> gradient function, see `maxpool_override`.
    integrate_steps : int
        Points of the path, n.
    batch_size : int
        Observations in one pass.

    Returns
    -------
    ndarray (N, h, w, C)
        Of the earlier layer's shape.

    Raises
    ------
    InputError
        A node or an option is not one, or the layer does not depend on the earlier one.

    Notes
    -----
    The attribution is the integrated gradient along the straight line from zero to the earlier activations a
    (Sundararajan et al. 2017; article, Appendix B): a * mean over k = 1..n of dF(a k/n).
    """
    if grad_or_attr not in ("grad", "attr"):
        raise InputError("grad_or_attr is {}; accepted are 'grad' and 'attr'.".format(quoted(grad_or_attr)))
    session = model_session(model, override)
    gradient = layer_gradient(session, layer_name, prev_layer_name, score_fn, act_dir, act_poses)
    results = []
    for rows in batch_slices(len(obses), batch_size):
        feed = gradient_feed(gradient, act_dir, act_poses, rows)
        acts_prev = session.run(gradient.acts_prev, {session.images: obses[rows]})
        grad: Any = 0
        for alpha in integration_points(integrate_steps):
            feed.update({session.images: obses[rows], gradient.acts_prev: acts_prev * np.float32(alpha)})
            grad = grad + session.run(gradient.grad, feed)
        grad = grad / np.float32(integrate_steps)
        results.append(grad if grad_or_attr == "grad" else acts_prev * grad)
    return concatenate(results)


def get_attr(
    model: Model,
    layer_name: str,
    prev_layer_name: str,
    obses: np.ndarray,
    *,
    exact: bool = True,
    rule: str = RIGHT,
    **kwargs: Any,
) -> np.ndarray:
    """Attribution of a layer's score to an earlier layer.

    Parameters
    ----------
    model : FrozenModel or Lucid Model
    layer_name : str
        The node whose activations are scored.
    prev_layer_name : str
        The node to attribute to.
    obses : ndarray (N, H, W, C)
        Observations in [0, 1].
    exact : bool
        With False take the short way of `get_attrs`, which knows the options act_dir, integrate_steps and batch_size.
    rule : {'right', 'adaptive'}
        See `get_attrs`, which computes it if it is 'adaptive'.
    **kwargs
        Other options of `get_grad_or_attr`.

    Returns
    -------
    ndarray (N, h, w, C)

    Raises
    ------
    InputError
        See `get_grad_or_attr`.
    """
    if exact and rule == RIGHT:
        return get_grad_or_attr(model, layer_name, prev_layer_name, obses, grad_or_attr="attr", **kwargs)
    kwargs = dict({"integrate_steps": 1}, **kwargs)
    outputs = [(layer_name, kwargs.pop("act_dir", None))]
    return get_attrs(model, outputs, [prev_layer_name], obses, exact=exact, rule=rule, **kwargs)[prev_layer_name][0]


def get_grad(model: Model, layer_name: str, obses: np.ndarray, **kwargs: Any) -> np.ndarray:
    """Gradient of a layer's score with respect to the observations.

    Parameters
    ----------
    model : FrozenModel or Lucid Model
    layer_name : str
        The node whose activations are scored.
    obses : ndarray (N, H, W, C)
        Observations in [0, 1].
    **kwargs
        Options of `get_grad_or_attr`.

    Returns
    -------
    ndarray (N, H, W, C)

    Raises
    ------
    InputError
        See `get_grad_or_attr`.
    """
    return get_grad_or_attr(model, layer_name, None, obses, grad_or_attr="grad", **kwargs)
