"""Models compared level by level where they have played the same ones."""

import numpy as np
import pytest
import scipy.stats

from understanding_rl_vision.evaluate import chart, model_comparison, summaries
from understanding_rl_vision.evaluate.statistics import (
    blindness,
    covariance_of_shares,
    difference_interval,
    mcnemar_test,
    paired_difference_interval,
    two_proportion_test,
)
from understanding_rl_vision.play.levels import Played


def played(failed, cause="saw", numbers=None):
    numbers = range(100, 100 + len(failed)) if numbers is None else numbers
    return [
        Played(i, level, not fails, cause if fails else None, 9, float(not fails))
        for i, (fails, level) in enumerate(zip(failed, numbers))
    ]


def unequal_levels(random, count, mean=0.1):
    """The probabilities of failing levels, most of which are hardly ever, or nearly always, failed: (count,)."""
    return random.beta(mean, 1 - mean, count)


@pytest.mark.parametrize("fewer, more", [(0, 1), (0, 9), (3, 8), (7, 7), (45, 70), (480, 560)])
def test_mcnemars_test_is_the_exact_one_with_what_was_observed_counted_by_half(fewer, more):
    binomial = scipy.stats.binom(fewer + more, 0.5)
    exact = min(1, 2 * binomial.cdf(fewer))
    expected = 1 if fewer == more else exact - binomial.pmf(fewer)
    assert mcnemar_test(fewer, more) == mcnemar_test(more, fewer) == pytest.approx(expected, rel=1e-9)
    if fewer > 40:
        chi_square = (more - fewer) ** 2 / (more + fewer)
        assert mcnemar_test(fewer, more) == pytest.approx(scipy.stats.chi2.sf(chi_square, 1), rel=0.02)


def test_mcnemars_test_of_nothing_and_of_the_tables_of_its_authors():
    assert mcnemar_test(0, 0) == 1
    # Fagerland, Lydersen and Laake 2013, table 1: 1 against 7 pairs; exact 0.0703, mid-p 0.0391.
    assert mcnemar_test(1, 7) == pytest.approx(0.0391, abs=5e-5)


def test_false_alarms_are_as_rare_as_said_and_a_rise_is_found_where_levels_are_unequal():
    """2,000 levels, a tenth of which are failed; nominal 5 %."""
    random = np.random.RandomState(0)
    alarms, found = np.zeros(2), np.zeros(2)
    trials = 1500
    for _ in range(trials):
        difficulty = unequal_levels(random, 2000)
        first, same = (random.uniform(size=2000) < difficulty for _ in range(2))
        worse = random.uniform(size=2000) < 1.15 * difficulty
        for hits, other in ((alarms, same), (found, worse)):
            paired = mcnemar_test(int((other & ~first).sum()), int((first & ~other).sum()))
            unpaired = two_proportion_test(int(other.sum()), 2000, int(first.sum()), 2000)
            hits += np.array([paired, unpaired]) < 0.05
    # Three standard errors of 5 % in 1,500 trials are 1.7 %.
    assert abs(alarms[0] / trials - 0.05) < 0.017 and alarms[1] / trials < 0.02
    assert found[0] > found[1] + 3 * np.sqrt(trials / 4)


def test_intervals_of_differences_hold_the_truth_as_often_as_said():
    random = np.random.RandomState(1)
    holds, trials = np.zeros(2), 1500
    for _ in range(trials):
        difficulty = unequal_levels(random, 400)
        first, worse = (random.uniform(size=400) < rise * difficulty for rise in (1, 1.2))
        only = int((worse & ~first).sum()), int((first & ~worse).sum())
        truth = (np.minimum(1.2 * difficulty, 1) - difficulty).mean()
        low, high = paired_difference_interval(*only, 400)
        holds[0] += low <= truth <= high
        one, other = random.binomial(60, [0.12, 0.1])
        low, high = difference_interval(one, 60, other, 60)
        holds[1] += low <= 0.02 <= high
    assert np.all(holds / trials > 0.93)
    assert paired_difference_interval(0, 0, 0) == difference_interval(0, 0, 3, 9) == (-1, 1)
    # Newcombe 1998, example (a): 56 of 70 and 48 of 80.
    np.testing.assert_allclose(difference_interval(56, 70, 48, 80), (0.0524, 0.3339), atol=5e-5)


