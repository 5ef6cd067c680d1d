"""The numbers of a study, against SciPy, published values or simulation."""

import itertools

import numpy as np
import pytest
from scipy.ndimage import maximum_filter
from scipy.stats import mannwhitneyu, rankdata, spearmanr

from understanding_rl_vision.study.agents import StudyAgent
from understanding_rl_vision.study.agreement import krippendorff_alpha
from understanding_rl_vision.study.generalising import TEST, TRAIN, drawn_levels
from understanding_rl_vision.study.results import conclusions, rank_correlation, share_interval, summarise, trend
from understanding_rl_vision.study.selectivity import best_kinds, object_cells, selectivity, strongest_nearby


def test_agreement_is_the_published_one():
    table = np.array(
        [
            [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
            [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
            [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
            [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
        ]
    )
    units = [[int(rating) for rating in unit if rating] for unit in table.T]
    assert krippendorff_alpha(units) == pytest.approx(0.743, abs=5e-4)


def test_agreement_of_all_of_chance_and_of_nobody():
    assert krippendorff_alpha([[True, True], [False, False]]) == 1
    draws = np.random.RandomState(0).randint(2, size=(4000, 2)).tolist()
    assert abs(krippendorff_alpha(draws)) < 0.05
    assert krippendorff_alpha([[True], [False]]) is None
    assert krippendorff_alpha([[True, True], [True, True]]) is None


def test_selectivity_is_the_area_under_the_curve():
    random = np.random.RandomState(0)
    centres = random.rand(2, 40, 8, 8) < 0.02
    far = ~(maximum_filter(centres, size=(1, 1, 3, 3)))
    # With ties, as activations have at zero.
    acts = np.maximum(random.randn(40, 8, 8, 3) + 2 * centres[0, ..., None] * [0, 1, 3], 0)
    areas = selectivity(acts, centres, far)
    nearby = strongest_nearby(acts)
    for feature in range(3):
        for kind in range(2):
            positive, negative = nearby[centres[kind], feature], nearby[far[kind], feature]
            u = mannwhitneyu(positive, negative, alternative="greater").statistic
            assert areas[feature, kind] == pytest.approx(u / len(positive) / len(negative), abs=1e-12)
    assert best_kinds(areas, ["saw", "coin"])[2][0] == "saw"


def test_a_feature_that_fires_at_one_kind_alone_is_selective_for_it():
    centres = np.random.RandomState(0).rand(2, 40, 8, 8) < 0.02
    far = ~(maximum_filter(centres, size=(1, 1, 3, 3)))
    # A cell beside the object, as receptive fields have it.
    acts = np.roll(centres[0], 1, axis=-1)[..., np.newaxis].astype(float)
    inside = centres.copy()
    inside[..., 0] = inside[..., -1] = False
    areas = selectivity(acts, inside, far)
    assert areas[0, 0] > 0.97
    assert areas[0, 1] < 0.7


def test_a_kind_in_few_places_is_left_out():
    acts, centres = np.zeros((40, 8, 8, 1)), np.zeros((2, 40, 8, 8), bool)
    centres[0, :29, 4, 4] = centres[1, :30, 4, 4] = True
    acts[centres[0]] = 1
    areas = selectivity(acts, centres, ~maximum_filter(centres, size=(1, 1, 5, 5)))
    assert np.isnan(areas[0, 0]) and areas[0, 1] == pytest.approx(1, abs=0.05)
    assert best_kinds(areas, ["rare", "common"])[0][0] == "common"


def test_a_kind_that_is_nowhere_or_everywhere_explains_nothing():
    acts = np.random.RandomState(0).rand(40, 4, 4, 1)
    nowhere, everywhere = np.zeros((40, 4, 4), bool), np.ones((40, 4, 4), bool)
    areas = selectivity(acts, np.stack([nowhere, everywhere]), np.stack([everywhere, nowhere]))
    assert np.isnan(areas).all()
    assert best_kinds(areas, ["none", "all"]) == [None]


def test_cells_are_where_objects_are():
    objects = {
        "kinds": ["coin"],
        "episode": np.zeros(2, int),
        "observation": np.array([1]),
        "kind": np.array([0], np.uint8),
        "box": np.array([[0.19, 0.625, 0.05, 0.05]], np.float16),
    }
    centres, far = object_cells(objects, 2, (4, 8))
    assert centres.shape == far.shape == (1, 2, 4, 8)
    assert not centres[0, 0].any() and far[0, 0].all()
    # A box is column, row and half their sizes.
    assert np.argwhere(centres[0, 1]).tolist() == [[2, 1]]
    assert not far[0, 1, 2, 1] and far[0, 1, 0].all()
    for box, cell in (([0.01, 0.01], [0, 0]), ([1.02, 1.0], [3, 7])):
        centres, _ = object_cells(dict(objects, box=np.array([box + [0.05, 0.05]])), 2, (4, 8))
        assert np.argwhere(centres[0, 1]).tolist() == [cell]


def test_a_feature_is_looked_for_nearby_and_not_in_other_features():
    acts = np.zeros((1, 9, 9, 2))
    acts[0, 4, 4, 1] = 3
    nearby = strongest_nearby(acts)
    assert not nearby[..., 0].any() and nearby[0, 4, 5, 1] == nearby[0, 3, 4, 1] == 3 and nearby[0, 0, 0, 1] == 0


def test_levels_are_drawn_from_those_trained_on_or_from_all_others():
    seen = drawn_levels(TRAIN, 5, 10, 2000, 0)
    assert set(seen) == set(range(10, 15))
    unseen = drawn_levels(TEST, 2**30, 100, 2000, 0)
    assert min(unseen) < 2**31 and not any(100 <= level < 100 + 2**30 for level in unseen)
    # Those of a longer study begin with the same.
    assert drawn_levels(TEST, 5, 0, 10, 0) == drawn_levels(TEST, 5, 0, 20, 0)[:10]


def test_a_trend_has_the_p_value_of_all_orders():
    # Of 120 orders two are as extreme; of 90 of agents of three numbers of levels, too.
    assert trend([1, 2, 3, 4, 5], [0.1, 0.2, 0.3, 0.4, 0.5]) == pytest.approx((1, 2 / 120, 2 / 120))
    levels, values = [1, 1, 2, 2, 3, 3], np.array([0.6, 0.4, 0.2, 0.3, 0.5, 0.1])
    assert trend(levels, sorted(values)[::-1]) == pytest.approx((spearmanr(levels, range(6, 0, -1))[0], 2 / 90, 2 / 90))
    rho, p, least = trend(levels, values.tolist())
    assert (rho, least) == pytest.approx((spearmanr(levels, values)[0], 2 / 90))
    orders = [np.corrcoef(rankdata(levels), order)[0, 1] for order in itertools.permutations(rankdata(values))]
    assert p == pytest.approx(np.mean(np.abs(orders) >= abs(rho) - 1e-9))
    assert trend([1, 2, 3], [0.5, 0.5, 0.5]) is None
    assert trend([1, 2], [0.1, 0.2]) is None
    assert trend([1, 1, 2], [0.1, 0.2, 0.2]) is not None


def test_the_order_that_was_found_counts_among_those_drawn(monkeypatch):
    monkeypatch.setattr("understanding_rl_vision.study.results.PERMUTATIONS", 9)
    # Of 8! orders none that is drawn is as extreme.
    assert trend(range(8), range(8))[1] == pytest.approx(1 / 10)


def test_trends_of_chance_are_called_trends_as_rarely_as_they_say():
    random = np.random.RandomState(1)
    found = [trend([1, 1, 2, 2, 3, 3], random.rand(6).tolist())[1] < 0.05 for _ in range(40)]
    assert np.mean(found) < 0.2


def test_intervals_hold_the_share_that_features_are_drawn_with():
    random = np.random.RandomState(0)
    held = 0
    for _ in range(40):
        rows = {name: [{"value": float(random.rand() < 0.4)} for _ in range(40)] for name in "ab"}
        mean, low, high = share_interval(rows, "ab", lambda row: row["value"])
        held += low <= 0.4 <= high
        assert low <= mean <= high
    assert held >= 33
    assert share_interval({"a": [{"value": None}]}, "a", lambda row: row["value"]) is None


def test_machine_and_people_are_compared_by_rank():
    rows = [{"agent": k % 4, "auc": auc, "rated": {"one": auc > 0.5}} for k, auc in enumerate(np.linspace(0, 1, 40))]
    rho, low, high, count = rank_correlation(rows)
    assert 0.8 < low <= rho <= high <= 1 and count == 40
    assert rho == pytest.approx(spearmanr([row["auc"] for row in rows], [row["auc"] > 0.5 for row in rows])[0])
    assert rank_correlation(rows[:2]) is None
    # Features of one agent may be alike: of agents of four groups there are as good as four features.
    alike = [dict(row, agent=int(row["auc"] * 3.99)) for row in rows]
    assert rank_correlation(alike)[1] < low


def _summary(test_shares, selective):
    agents = [StudyAgent("{}-{}".format(levels, run), levels, run, "") for levels in (10, 100, 1000) for run in (1, 2)]
    share = {"solved": 1, "levels": 2, "low": 0, "high": 1}
    solved = {
        agent.name: {"train": dict(share, share=1.0), "test": dict(share, share=value)}
        for agent, value in zip(agents, test_shares)
    }
    rows = [
        {"agent": agent.name, "number": k, "kind": "coin", "auc": float(value), "selective": value > 0.9, "rated": {}}
        for agent, value in zip(agents, selective)
        for k in (1, 2)
    ]
    return summarise(agents, solved, rows, [])


def test_agents_that_do_not_differ_are_said_not_to():
    said = " ".join(_summary([0.5, 0.6, 0.6, 0.5, 0.5, 0.6], [0.95, 0.5, 0.5, 0.95, 0.95, 0.5])["conclusions"])
    assert "grows" not in said and "falls" not in said
    assert "differs with the number of levels is not shown" in said
    assert "raters found interpretable goes with the number of levels is not known" in said


def test_agents_that_differ_are_said_to():
    said = conclusions({"test": (0.9, 0.01, 0.01), "gap": None, "selective": (-0.9, 0.01, 0.01), "interpretable": None})
    assert said[0].startswith("The share of unseen levels solved grows with the number of levels")
    assert said[2].startswith("The share of object-selective features falls")
    assert "ρ −0.90, " in said[2]
    trends = _summary([0.1, 0.2, 0.4, 0.5, 0.8, 0.9], [0.5] * 6)["trends"]
    # All agents solve every level of their training.
    assert trends["gap"] == (-trends["test"][0], *trends["test"][1:])


def test_too_few_agents_are_said_to_show_nothing():
    (rho, p, least) = trends = trend([10, 100, 1000], [0.1, 0.2, 0.3])
    assert rho == 1 and p == least == pytest.approx(1 / 3)
    said = conclusions({"test": trends, "gap": None, "selective": None, "interpretable": None})
    assert "cannot be shown by so few agents" in said[0] and "below 0.33" in said[0]
