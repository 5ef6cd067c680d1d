"""A whole study in miniature: agents of three numbers of levels, trained for a moment, both pages, a rater."""

import concurrent.futures
import csv
import hashlib
import json
import re
import shutil
import threading
from types import SimpleNamespace

import pytest

from tests.helpers.trainings import SMALL
from tests.helpers.untrained import SMALL as UNTRAINED
from tests.helpers.untrained import write_checkpoint
from understanding_rl_vision.agents.checkpoints import read_checkpoint
from understanding_rl_vision.agents.games import played_options
from understanding_rl_vision.command_line import main
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.options import complete
from understanding_rl_vision.progress import Progress
from understanding_rl_vision.ranks import Ranks
from understanding_rl_vision.rl_clarity import study
from understanding_rl_vision.study.__main__ import make_parser, run
from understanding_rl_vision.study.agents import (
    StudyAgent,
    listed_agents,
    trained,
)
from understanding_rl_vision.study.features import describe_features, observed_checkpoint
from understanding_rl_vision.study.forecast import Left, what_is_left
from understanding_rl_vision.study.generalising import SPLITS, TEST, TRAIN, play_split
from understanding_rl_vision.study.options import STUDY_OPTIONS

LEVELS = [1, 5, 50]
PLAYING = {
    "num_levels": 4,
    "nmf_features": 2,
    "num_envs": 4,
    "observations_kwargs": {"num_envs": 8, "num_obs": 4, "obs_every": 2},
}
# A game that is soon lost.
OPTIONS_OF_STUDY = dict(PLAYING, runs=1, train_kwargs=dict(SMALL, env_name="leaper", timesteps_per_proc=16))
OPTIONS = dict(OPTIONS_OF_STUDY, quiet=True)


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """The folder of a study, and its summary."""
    pytest.importorskip("procgen")
    folder = tmp_path_factory.mktemp("study")
    return folder, study(LEVELS, folder, **OPTIONS)


@pytest.fixture
def copied(finished, tmp_path):
    """A copy of that folder, to be changed."""
    return shutil.copytree(str(finished[0]), str(tmp_path / "study"))


def items_on_page(folder):
    """The items that the rating page shows, by agent."""
    text = (folder / "rate.html").read_text(encoding="utf-8")
    return json.loads(re.search(r'id="data">(.*?)</script>', text, re.DOTALL).group(1))


def rate(folder, rater, answer):
    """A rater's file: answer is a function of agent and number of the feature, as the key has them."""
    key = json.loads((folder / "key.json").read_text(encoding="utf-8"))
    answers = {item: dict.fromkeys(("consistent", "sensible"), answer(*pair)) for item, pair in key["items"].items()}
    content = {"study": key["study"], "rater": rater, "answers": answers}
    (folder / "ratings" / (rater + ".json")).write_text(json.dumps(content), encoding="utf-8")


def test_agents_play_the_levels_of_their_training_and_others(finished):
    _, summary = finished
    assert [agent["levels"] for agent in summary["agents"]] == LEVELS
    for agent in summary["agents"]:
        for split in ("train", "test"):
            assert agent[split]["levels"] == 4
            assert 0 <= agent[split]["low"] <= agent[split]["share"] <= agent[split]["high"] <= 1


def test_raters_cannot_see_which_agent_they_rate(finished):
    folder, _ = finished
    text = (folder / "rate.html").read_text(encoding="utf-8")
    shown = items_on_page(folder)
    key = json.loads((folder / "key.json").read_text(encoding="utf-8"))
    assert sum(map(len, shown["agents"])) == len(key["items"])
    # One file, without addresses of others, and without a name of an agent.
    assert not re.search(r'(src|href)="(?!data:)', text)
    for agent in finished[1]["agents"]:
        assert agent["agent"] not in re.sub(r"base64,[^\"]*", "", text)
    for items in shown["agents"]:
        # The features of one agent stand together, and all are there.
        assert len({key["items"][item["id"]][0] for item in items}) == 1
        assert all(item["examples"].startswith("data:image/png;base64,") for item in items)
    # What is on the page does not do to find an item's feature by computing its text again.
    guesses = {"{} {} {}".format(shown["study"], *pair).encode("utf-8") for pair in key["items"].values()}
    assert not {hashlib.sha256(guess).hexdigest()[:12] for guess in guesses} & set(key["items"])


