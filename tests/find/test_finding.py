"""Searching episodes, from the checkpoint to the page."""

import csv
import json

import pytest

from tests.helpers.interfaces import QUICK, assert_complete, large_json, props_of
from understanding_rl_vision.command_line import main
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.find.__main__ import make_parser
from understanding_rl_vision.find.finding import find
from understanding_rl_vision.flags import flags_of
from understanding_rl_vision.pages.formats import format_change
from understanding_rl_vision.run import loading

SEARCH = dict(QUICK, num_levels=8, num_envs=8, top=1)


@pytest.fixture(scope="module")
def made(checkpoint_path, tmp_path_factory):
    pytest.importorskip("procgen")
    folder = tmp_path_factory.mktemp("finds")
    assert find(checkpoint_path, folder, quiet=True, **SEARCH) == str(folder / "interface.html")
    return folder


def test_the_interface_is_of_what_was_found(made):
    rows = list(csv.DictReader((made / "finds.csv").read_text().splitlines()))
    beside = ("finds.csv", "finds.notes.json")
    props = assert_complete(made, 16, beside_page=beside)
    shown = {int(row["trajectory"]) - 1: row for row in rows if row["trajectory"]}
    assert sorted(shown) == list(range(len(props["trajectories"]["values"])))
    # One whole episode each.
    for trajectory, row in shown.items():
        dones = props["trajectories"]["dones"][trajectory]
        assert len(dones) == int(row["steps"]) and dones == [0] * (len(dones) - 1) + [1]
        (facts,) = [facts for facts in props["episodes"] if facts["trajectory"] == trajectory]
        assert str(facts["level"]) == row["level"] and facts["solved"] == (row["solved"] == "1")
    # The page has the numbers that were searched for.
    numbers = props["trajectories"]
    for row in rows:
        if row["trajectory"] and row["kind"] != "spike":
            at = int(row["trajectory"]) - 1, int(row["frame"]) - 1
            assert numbers["advantages"][at[0]][at[1]] == pytest.approx(float(row["score"]), abs=2e-4)
    assert props["annotations"] == json.loads((made / "finds.notes.json").read_text())
    kinds = [note["text"].split()[0] for note in props["annotations"]]
    assert kinds.count("Spike") == 1 and "High" in kinds
    # It opens on the first note, which says what the features leave of the value's attribution, as the page shows it.
    first = props["annotations"][0]
    opening = props["opening"]
    assert (opening["trajectory"], opening["frame"]) == (first["trajectory"], first["frame"])
    totals = [
        entry
        for entry in props["attribution_totals"]
        if (entry["layer"], entry["trajectory"]) == (opening["layer"], opening["trajectory"])
    ]
    residuals = large_json(made, props, "attribution_totals", totals[0]["residuals"][0])
    assert "; residual {}. ".format(format_change(residuals[opening["frame"]], props["value_scale"])) in first["text"]


def test_the_same_seed_finds_the_same_from_the_command_line(made, checkpoint_path, tmp_path):
    assert main(find, make_parser(), [str(checkpoint_path), str(tmp_path), "--quiet"] + flags_of(SEARCH)) == 0
    assert (tmp_path / "finds.csv").read_bytes() == (made / "finds.csv").read_bytes()
    assert props_of(tmp_path) == props_of(made)


@pytest.mark.parametrize(
    "options, said",
    [
        ({"kinds": ["spikes"]}, "kinds=.*failure, spike, high, low are accepted"),
        ({"kinds": []}, "kinds="),
        ({"top": 0}, "top=0"),
        ({"full_resolution": "no"}, "full_resolution='no' given; True or False"),
        ({"env_kwargs": {"distribution_mode": "hrad"}}, "distribution_mode='hrad'"),
        ({"num_levls": 3}, "'num_levls' of find.*'num_levels'"),
        ({"annotations": "notes.json"}, "'annotations' of find"),
        ({"observations_kwargs": {"num_ob": 3}}, "'num_ob' of observations_kwargs"),
        ({"nmf_features": 0}, "nmf_features=0"),
        ({"kinds": "failure", "env_kwargs": {"use_sequential_levels": True}}, "Only 'failure' could be looked for"),
    ],
)
def test_options_are_checked_before_the_search(checkpoint_path, tmp_path, monkeypatch, options, said):
    monkeypatch.delattr(loading, "environment")
    with pytest.raises(InputError, match=said):
        find(checkpoint_path, tmp_path, quiet=True, **options)