def test_the_interval_of_blindness_is_as_wide_as_its_estimates_where_levels_are_the_same():
    random = np.random.RandomState(2)
    estimates, intervals, unpaired = [], [], []
    for _ in range(1500):
        difficulty = unequal_levels(random, 1000, 0.3)
        # An edited agent fails what the original one fails, and some more.
        first = random.uniform(size=1000) < 0.3 * difficulty
        edited = first | (random.uniform(size=1000) < 0.3 * difficulty)
        invisible = edited | (random.uniform(size=1000) < 0.6 * difficulty)
        failed = np.array([edited, first, invisible], int)
        shares = [(int(one.sum()), 1000) for one in failed]
        value, low, high = blindness(*shares, covariance=covariance_of_shares(failed))
        estimates.append(value)
        intervals.append(high - low)
        unpaired.append(np.ptp(blindness(*shares)[1:]))
    spread = np.diff(np.percentile(estimates, [2.5, 97.5]))
    assert np.mean(intervals) == pytest.approx(spread[0], rel=0.08)
    assert np.mean(unpaired) > 1.2 * spread


def test_only_levels_that_both_have_played_are_compared_and_only_the_same_ones():
    first = played([1, 1, 0, 0, 0, 0])
    other = played([0, 1, 1, 1])[::-1]
    found = model_comparison.compare(other, first, "saw")
    assert (found["test"], found["p_value"]) == ("McNemar", mcnemar_test(2, 1))
    assert found["difference"] == 0.25
    assert found["difference_interval"] == list(paired_difference_interval(2, 1, 4))
    assert model_comparison.compare(other, first, "solved")["difference"] == -0.25
    assert model_comparison.compare(other, first, "fall")["p_value"] == 1
    for numbers in ([100, 101, 102, 7], [None] * 4):
        found = model_comparison.compare(played([0, 1, 1, 1], numbers=numbers), first, "failed")
        assert (found["test"], found["p_value"]) == ("two-proportion z", two_proportion_test(3, 4, 2, 6))
    nothing = model_comparison.compare([], first, "failed")
    assert (nothing["p_value"], nothing["difference"], nothing["difference_interval"]) == (1, None, [-1, 1])


def test_blindness_takes_the_levels_that_all_have_played():
    original, edited, invisible = played([0, 0, 0, 1]), played([0, 1, 0, 1, 1]), played([1, 1, 0, 1])
    expected = blindness((2, 4), (1, 4), (3, 4), covariance_of_shares([[0, 1, 0, 1], [0, 0, 0, 1], [1, 1, 0, 1]]))
    assert model_comparison.blindness(edited, original, invisible, ["saw"]) == expected
    drawn = [[one._replace(level=None) for one in of] for of in (edited, original, invisible)]
    assert model_comparison.blindness(*drawn, ["saw"]) == blindness((3, 5), (1, 4), (3, 4))


def test_table_and_chart_say_by_which_test_models_differ():
    first, worse = np.zeros(200), np.repeat([1, 0], [40, 160])
    models = summaries.summarise(["A", "B"], [played(first), played(worse)], ["saw"])
    note = "* differs from A with p < 0.05 (McNemar's test, level by level)"
    assert "| 20.00%* (" in summaries.as_table(models) and summaries.as_table(models).endswith("\n\n" + note)
    (axes,) = chart.failures_chart(models).axes
    assert axes.get_xlabel() == note and [text.get_text() for text in axes.texts] == ["*"]
    assert summaries.star_note(summaries.summarise(["A"], [played(first)], ["saw"])) == ""
