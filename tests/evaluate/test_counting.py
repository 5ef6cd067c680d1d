"""Statistics, summaries, files and charts of levels played."""

import json

import numpy as np
import PIL.Image
import pytest
import scipy.stats

from understanding_rl_vision.evaluate import chart, records, summaries
from understanding_rl_vision.evaluate.statistics import (
    blindness,
    difference_interval,
    paired_difference_interval,
    two_proportion_test,
    wilson_interval,
)
from understanding_rl_vision.play.levels import Played

CAUSES = ["saw", "fall", "never"]


def levels(solved, **failed):
    causes = [None] * solved + [cause for cause, count in failed.items() for _ in range(count)]
    return [Played(i, 100 + i, cause is None, cause, 10 + i, 10.0 * (cause is None)) for i, cause in enumerate(causes)]


@pytest.mark.parametrize(
    "successes, trials, expected",
    # The first two as in Brown, Cai and DasGupta 2001 and in R's prop.test(correct=FALSE).
    [(10, 20, (0.2993, 0.7007)), (0, 10, (0.0, 0.2775)), (10, 10, (0.7225, 1.0)), (0, 0, (0.0, 1.0))],
)
def test_wilson_interval(successes, trials, expected):
    np.testing.assert_allclose(wilson_interval(successes, trials), expected, atol=1e-4)


def test_two_proportion_test_is_the_chi_square_test_without_correction():
    table = [[37, 9963], [61, 9939]]
    expected = scipy.stats.chi2_contingency(table, correction=False)[1]
    assert two_proportion_test(61, 10000, 37, 10000) == pytest.approx(expected)
    assert expected < 0.05
    for nothing in [(0, 10, 0, 10), (10, 10, 9, 9), (0, 0, 3, 9)]:
        assert two_proportion_test(*nothing) == 1


@pytest.mark.parametrize(
    "only_one, only_other, pairs, expected",
    # The first of the data in Fagerland, Lydersen and Laake 2013, done by hand; the second is cut off at -1.
    [(1, 7, 21, (-0.508, -0.013)), (0, 3, 3, (-1, 0.101)), (3, 0, 3, (-0.101, 1)), (0, 0, 0, (-1, 1))],
)
def test_paired_difference_interval(only_one, only_other, pairs, expected):
    assert paired_difference_interval(only_one, only_other, pairs) == pytest.approx(expected, abs=6e-4)


def test_blindness_of_the_article():
    value, low, high = blindness((1276, 10000), (37, 10000), (3220, 10000))
    assert value == pytest.approx(0.389, abs=1e-3) and 0.36 < low < value < high < 0.42
    assert blindness((5, 100), (5, 100), (5, 100)) is blindness((5, 100), (5, 100), (2, 100)) is None
    # What was not played has not failed.
    assert blindness((0, 0), (10, 100), (50, 100))[0] == pytest.approx(-0.25)
    # Twice the agents, and the spread of the estimates.
    draws = np.random.RandomState(0).binomial(500, [[0.3], [0.1], [0.5]], (3, 4000)) / 500
    estimates = (draws[0] - draws[1]) / (draws[2] - draws[1])
    _, low, high = blindness((150, 500), (50, 500), (250, 500))
    np.testing.assert_allclose([low, high], np.percentile(estimates, [2.5, 97.5]), atol=0.01)


def test_summary_counts_shares_intervals_and_tests():
    # The game has drawn the levels of both.
    played = [[one._replace(level=None) for one in of] for of in (levels(6, saw=2), levels(90, saw=90, fall=20))]
    first, second = summaries.summarise(["A", "B"], played, CAUSES)
    assert list(first["outcomes"]) == list(second["outcomes"]) == ["solved", "failed", "saw", "fall"]
    assert (first["levels"], first["mean_steps"], first["mean_return"]) == (8, 13.5, 7.5)
    assert first["outcomes"]["fall"] == {
        "count": 0,
        "share": 0,
        "interval": list(wilson_interval(0, 8)),
        "p_value": None,
        "test": None,
        "difference": None,
        "difference_interval": None,
    }
    assert second["outcomes"]["failed"]["share"] == 0.55
    saw = second["outcomes"]["saw"]
    assert (saw["test"], saw["p_value"]) == ("two-proportion z", two_proportion_test(90, 200, 2, 8))
    assert (saw["difference"], saw["difference_interval"]) == (0.45 - 0.25, list(difference_interval(90, 200, 2, 8)))
    rows = summaries.as_csv([first, second]).splitlines()
    header = "model,levels,outcome,count,share,low,high,p_value,test,difference,difference_low,difference_high"
    assert rows[0] == header and rows[1].endswith(",,,,,") and ",two-proportion z," in rows[5]
    assert rows[5].startswith("B,200,solved,90,0.45,") and len(rows) == 9
    table = summaries.as_table([first, second])
    assert "| A (8 levels) | B (200 levels) |" in table and "| fall | 0.00% (0.00% to 32.44%) | 10.00% (" in table
    (empty,) = summaries.summarise(["A"], [[]], CAUSES)
    assert empty["outcomes"]["solved"]["share"] is None and "none played" in summaries.as_table([empty])


