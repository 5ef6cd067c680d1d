"""The page's data, each part of made-up results; test_generating.py holds the whole against the page."""

import numpy as np
import pytest

from understanding_rl_vision.pictures.sheets import SheetLayout
from understanding_rl_vision.rl_util.nmf import Directions
from understanding_rl_vision.run.attribution.outputs import VALUE, Output
from understanding_rl_vision.run.attribution.records import AttributionImage, Record
from understanding_rl_vision.run.attribution_props import attribution_props, relative_gap, totals_files
from understanding_rl_vision.run.directions import Layer
from understanding_rl_vision.run.features import Feature, FeaturePicture
from understanding_rl_vision.run.nmf_output import OF_VALUE
from understanding_rl_vision.run.props import (
    bookmark_entries,
    direction_props,
    feature_entry,
    grid_files,
    layout_entry,
)

GROUP = Output("action_group", [1, 2], "action_group_0")
LAYOUT = SheetLayout(8, 4, 2, 1)
INPUT = Layer("input", None, None, None)
LAYER = Layer("2b", "pi/2b/Relu", Directions(np.eye(2), 2), None)
DEAD = Layer("3a", "pi/3a/Relu", Directions(np.zeros((0, 2)), 0), "No features: it is dead.")


def record(gaps, explained):
    return Record(VALUE, "", [], LAYOUT, None, None, 0.5, np.array(gaps), np.array(explained), None, None)


def of_layer(layer_name, trajectory):
    """Records of the value and of a group."""
    return [
        Record(
            output,
            "{}_{}_{}".format(layer_name, trajectory, output.name),
            [AttributionImage("{}.png".format(output.name), "abs", 0, 0.25)],
            LAYOUT,
            np.full((3, 2), trajectory),
            np.zeros(3),
            0.5,
            np.array([0.1, 0, 0]),
            np.array([1.0, 0, 1]),
            np.array([0.8, np.nan, 0.7 if output is VALUE else 0.1]),
            np.full(3, 0.25),
        )
        for output in (VALUE, GROUP)
    ]


RECORDS = {("2b", 1): of_layer("2b", 1), ("2b", 0): of_layer("2b", 0)}
WITH_INPUT = {("input", i): [Record(VALUE, "input", [], LAYOUT, *[None] * 7)] for i in (0, 1)}
WITH_INPUT.update(RECORDS)


def test_attribution_is_told_by_layer_and_trajectory_of_every_output():
    props = attribution_props([INPUT, LAYER], WITH_INPUT)
    order = [(entry["layer"], entry["trajectory"]) for entry in props["attributions"]]
    assert order == [("input", 0), ("input", 1), ("2b", 0), ("2b", 1)]
    assert props["attributions"][2] == {
        "layer": "2b",
        "trajectory": 0,
        "images": ["v.png", "action_group_0.png"],
        "metadata": {
            "type": ["v", "action_group"],
            "data": [None, [1, 2]],
            "direction": ["abs", "abs"],
            "channel": [0, 0],
        },
        "scales": [0.25, 0.25],
    }
    # The input layer has neither channels to add up nor a baseline.
    assert [entry["layer"] for entry in props["attribution_totals"]] == ["2b", "2b"]
    assert props["attribution_totals"][1]["residuals"] == [
        "2b_1_v_residuals.json",
        "2b_1_action_group_0_residuals.json",
    ]
    assert props["integration_gaps"][0]["baselines"] == [0.5, 0.5]
    assert props["layer_gaps"] == {"2b": pytest.approx(0.05)}
    assert props["sparsity"] == {"2b": {"pairs": 10, "share": pytest.approx(0.75)}}


def test_files_that_entries_list_have_their_content():
    files = totals_files([INPUT, LAYER], WITH_INPUT, "totals/")
    listed = attribution_props([LAYER], RECORDS)["attribution_totals"]
    assert set(files) == {"totals/" + name for entry in listed for name in entry["channels"] + entry["residuals"]}
    np.testing.assert_array_equal(files["totals/2b_1_v_channels.json"], np.ones((3, 2)))
    feature = Feature("2b", 1, [FeaturePicture("2b_feature1_1_4", 1, 4, [[7]]), FeaturePicture("b", 2, 4, [[8]])])
    assert feature_entry(feature) == {
        "layer": "2b",
        "number": 1,
        "images": ["2b_feature1_1_4.png", "b.png"],
        "overlay_grids": ["2b_feature1_1_4.json", "b.json"],
        "metadata": {"subdiv_mult": [1, 2], "expand_mult": [4, 4]},
    }
    assert grid_files([feature], "grids/") == {"grids/2b_feature1_1_4.json": [[7]], "grids/b.json": [[8]]}


def test_layers_tell_how_many_features_they_have_and_why():
    props = direction_props([INPUT, LAYER, DEAD], OF_VALUE)
    assert props["nmf_output"] == {"type": "v", "data": None}
    assert props["feature_counts"] == {"2b": 2, "3a": 0}
    assert props["feature_notes"] == {"3a": "No features: it is dead."}


def test_the_layout_is_that_of_frames_and_of_each_layer():
    entry = layout_entry(SheetLayout(1, 2, 3, 4), [LAYER], RECORDS)
    assert entry["trajectories"] == {"width": 1, "height": 2, "columns": 3, "rows": 4}
    assert entry["attribution"] == {"2b": {"width": 8, "height": 4, "columns": 2, "rows": 1}}


def test_each_model_has_bookmarks_among_its_own_trajectories():
    advantages = [np.array([0.0, 3]), np.array([5.0, 0]), np.array([0.0, -4])]
    marks = bookmark_entries(advantages, np.zeros((3, 2)), [[0, 1], [2]], 1)
    assert marks == {"high": [[1, 0]], "low": [[2, 1]]}


def test_the_relative_gap_weighs_all_frames_of_all_trajectories():
    records = [record([1.0, -1.0], [4.0, -6.0]), record([0.0], [10.0])]
    assert relative_gap(records) == pytest.approx(2 / 20)
    # Of nothing, or of rounding, there is no share.
    assert relative_gap([record([0.0, 0.0], [0.0, 0.0])]) is None
    assert relative_gap([record([1e-9], [0.0]), record([0.0], [3e-8])]) is None
