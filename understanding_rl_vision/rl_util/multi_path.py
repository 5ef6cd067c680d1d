"""Multi-path attribution: gradients integrated along curved paths on which one half of the features runs ahead."""

from typing import Any, Callable, Dict, Optional

import numpy as np

from understanding_rl_vision.annotations import Model, Tensor
from understanding_rl_vision.rl_util.batches import DEFAULT_BATCH_SIZE, batch_slices, concatenate
from understanding_rl_vision.rl_util.compute import default_score_fn, gradient_feed, layer_gradient
from understanding_rl_vision.rl_util.paths import path_points, path_splits
from understanding_rl_vision.rl_util.sessions import model_session


def get_multi_path_attr(
    model: Model,
    layer_name: str,
    prev_layer_name: str,
    obses: np.ndarray,
    prev_nmf: Any,
    *,
    act_dir: Optional[np.ndarray] = None,
    act_poses: Optional[np.ndarray] = None,
    score_fn: Callable[[Tensor], Tensor] = default_score_fn,
    override: Optional[Dict[str, Callable[[Any, Tensor], Any]]] = None,
    max_paths: Optional[int] = 50,
    integrate_steps: int = 10,
    random_state: Any = np.random,
    batch_size: int = DEFAULT_BATCH_SIZE,
) -> np.ndarray:
    """Attribution averaged over the paths of `get_paths`, which all observations share.

    Parameters
    ----------
    model : FrozenModel or Lucid Model
    layer_name : str
        The node whose activations are scored.
    prev_layer_name : str
        The node to attribute to.
    obses : ndarray (N, H, W, C)
        Observations in [0, 1].
    prev_nmf : LayerNMF
        Of the earlier layer.
    act_dir : ndarray (channels,), optional
        See `get_grad_or_attr`, as for the next three.
    act_poses : ndarray (N, 2), optional
    score_fn : callable
    override : dict, optional
    max_paths : int or None
        How many paths to draw; None: every one.
    integrate_steps : int
        Points of each path.
    random_state : module or RandomState
        NumPy's, which paths are drawn with.
    batch_size : int
        Observations in one pass.

    Returns
    -------
    ndarray (N, h, w, C)

    Raises
    ------
    InputError
        See `get_grad_or_attr`.
    """
    session = model_session(model, override)
    gradient = layer_gradient(session, layer_name, prev_layer_name, score_fn, act_dir, act_poses)
    splits = path_splits(prev_nmf.features, max_paths, random_state)
    results = []
    for rows in batch_slices(len(obses), batch_size):
        feed = gradient_feed(gradient, act_dir, act_poses, rows)
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
