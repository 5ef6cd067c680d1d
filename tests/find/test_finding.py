"""Searching episodes: what is found, its order, and what is written."""

import csv
import json

import numpy as np
import pytest

from tests.helpers.interfaces import QUICK, assert_complete, props_of
from understanding_rl_vision.command_line import flags_of, main
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.find.__main__ import make_parser
from understanding_rl_vision.find.finding import find
from understanding_rl_vision.find.report import notes, table
from understanding_rl_vision.find.search import Search
from understanding_rl_vision.play.advantages import episode_gae, value_spikes
from understanding_rl_vision.play.episodes import Episode

SEARCH = dict(QUICK, num_levels=8, num_envs=8, top=1)


def test_spikes_stick_out_from_both_neighbours():
    assert value_spikes(np.array([0.0, 0, 5, 1, 1, 1, 4, 4, 4, -3])).tolist() == [0, 0, 4, 0, 0, 0, 0, 0, 0, 0]
    assert value_spikes(np.array([1.0, 1, -2, 1])).tolist() == [0, 0, -3, 0]
    for count in (1, 2):
        assert value_spikes(np.arange(count)).tolist() == [0] * count


def episode(level, values, solved, cause=None):
    rewards = np.zeros(len(values), np.float32)
    rewards[-1] = solved
    return Episode(level, solved, cause, {"values": np.array(values, np.float32), "rewards": rewards})


@pytest.fixture
def search():
    """Of four episodes, the two largest of each kind."""
    search = Search(["failure", "advantage", "spike"], 2, 0.5, 0.5)
    search.add(episode(10, [0.5, 0.5, 0.75], False, "lava"))
    search.add(episode(11, [0.5, 2.0, 0.5, 0.25], True))
    search.add(episode(12, [0.0, 0.0, 0.25], False, "unknown"))
    search.add(episode(13, [0.5, 0.5, 0.5, 4.0], False, "buzzsaw"))
    return search


def test_episodes_are_ranked_by_size_and_the_largest_are_kept(search):
    found = {kind: [find.searched.level for find in finds] for kind, finds in search.found.items()}
    # Dying is as bad news as the value was high. Spikes are in the middle of an episode; the third one has none.
    assert found == {"failure": [13, 10, 12], "advantage": [13, 11, 10, 12], "spike": [11]}
    first = search.found["failure"][0]
    assert (first.frame, first.score, first.size) == (3, -4.0, 4.0)
    (spike,) = search.found["spike"]
    assert (spike.frame, spike.score) == (1, 1.5)
    largest = search.found["advantage"][1]
    advantages = episode_gae(np.array([0, 0, 0, 1.0]), np.array([0.5, 2, 0.5, 0.25]), 0.5, 0.5)
    assert largest.frame == np.argmax(np.abs(advantages)) == 1
    assert largest.score == pytest.approx(advantages[1]) and largest.score < 0
    assert {number: kept.level for number, kept in search.episodes.items()} == {0: 10, 1: 11, 3: 13}


def test_a_constant_value_is_told_and_has_no_spikes():
    search = Search(["failure", "advantage", "spike"], 2, 0.5, 0.5)
    search.add(episode(10, [0.5, 0.5, 0.5], False))
    search.add(episode(11, [0.5, 0.5], True))
    assert search.constant_value == 0.5 and search.found["spike"] == []
    assert [find.searched.level for find in search.found["advantage"]] == [10, 11]
    search.add(episode(12, [0.25, 0.5], True))
    assert search.constant_value is None


def test_without_values_failures_are_ranked_by_their_return():
    search = Search(["failure"], 2, 0.5, 0.5, has_value=False)
    for level, rewards, solved in ((10, [1.0, 0.0], False), (11, [0.0, -1.0, -2.0], False), (12, [0.0, 1.0], True)):
        search.add(Episode(level, solved, None, {"rewards": np.array(rewards, np.float32)}))
    assert [(find.searched.level, find.frame, find.score) for find in search.found["failure"]] == [
        (11, 2, -3),
        (10, 1, 1),
    ]
    written = notes(search.leading, {1: 0, 0: 1}, search.has_value)
    assert written[0]["text"] == "Failure 1 of 2 in level 11, failed: return -3"
    assert search.constant_value is None


def test_table_and_notes_count_as_the_page_does(search):
    rows = list(csv.DictReader(table(search.found, {3: 0, 0: 1, 1: 2}).splitlines()))
    assert len(rows) == 8
    assert rows[0] == {
        "kind": "failure",
        "rank": "1",
        "score": "-4",
        "frame": "4",
        "trajectory": "1",
        "level": "13",
        "solved": "0",
        "cause": "buzzsaw",
        "steps": "4",
        "return": "0",
    }
    assert (rows[2]["level"], rows[2]["trajectory"]) == ("12", "")
    written = notes(search.leading, {3: 0, 0: 1, 1: 2})
    assert written[0] == {
        "trajectory": 0,
        "frame": 3,
        "text": "Failure 1 of 2 in level 13, failed by buzzsaw: lowest advantage -4",
    }
    assert written[-1]["text"] == "Spike 1 of 1 in level 11, solved: value spike +1.5"
    assert "unknown" not in notes({"failure": search.found["failure"]}, {0: 0, 2: 1, 3: 2})[2]["text"]


def test_ties_go_to_the_earlier_episode():
    search = Search(["advantage"], 1, 0.5, 0.5)
    for level in (5, 6):
        search.add(episode(level, [0.5, 0.5], True))
    assert list(search.episodes) == [0]


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
    assert [note["text"].split()[0] for note in props["annotations"]].count("Spike") == 1


def test_the_same_seed_finds_the_same_from_the_command_line(made, checkpoint_path, tmp_path):
    assert main(find, make_parser(), [str(checkpoint_path), str(tmp_path), "--quiet"] + flags_of(SEARCH)) == 0
    assert (tmp_path / "finds.csv").read_bytes() == (made / "finds.csv").read_bytes()
    assert props_of(tmp_path) == props_of(made)


@pytest.mark.parametrize(
    "options, said",
    [
        ({"kinds": ["spikes"]}, "kinds=.*failure, advantage, spike are accepted"),
        ({"kinds": []}, "kinds="),
        ({"top": 0}, "top=0"),
        ({"full_resolution": "no"}, "full_resolution='no' given; True or False"),
        ({"env_kwargs": {"distribution_mode": "hrad"}}, "distribution_mode='hrad'"),
        ({"num_levls": 3}, "'num_levls' of find.*'num_levels'"),
        ({"annotations": "notes.json"}, "'annotations' of find"),
        ({"observations_kwargs": {"num_ob": 3}}, "'num_ob' of observations_kwargs"),
        ({"nmf_features": 0}, "nmf_features=0"),
    ],
)
def test_options_are_checked_before_the_search(checkpoint_path, tmp_path, options, said):
    with pytest.raises(InputError, match=said):
        find(checkpoint_path, tmp_path, quiet=True, **options)