def test_what_a_rater_said_comes_back(copied, finished, tmp_path):
    folder = tmp_path / "study"
    rate(folder, "kind", lambda agent, number: agent != "1-1")
    rate(folder, "strict", lambda agent, number: agent != "1-1" and number == 1)
    summary = study(LEVELS, folder, **OPTIONS)
    told = {agent["agent"]: agent["interpretable"][0] for agent in summary["agents"]}
    assert told == {"1-1": 0, "5-1": pytest.approx(0.75), "50-1": pytest.approx(0.75)}
    assert {one["rater"]: one["features"] for one in summary["raters"]} == {"kind": 6, "strict": 6}
    assert 0 < summary["agreement"]["interpretable"] < 1
    with open(str(folder / "features.csv"), newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {(row["levels"], row["kind"]) for row in rows if row["strict"] == "True"} <= {
        (row["levels"], row["kind"]) for row in rows if row["levels"] != "1"
    }
    page = (folder / "study.html").read_text(encoding="utf-8")
    assert "Krippendorff" in page and "generalisation.png" in page
    # What was there is used again: nothing was trained or played anew.
    assert [agent["test"] for agent in summary["agents"]] == [agent["test"] for agent in finished[1]["agents"]]


def test_a_study_goes_on_where_it_was_stopped(copied, finished, tmp_path):
    folder = tmp_path / "study"
    listed, options = listed_agents(LEVELS, 1), complete(OPTIONS_OF_STUDY, STUDY_OPTIONS, "study()")
    assert what_is_left(listed, str(folder), options) == Left(0, 0, 0, 0, 0)
    assert what_is_left(listed, str(folder), dict(options, num_levels=5)) == Left(0, 0, 6, 3, 0)
    shutil.rmtree(str(folder / "features" / "5-1"))
    shutil.rmtree(str(folder / "levels" / "50-1" / "test"))
    assert what_is_left(listed, str(folder), options) == Left(0, 0, 4, 1, 1)
    longer = dict(options, train_kwargs=dict(options["train_kwargs"], timesteps_per_proc=48))
    assert what_is_left(listed, str(folder), longer)[:2] == (3, 96)
    assert what_is_left(listed, str(folder / "none"), options) == Left(3, 48, 24, 3, 3)
    summary = study(LEVELS, folder, **OPTIONS)
    assert summary["agents"] == finished[1]["agents"]


def test_ratings_of_another_study_and_half_a_file_are_refused(copied, tmp_path):
    folder = tmp_path / "study"
    rate(folder, "one", lambda agent, number: True)
    path = folder / "ratings" / "one.json"
    text = path.read_text(encoding="utf-8")
    for damaged, said in (
        (text[: len(text) // 2], "not JSON"),
        (text.replace('"study": "', '"study": "0'), "not of the study here"),
        ('{"answers": {}}', "no study"),
        (text.replace("true", '"yes"'), "no answer to a feature"),
    ):
        path.write_text(damaged, encoding="utf-8")
        with pytest.raises(InputError, match=said):
            study(LEVELS, folder, **OPTIONS)


def test_a_folder_keeps_one_study(copied, tmp_path):
    with pytest.raises(InputError, match="other agents"):
        study([1, 5], tmp_path / "study", **OPTIONS)


def test_a_training_that_was_stopped_goes_on(finished, monkeypatch):
    folder, calls = finished[0] / "agents", []
    monkeypatch.setattr("understanding_rl_vision.study.agents.train", lambda **options: calls.append(options))
    agent = listed_agents(LEVELS, 1)[1]
    for frames in (16, 64):
        options = dict(OPTIONS, train_kwargs=dict(OPTIONS["train_kwargs"], timesteps_per_proc=frames))
        options = complete({name: options[name] for name in options if name != "quiet"}, STUDY_OPTIONS, "study()")
        path = trained(agent, str(folder), options, Ranks(None), Progress(quiet=True)).path
        assert path == str(folder / "5-1" / "checkpoint.jd")
    # What has come to its end is left alone.
    assert calls == [{"resume": str(folder / "5-1"), "timesteps_per_proc": 64, "quiet": True}]


def test_a_training_with_other_options_is_refused(copied, tmp_path):
    agents = tmp_path / "study" / "agents"
    shutil.rmtree(str(agents / "50-1"))
    shutil.copytree(str(agents / "5-1"), str(agents / "50-1"))
    with pytest.raises(InputError, match="50-1 holds a training with other num_levels"):
        study(LEVELS, tmp_path / "study", **OPTIONS)


@pytest.fixture(scope="module")
def of_few_levels(tmp_path_factory):
    """Function from more args to an untrained StudyAgent of three levels and its Checkpoint."""
    pytest.importorskip("procgen")

    def make(**args):
        path = tmp_path_factory.mktemp("agent") / "agent.jd"
        given = dict(dict(UNTRAINED, distribution_mode="easy", start_level=7, num_levels=3), **args)
        return StudyAgent("3-1", 3, 1, write_checkpoint(path, **given)), read_checkpoint(str(path))

    return make


@pytest.mark.parametrize("generated", [False, True])
def test_levels_of_the_training_are_its_own_also_where_they_cannot_be_chosen(tmp_path, of_few_levels, generated):
    agent, checkpoint = of_few_levels(use_generated_assets=generated)
    options = complete(dict(PLAYING, num_levels=20), STUDY_OPTIONS, "study()")
    played = {
        split: play_split(split, agent, checkpoint, str(tmp_path / split), options, Ranks(None), Progress(quiet=True))
        for split in SPLITS
    }
    assert {one.level for one in played[TRAIN]} == {7, 8, 9}
    assert len(played[TEST]) == 20 and not {one.level for one in played[TEST]} & {7, 8, 9}


def test_ranks_share_the_levels_and_play_what_one_would(tmp_path, of_few_levels):
    agent, checkpoint = of_few_levels()
    options = complete(PLAYING, STUDY_OPTIONS, "study()")

    def played(folder, rank):
        return play_split(TEST, agent, checkpoint, str(tmp_path / folder), options, rank, Progress(quiet=True))

    meeting = threading.Barrier(2, timeout=300)
    two = [SimpleNamespace(rank=rank, size=2, gather=lambda value: meeting.wait()) for rank in range(2)]
    with concurrent.futures.ThreadPoolExecutor(2) as threads:
        first, second = threads.map(played, ["shared", "shared"], two)
    assert first == second == played("alone", Ranks(None)) and len(first) == PLAYING["num_levels"]


def test_features_of_a_game_that_tells_no_objects_have_pictures_alone(tmp_path, of_few_levels):
    agent, checkpoint = of_few_levels(use_generated_assets=True)
    options = complete(PLAYING, STUDY_OPTIONS, "study()")
    features = describe_features(agent.name, checkpoint, str(tmp_path), options, Progress(quiet=True))
    assert [(one["number"], one["kind"], one["auc"]) for one in features] == [(1, None, None), (2, None, None)]
    assert (tmp_path / "feature-2-examples.png").exists()


def test_features_are_looked_at_in_any_levels_or_in_those_of_the_training(of_few_levels):
    _, checkpoint = of_few_levels()
    assert observed_checkpoint(checkpoint, "trained") == checkpoint
    options = played_options(observed_checkpoint(checkpoint, "any"))
    assert (options["num_levels"], options["start_level"]) == (0, 0)
    assert dict(options, num_levels=3, start_level=7) == played_options(checkpoint)


def test_the_command_names_agents_or_levels(tmp_path, capsys):
    assert main(run, make_parser(), [str(tmp_path / "study"), "agent.jd=many", "100"]) == 2
    assert "a number of levels" in capsys.readouterr().err
    assert main(run, make_parser(), [str(tmp_path / "study"), "100", "--runs", "1"]) == 2
    assert "at least two" in capsys.readouterr().err
