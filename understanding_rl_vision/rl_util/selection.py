"""Choosing the strongest entries with a limit on how often each may be chosen."""

from typing import Optional, Sequence, Tuple

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


class _Best:
    """The order of np.argsort(-flat, axis=0), ties included, for columns as they are asked for: few ever are."""

    def __init__(self, flat):
        self._flat = flat
        self._order = np.empty(flat.shape[::-1], int)
        self._sorted = np.zeros(flat.shape[1], bool)

    def ranked(self, rank, columns):
        """The rows of the entries that have this rank in some columns, 0 for the largest."""
        new = columns[~self._sorted[columns]]
        # Sorting a column in memory of its own is faster; it gives the same order.
        self._order[new] = np.argsort(-self._flat.T[new], axis=1)
        self._sorted[new] = True
        return self._order[columns, rank]

    def first(self):
        """The rows of the largest entries of all columns."""
        largest = self._flat == self._flat.max(axis=0)
        rows = largest.argmax(axis=0)
        # Of several that are equal, or not numbers, sorting decides.
        unclear = np.flatnonzero(np.count_nonzero(largest, axis=0) != 1)
        rows[unclear] = self.ranked(0, unclear)
        return rows


def argmax_nd(
    x: np.ndarray, axes: Sequence[int], *, max_rep: float = np.inf, max_rep_strict: Optional[bool] = None
) -> Tuple[np.ndarray, ...]:
    """Indices of the maximum along several axes, with a limit on how often each is chosen.

    Parameters
    ----------
    x : ndarray
    axes : sequence of int
        The axes to maximise over.
    max_rep : float
        How often each index may be chosen.
    max_rep_strict : bool, optional
        Whether a place that has tried everything keeps its last resort (True) or returns to its best (False); needed
        with a finite `max_rep`.

    Returns
    -------
    tuple of ndarray
        An array of indices for each of the axes, of the shape of the other axes.

    Raises
    ------
    InputError
        `max_rep` is not above 0, or is finite without `max_rep_strict`.

    Notes
    -----
    While an index is chosen too often, the places where it is weakest move on: in round i to their i-th best. As in
    lucid.scratch.rl_util.
    """
    if max_rep <= 0 or (np.isfinite(max_rep) and max_rep_strict is None):
        raise InputError("argmax_nd needs max_rep > 0 and, when it is finite, max_rep_strict True or False.")
    other_axes = [axis for axis in range(x.ndim) if axis not in axes]
    shape = [x.shape[axis] for axis in axes]
    flat = x.transpose(list(axes) + other_axes).reshape(int(np.prod(shape)), -1)
    best = _Best(flat)
    places = np.arange(flat.shape[1])
    chosen = best.first()
    for i in range(1, len(flat) + (0 if max_rep_strict else 1)):
        excess = np.bincount(chosen, minlength=len(flat)) - max_rep
        if not (excess > 0).any():
            break
        weakest_first = np.argsort(flat[chosen, places])
        moving = np.flatnonzero(_ranks_within(chosen, weakest_first) < excess[chosen])
        chosen[moving] = best.ranked(i % len(flat), moving)
    return np.unravel_index(chosen.reshape([x.shape[axis] for axis in other_axes]), shape)
