"""Proportions: their intervals, their differences, and how blind an edit has made an agent."""

import numpy as np
from scipy.special import ndtr, ndtri

# scipy.stats, which has these under other names, takes a second to import.
Z = ndtri(0.975)


def wilson_interval(successes, trials):
    """The 95 % confidence interval (low, high) of a proportion (Wilson 1927); of no trials (0, 1)."""
    if not trials:
        return 0.0, 1.0
    rate = successes / trials
    centre = rate + Z**2 / (2 * trials)
    spread = Z * np.sqrt(rate * (1 - rate) / trials + Z**2 / (4 * trials**2))
    low, high = ((centre + sign * spread) / (1 + Z**2 / trials) for sign in (-1, 1))
    return float(max(low, 0)), float(min(high, 1))


def two_proportion_test(successes, trials, other_successes, other_trials):
    """The two-sided p-value of two proportions being equal: the z-test with the pooled proportion.

    It is 1 where nothing speaks for a difference: no trials, or none or all successes in both.
    """
    if not trials or not other_trials:
        return 1.0
    pooled = (successes + other_successes) / (trials + other_trials)
    variance = pooled * (1 - pooled) * (1 / trials + 1 / other_trials)
    if variance == 0:
        return 1.0
    difference = successes / trials - other_successes / other_trials
    return float(2 * ndtr(-abs(difference) / np.sqrt(variance)))


def blindness(edited, original, invisible):
    """How blind an edit has made an agent to objects, from the failures of three times the same levels.

    Each argument is a pair (failures, trials): of the edited agent, of the original one, and of the original one with
    the objects invisible. It is (edited − original) / (invisible − original) in failures per level: 0 where the edit
    changed nothing, 1 where it does as much as making them invisible (article, "Model editing").

    Returns (value, low, high), a 95 % interval by the delta method, or None where making them invisible does nothing.
    """
    rates = [failures / trials if trials else 0.0 for failures, trials in (edited, original, invisible)]
    variances = [rate * (1 - rate) / max(trials, 1) for rate, (_, trials) in zip(rates, (edited, original, invisible))]
    most = rates[2] - rates[1]
    if most <= 0:
        return None
    value = (rates[0] - rates[1]) / most
    slopes = np.array([1, value - 1, -value]) / most
    spread = Z * np.sqrt(slopes**2 @ np.array(variances))
    return float(value), float(value - spread), float(value + spread)
