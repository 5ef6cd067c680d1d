"""Choosing the strongest entries with a limit on how often each may be chosen."""

import numpy as np

from understanding_rl_vision.errors import InputError


def _ranks_within(groups, order):
    """For each entry its rank, in `order`, among the entries of its group."""
    by_group = order[np.argsort(groups[order], kind="stable")]
    sorted_groups = groups[by_group]
    starts = np.flatnonzero(np.r_[True, sorted_groups[1:] != sorted_groups[:-1]])
    ranks = np.empty(len(groups), dtype=int)
    ranks[by_group] = np.arange(len(groups)) - np.repeat(starts, np.diff(np.r_[starts, len(groups)]))
    return ranks


def argmax_nd(x, axes, *, max_rep=np.inf, max_rep_strict=None):
    """Indices of the maximum along several axes, each index chosen at most `max_rep` times.

    x: array; axes: the axes to maximise over. Returns a tuple with one index array for each of them, of the shape
    of the other axes. While an index is chosen too often, the places where it is weakest move on: in round i to
    their i-th best. max_rep_strict: whether a place that has tried everything keeps its last resort (True)
    or returns to its best (False); needed with a finite max_rep. As in lucid.scratch.rl_util.
    """
    if max_rep <= 0 or (np.isfinite(max_rep) and max_rep_strict is None):
        raise InputError("argmax_nd needs max_rep > 0 and, when it is finite, max_rep_strict True or False.")
    others = [axis for axis in range(x.ndim) if axis not in axes]
    shape = [x.shape[axis] for axis in axes]
    flat = x.transpose(list(axes) + others).reshape(int(np.prod(shape)), -1)
    best = np.argsort(-flat, axis=0)
    places = np.arange(flat.shape[1])
    chosen = best[0].copy()
    for i in range(1, len(best) + (0 if max_rep_strict else 1)):
        excess = np.bincount(chosen, minlength=len(best)) - max_rep
        if not (excess > 0).any():
            break
        weakest_first = np.argsort(flat[chosen, places])
        moving = _ranks_within(chosen, weakest_first) < excess[chosen]
        chosen[moving] = best[i % len(best)][moving]
    return np.unravel_index(chosen.reshape([x.shape[axis] for axis in others]), shape)
