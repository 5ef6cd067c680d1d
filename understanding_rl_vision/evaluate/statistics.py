"""Proportions: their intervals, their differences, and how blind an edit has made an agent."""

import numpy as np

from understanding_rl_vision.later import special

# The 97.5th percentile of the normal distribution.
Z = 1.959963984540054


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
    return float(2 * special.ndtr(-abs(difference) / np.sqrt(variance)))


def mcnemar_test(only_one, only_other):
    """The two-sided p-value of two paired proportions being equal: McNemar's test (1947), exact with mid-p.

    only_one, only_other: pairs in which only the one, or only the other, is a success; if the proportions are equal,
    these are as tosses of a coin. Mid-p counts what was observed by half (Lancaster 1961): without, the test is too
    cautious where few pairs differ, and the chi-square, with Edwards' correction or not, is too cautious or too bold
    (Fagerland, Lydersen and Laake 2013). It is 1 where no pairs differ.
    """
    fewer, differing = min(only_one, only_other), only_one + only_other
    if not differing:
        return 1.0
    # Twice the half-counted tail: P(X <= fewer) + P(X < fewer).
    return float(special.bdtr(fewer, differing, 0.5) + (special.bdtr(fewer - 1, differing, 0.5) if fewer else 0))


def paired_difference_interval(only_one, only_other, pairs):
    """The 95 % interval (low, high) of the difference of two paired proportions; of no pairs (-1, 1).

    Wald's with one more pair of each kind that differs (Bonett and Price 2012). Other arguments: see `mcnemar_test`.
    """
    if not pairs:
        return -1.0, 1.0
    one, other = (only_one + 1) / (pairs + 2), (only_other + 1) / (pairs + 2)
    spread = Z * np.sqrt((one + other - (one - other) ** 2) / (pairs + 2))
    return float(max(one - other - spread, -1)), float(min(one - other + spread, 1))


def difference_interval(successes, trials, other_successes, other_trials):
    """The 95 % interval (low, high) of the difference of two independent proportions; where one has no trials (-1, 1).

    It is made of both Wilson intervals (Newcombe 1998, method 10).
    """
    if not trials or not other_trials:
        return -1.0, 1.0
    one, other = successes / trials, other_successes / other_trials
    low, high = wilson_interval(successes, trials)
    other_low, other_high = wilson_interval(other_successes, other_trials)
    below, above = np.hypot(one - low, other_high - other), np.hypot(high - one, other - other_low)
    return float(one - other - below), float(one - other + above)


def covariance_of_shares(outcomes):
    """The covariance (k, k) of the shares of k models that played the same levels. outcomes: 0 and 1, (k, levels)."""
    return np.cov(outcomes, bias=True) / len(outcomes[0])


def blindness(edited, original, invisible, covariance=None):
    """How blind an edit has made an agent to objects, from their failures.

    Each argument is a pair (failures, trials): of the edited agent, of the original one, and of the original one with
    the objects invisible. It is (edited − original) / (invisible − original) in failures per level: 0 where the edit
    changed nothing, 1 where it does as much as making them invisible (article, "Model editing").

    covariance: of the three shares, (3, 3), where they are of the same levels, see `covariance_of_shares`; by default
    they are independent.

    Returns (value, low, high), a 95 % interval by the delta method, or None where making them invisible does nothing.
    """
    rates = [failures / trials if trials else 0.0 for failures, trials in (edited, original, invisible)]
    if covariance is None:
        trials = [max(trials, 1) for _, trials in (edited, original, invisible)]
        covariance = np.diag([rate * (1 - rate) / count for rate, count in zip(rates, trials)])
    most = rates[2] - rates[1]
    if most <= 0:
        return None
    value = (rates[0] - rates[1]) / most
    slopes = np.array([1, value - 1, -value]) / most
    spread = Z * np.sqrt(slopes @ covariance @ slopes)
    return float(value), float(value - spread), float(value + spread)
