"""`evaluate` with the tests' agent on a few levels."""

import csv
import itertools
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import joblib
import numpy as np
import pytest

from tests.helpers import mpi
from understanding_rl_vision.agents.checkpoints import read_checkpoint
from understanding_rl_vision.command_line import main
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.evaluate import __main__ as command
from understanding_rl_vision.evaluate import evaluating, records
from understanding_rl_vision.evaluate.evaluating import evaluate
from understanding_rl_vision.evaluate.options import EVALUATE_OPTIONS
from understanding_rl_vision.evaluate.statistics import mcnemar_test
from understanding_rl_vision.play.levels import Played

pytest.importorskip("procgen")

FEW = {"num_levels": 10, "num_envs": 4}
FILES = {"levels.csv", "levels.json", "summary.csv", "summary.json", "failures.png", "failures.svg"}


def levels_in(folder):
    with open(str(folder / "levels.csv"), newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def other(checkpoint_path, tmp_path_factory):
    """The agent with a policy that does one thing only: jump to the right."""
    checkpoint = read_checkpoint(checkpoint_path)
    params = dict(checkpoint.params)
    params["ppo2_model/pi/w:0"] = 0 * params["ppo2_model/pi/w:0"]
    params["ppo2_model/pi/b:0"] = 99.0 * (np.arange(15) == 8)
    path = str(tmp_path_factory.mktemp("other") / "jumps.jd")
    joblib.dump({"params": params, "args": checkpoint.args}, path)
    return path


@pytest.fixture(scope="module")
def evaluated(checkpoint_path, other, tmp_path_factory):
    """Folder and summary of an evaluation of two models."""
    folder = tmp_path_factory.mktemp("evaluated")
    return folder, evaluate([checkpoint_path, other], quiet=True, output_dir=str(folder), **FEW)


def test_every_level_of_every_model_is_written_and_counted(evaluated):
    folder, summary = evaluated
    assert {path.name for path in folder.iterdir()} == FILES
    assert summary == json.loads((folder / "summary.json").read_text()) and summary["complete"]
    rows = levels_in(folder)
    assert [(row["model"], row["index"]) for row in rows] == [
        (str(model), str(index)) for model in range(2) for index in range(10)
    ]
    # Both play the same levels, drawn from all.
    assert [row["level"] for row in rows[:10]] == [row["level"] for row in rows[10:]]
    assert max(int(row["level"]) for row in rows) > 10**8
    for number, model in enumerate(summary["models"]):
        mine = [row for row in rows if row["model"] == str(number)]
        solved = [row["solved"] == "True" for row in mine]
        assert model["outcomes"]["solved"]["count"] == sum(solved) and model["levels"] == 10
        for row, one in zip(mine, solved):
            assert (float(row["return"]) > 0) == one == (row["cause"] == "") and row["cause"] != "unknown"
    assert [model["name"] for model in summary["models"]] == ["coinrun", "jumps"]
    failed = [
        np.array([row["solved"] == "False" for row in rows if row["model"] == str(number)]) for number in range(2)
    ]
    told = summary["models"][1]["outcomes"]["failed"]
    assert told["test"] == "McNemar"
    assert told["p_value"] == mcnemar_test(int((failed[1] & ~failed[0]).sum()), int((failed[0] & ~failed[1]).sum()))


class Interrupted:
    """Progress that is interrupted after some levels."""

    def __init__(self, after):
        self._after = after

    def __call__(self, quiet):
        self.quiet = quiet
        return self

    def say(self, text):
        pass

    def track(self, iterable, stage, total=None):
        yield from itertools.islice(iterable, self._after)
        raise KeyboardInterrupt


def test_an_interrupted_evaluation_keeps_what_was_played_and_goes_on_to_the_same(
    evaluated, checkpoint_path, other, tmp_path, monkeypatch
):
    folder, summary = evaluated
    arguments = dict(FEW, quiet=True, output_dir=str(tmp_path))
    monkeypatch.setattr(evaluating, "Progress", Interrupted(after=6))
    with pytest.raises(KeyboardInterrupt):
        evaluate([checkpoint_path, other], **arguments)
    monkeypatch.undo()
    so_far = json.loads((tmp_path / "summary.json").read_text())
    assert not so_far["complete"] and [model["levels"] for model in so_far["models"]] == [6, 0]
    assert {path.name for path in tmp_path.iterdir()} == FILES and len(levels_in(tmp_path)) == 6
    for options, said in [
        ({}, "resume=True"),
        ({"resume": True, "seed": 1}, "seed=0"),
        ({"resume": True, "num_envs": 5}, "num_envs=4"),
    ]:
        with pytest.raises(InputError, match=said):
            evaluate([checkpoint_path, other], **dict(arguments, **options))
    easy = {"distribution_mode": "easy"}
    with pytest.raises(InputError, match="distribution_mode='hard', not 'easy'. Give what it was begun with"):
        evaluate([checkpoint_path, other], resume=True, env_kwargs=easy, **arguments)
    with pytest.raises(InputError, match="args={}, not {'gamma': 0.5}"):
        evaluate([checkpoint_path, other], resume=True, args={"gamma": 0.5}, **arguments)
    with pytest.raises(InputError, match="other models"):
        evaluate([other, checkpoint_path], resume=True, **arguments)
    resumed = evaluate([checkpoint_path, other], resume=True, **arguments)
    assert resumed["models"] == summary["models"] and resumed["complete"]
    for name in FILES - {"summary.json"}:
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes(), name


def test_numbered_levels_and_the_seed(checkpoint_path, other, tmp_path):
    plays = {}
    for name, options in [("a", {}), ("b", {"seed": 1}), ("c", {"num_envs": 1})]:
        evaluate(checkpoint_path, quiet=True, output_dir=str(tmp_path / name), start_level=7, num_levels=6, **options)
        plays[name] = levels_in(tmp_path / name)
    assert [row["level"] for row in plays["a"]] == [str(level) for level in range(7, 13)]
    assert plays["a"] == plays["c"] != plays["b"]


def test_blindness_is_measured_by_hiding_objects_in_another_process(checkpoint_path, other, tmp_path, checkout, capsys):
    flags = ["--output-dir", str(tmp_path), "--num-levels", "4", "--num-envs", "4", "--blind-to", '["enemies"]']
    flags += ["--names", '["seeing", "edited"]', "--env-kwargs", '{"distribution_mode": "easy"}']
    assert main(evaluate, command.make_parser(), [str(checkpoint_path), other] + flags) == 0
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert [model["name"] for model in summary["models"]] == ["seeing", "edited", "seeing, enemies invisible"]
    (blind,) = summary["blindness"]
    assert (blind["name"], blind["to"]) == ("edited", ["enemies"])
    assert blind["causes"] == ["enemy moving left", "enemy moving right"]
    invisible = json.loads((tmp_path / "invisible" / "summary.json").read_text())["settings"]
    assert invisible["hide"] == ["enemies"]
    # All are played as the options say, and that is told.
    played = [one["env_options"] for one in summary["settings"]["models"] + invisible["models"]]
    assert [one["distribution_mode"] for one in played] == ["easy"] * 3
    assert played[0]["num_levels"] == 0 and played[0]["reward_scale"] == 1 and played[0]["paint_vel_info"] is True
    said = capsys.readouterr().out
    assert "| seeing, enemies invisible (4 levels) |" in said
    assert said.splitlines()[-1] == str(tmp_path / "summary.json")


@pytest.mark.parametrize(
    "options, said",
    [
        ({"num_levels": 0}, "num_levels=0"),
        ({"levels": 3}, "num_levels"),
        ({"start_level": 2**31 - 2}, "start_level"),
        ({"hide": ["saws"]}, "agent, buzzsaw, coin, crates, enemies, lava"),
        ({"hide": ["coin"], "blind_to": ["coin"]}, "Leave hide out"),
        ({"hide": 5}, "hide=5 given; a list of agent, buzzsaw"),
        ({"blind_to": {"coin": 1}}, "blind_to=.'coin': 1. given; a list"),
        ({"resume": "no"}, "resume='no' given; True or False"),
        ({"output_dir": 3}, "output_dir=3 given; the path of a file or folder"),
        ({"env_kwargs": {"num_levels": 3}}, "env_kwargs has num_levels; here levels are chosen by the options"),
        ({"env_kwargs": {"reward_scale": 3}}, "env_kwargs has reward_scale"),
        ({"env_kwargs": {"distribution_mode": "hrad"}}, "distribution_mode='hrad'"),
        ({"names": ["a"]}, "2 different names"),
        ({"resume": True}, "no evaluation to go on with"),
        # This process has Procgen's own images.
        ({"hide": ["coin"]}, "Use another process"),
    ],
)
def test_what_cannot_be_used_is_said(checkpoint_path, other, tmp_path, evaluated, options, said):
    with pytest.raises(InputError, match=said):
        evaluate([checkpoint_path, other], quiet=True, **dict({"output_dir": str(tmp_path)}, **options))


def test_models_of_different_games_are_not_compared(checkpoint_path, tmp_path):
    checkpoint = read_checkpoint(checkpoint_path)
    path = str(tmp_path / "maze.jd")
    joblib.dump({"params": checkpoint.params, "args": dict(checkpoint.args, env_name="maze")}, path)
    with pytest.raises(InputError, match="same game"):
        evaluate([checkpoint_path, path], quiet=True, output_dir=str(tmp_path / "out"))


def test_where_levels_cannot_be_chosen_causes_are_unknown(other, tmp_path):
    checkpoint = read_checkpoint(other)
    path = str(tmp_path / "generated.jd")
    joblib.dump({"params": checkpoint.params, "args": dict(checkpoint.args, use_generated_assets=True)}, path)
    summary = evaluate(path, quiet=True, output_dir=str(tmp_path / "out"), num_levels=5, num_envs=3)
    assert [row["index"] for row in levels_in(tmp_path / "out")] == list("01234")
    assert {row["cause"] for row in levels_in(tmp_path / "out")} <= {"", "unknown"}
    assert list(summary["models"][0]["outcomes"])[:2] == ["solved", "failed"]


def test_where_levels_cannot_be_chosen_an_evaluation_goes_on_to_the_same(other, tmp_path, monkeypatch):
    """Those that take long end last, and are not missing; more levels than at first are those of a longer one."""
    checkpoint = read_checkpoint(other)
    path = str(tmp_path / "generated.jd")
    joblib.dump({"params": checkpoint.params, "args": dict(checkpoint.args, use_generated_assets=True)}, path)
    arguments = {"quiet": True, "num_envs": 3}
    evaluate(path, output_dir=str(tmp_path / "whole"), num_levels=7, **arguments)
    monkeypatch.setattr(evaluating, "Progress", Interrupted(after=2))
    with pytest.raises(KeyboardInterrupt):
        evaluate(path, output_dir=str(tmp_path / "out"), num_levels=5, **arguments)
    monkeypatch.undo()
    evaluate(path, output_dir=str(tmp_path / "out"), num_levels=7, resume=True, **arguments)
    assert levels_in(tmp_path / "out") == levels_in(tmp_path / "whole")
    assert not list((tmp_path / "out").glob("playing.*"))


def test_what_a_full_disk_or_a_removed_folder_loses_is_said(checkpoint_path, tmp_path, monkeypatch):
    if os.path.exists("/dev/full"):
        (tmp_path / "playing.0.csv").symlink_to("/dev/full")
        journal = records.Journal(str(tmp_path), 0)
        with pytest.raises(InputError, match="playing.0.csv: No space left on device; free some room"):
            journal.add(0, Played(0, 1, True, None, 5, 10.0))
        journal.close()

    class Removing(Interrupted):
        def track(self, iterable, stage, total=None):
            yield from iterable
            shutil.rmtree(str(tmp_path / "out"))

    monkeypatch.setattr(evaluating, "Progress", Removing(None))
    with pytest.raises(InputError, match="was changed while levels were played"):
        evaluate(checkpoint_path, quiet=True, output_dir=str(tmp_path / "out"), num_levels=2, num_envs=2)


def test_ranks_share_the_levels_and_agree_with_one(evaluated, checkpoint_path, tmp_path):
    program = Path(__file__).resolve().parents[1] / "helpers" / "ranks_evaluation.py"
    status, said = mpi.finish(mpi.start(2, program, checkpoint_path, tmp_path))
    assert status == 0, said
    assert levels_in(tmp_path) == levels_in(evaluated[0])[:10]
    assert {path.name for path in tmp_path.iterdir()} == FILES


def test_the_command_says_what_it_takes(checkout):
    text = subprocess.run(
        [sys.executable, "-m", "understanding_rl_vision.evaluate", "--help"],
        cwd=str(checkout),
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    ).stdout
    for name in EVALUATE_OPTIONS:
        assert "--" + name.replace("_", "-") in text