def test_where_nothing_tells_what_was_solved_there_are_returns():
    def scored(*returns):
        return [Played(i, None, None, None, 10, score) for i, score in enumerate(returns)]

    models = summaries.summarise(["A", "B"], [scored(1.0, 2.0, 6.0), scored(5.0)], CAUSES)
    assert [model["outcomes"] for model in models] == [{}, {}]
    # The spread of 1, 2 and 6 is that of a sample: the square root of 7.
    half = 1.96 * np.sqrt(7 / 3)
    np.testing.assert_allclose(models[0]["return_interval"], [3 - half, 3 + half])
    assert models[1]["return_interval"] is None
    rows = summaries.as_csv(models).splitlines()
    assert rows[0] == "model,levels,mean_return,low,high" and rows[1].startswith("A,3,3.0,") and rows[2] == "B,1,5.0"
    assert summaries.as_table(models).splitlines()[2] == "| mean return | 3 ({:.4g} to {:.4g}) | 5 |".format(
        3 - half, 3 + half
    )
    (axes,) = chart.returns_chart(models).axes
    assert [bar.get_height() for bar in axes.patches] == [3, 5] and axes.get_title() == "Mean return"


def test_journals_survive_and_become_ordered_files(tmp_path):
    folder = str(tmp_path)
    one, other = levels(2, saw=1), levels(1)
    one.append(Played(3, None, None, None, 7, -2.5))
    for rank, (model, played) in enumerate([(1, other), (0, one[::-1])]):
        journal = records.Journal(folder, rank)
        for level in played:
            journal.add(model, level)
        journal.close()
    expected = {(0, level.index): level for level in one}
    expected[1, 0] = other[0]
    # The process ended while it wrote a line.
    with open(str(tmp_path / "playing.1.csv"), "a") as file:
        file.write("0,7,1")
    assert records.read_played(folder) == expected
    records.write_levels(folder, expected)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["levels.csv", "levels.json"]
    assert records.read_played(folder) == expected
    rows = (tmp_path / "levels.csv").read_text().splitlines()
    assert rows[0] == "model,index,level,solved,cause,steps,return" and rows[1] == "0,0,100,True,,10,10.0"
    content = json.loads((tmp_path / "levels.json").read_text())
    assert content[2] == dict(model=0, index=2, level=102, solved=False, cause="saw", steps=12, **{"return": 0.0})


def test_chart_shows_a_bar_for_each_model_and_cause_and_is_reproducible(tmp_path):
    models = summaries.summarise(
        ["A", "A, saws invisible"], [levels(6, buzzsaw=2), levels(10, buzzsaw=8, lava=2)], ["buzzsaw", "lava"]
    )
    figure = chart.failures_chart(models)
    (axes,) = figure.axes
    heights = {bars.get_label(): [bar.get_height() for bar in bars] for bars in axes.containers if len(bars) == 2}
    assert heights["buzzsaw"] == [0.25, 0.4] and heights["lava"] == [0, 0.1]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["A", "A, saws\ninvisible"]
    assert axes.get_xlabel() == "* differs from A with p < 0.05 (McNemar's test, level by level)" and not axes.texts
    for stem in ("one", "two"):
        chart.write_chart(models, str(tmp_path / stem))
    for form in ("png", "svg"):
        assert (tmp_path / ("one." + form)).read_bytes() == (tmp_path / ("two." + form)).read_bytes()
    with PIL.Image.open(str(tmp_path / "one.png")) as image:
        assert image.size[0] > 600
    assert "buzzsaw" in (tmp_path / "one.svg").read_text()


def test_the_control_is_hatched_and_cut_at_the_scale_of_the_others_with_its_number(tmp_path):
    models = summaries.summarise(
        ["A", "edited", "A, saws invisible"],
        [levels(990, buzzsaw=10), levels(950, buzzsaw=50), levels(600, buzzsaw=380, lava=20)],
        ["buzzsaw", "lava"],
    )
    (axes,) = chart.failures_chart(models, control=True).axes
    high = models[1]["outcomes"]["buzzsaw"]["interval"][1]
    assert axes.get_ylim() == (0, chart.HEADROOM * high)
    # What is cut has its number, what is not has none.
    texts = {text.get_text(): text.get_position()[0] for text in axes.texts}
    assert set(texts) == {"*", "38.0 %*"} and texts["38.0 %*"] == pytest.approx(2 - 0.2)
    for bars in axes.containers:
        if len(bars) == 3 and bars.get_label() in ("buzzsaw", "lava"):
            assert [bar.get_hatch() for bar in bars] == [None, None, "////"]
    assert axes.get_xlabel().endswith("; " + chart.CONTROL_NOTE)
    (plain,) = chart.failures_chart(models).axes
    assert plain.get_ylim()[1] > 0.38 and not any("%" in text.get_text() for text in plain.texts)
    chart.write_chart(models, str(tmp_path / "control"), control=True)
    assert "38.0 %" in (tmp_path / "control.svg").read_text()
