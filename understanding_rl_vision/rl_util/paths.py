"""Paths from zero to a layer's activations along which gradients are integrated."""

import itertools
import numbers
from typing import Any, Iterator, List, Optional

import numpy as np

from understanding_rl_vision.errors import InputError, quoted


def integration_points(steps):
    """Where the path is evaluated: 1/steps, 2/steps, ..., 1 (article, appendix B)."""
    if not isinstance(steps, numbers.Integral) or steps < 1:
        raise InputError("integrate_steps={} given; a whole number from 1 is accepted.".format(quoted(steps)))
    return np.linspace(0, 1, steps + 1)[1:]


def path_splits(features, max_paths, random_state):
    """Which features go first on each path: a list of (indices of features, whether they are swapped)."""
    combinations = list(itertools.combinations(range(features), features // 2))
    if features % 2 == 0:
        # A half and its complement are the same split.
        combinations = [combination for combination in combinations if 0 in combination]
    if max_paths is not None:
        count = min((max_paths + 1) // 2, len(combinations))
        chosen = random_state.choice(len(combinations), size=count, replace=False)
        combinations = [combinations[i] for i in chosen]
    splits = []
    for i, combination in enumerate(combinations):
        swaps = (False, True)
        if max_paths is not None and 2 * i + 1 == max_paths:
            swaps = (random_state.choice(swaps),)
        splits.extend((list(combination), swap) for swap in swaps)
    return splits


def path_points(acts_reduced, residual, nmf, split, integrate_steps):
    """Activations along one curved path from zero: one half of the features runs ahead of the other."""
    combination, swap = split
    lagging = np.full(nmf.features, float(swap))
    lagging[combination] = 1.0 - float(swap)
    path = []
    for alpha in integration_points(integrate_steps):
        coordinates = lagging * alpha**2 + (1.0 - lagging) * (1.0 - (1.0 - alpha) ** 2)
        path.append(nmf.inverse_transform(acts_reduced * coordinates) + residual * alpha)
    return path


def get_paths(
    acts: np.ndarray,
    nmf: Any,
    *,
    max_paths: Optional[int],
    integrate_steps: int,
    random_state: Any = np.random,
) -> Iterator[List[np.ndarray]]:
    """Yield paths from zero to activations for multi-path attribution.

    Every path splits the NMF features into two halves and runs through one sooner than through the other.

    Parameters
    ----------
    acts : ndarray (N, h, w, C)
        Activations, where the paths end.
    nmf : LayerNMF
        Of their layer.
    max_paths : int or None
        How many paths to draw; None: every split.
    integrate_steps : int
        Points of each path.
    random_state : module or RandomState
        NumPy's, which paths are drawn with.

    Yields
    ------
    list of ndarray (N, h, w, C)
        The points of a path.

    Raises
    ------
    InputError
        `integrate_steps` is no whole number from 1.
    """
    acts_reduced = nmf.transform(acts)
    residual = acts - nmf.inverse_transform(acts_reduced)
    for split in path_splits(nmf.features, max_paths, random_state):
        yield path_points(acts_reduced, residual, nmf, split, integrate_steps)
