"""Ranks of numbers, as SciPy's `rankdata` gives them, whose module takes a second to import."""

import numpy as np


def average_ranks(values):
    """Ranks from 1 of values (n,), those that are equal have their mean rank."""
    _, which, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2)[which.reshape(-1)]


def spearman(one, other):
    """Spearman's rho of two rows of numbers (n,); NaN where one of them does not vary."""
    one, other = (average_ranks(values) - (len(values) + 1) / 2 for values in (one, other))
    with np.errstate(invalid="ignore"):
        return float((one * other).sum() / np.sqrt((one**2).sum() * (other**2).sum()))
