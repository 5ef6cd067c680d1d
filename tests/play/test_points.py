"""Games of points, where nothing tells what was solved: nobody is called failed."""

import csv
import json
import os
import sys

import numpy as np
import pytest

from tests.helpers.interfaces import FEW, props_of
from tests.helpers.untrained import write_checkpoint
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.evaluate.evaluating import evaluate
from understanding_rl_vision.find.finding import find
from understanding_rl_vision.rl_clarity.training import train
from understanding_rl_vision.run.running import run
from understanding_rl_vision.train.logs import read_progress

pytest.importorskip("atari_py" if sys.version_info < (3, 8) else "ale_py")

PAGE = dict(
    FEW,
    observations_kwargs={"num_envs": 4, "num_obs": 4, "obs_every": 4},
    layer_kwargs={"name_contains_one_of": "Relu_2"},
)


@pytest.fixture(scope="module")
def agent(tmp_path_factory):
    path = tmp_path_factory.mktemp("agent") / "breakout.jd"
    args = {"env_kind": "atari", "env_id": "breakout", "cnn": "nature", "frame_stack": 4}
    return write_checkpoint(path, num_actions=4, image_shape=(84, 84, 4), **args)


def test_evaluate_gives_returns(agent, tmp_path, capsys):
    summary = evaluate([agent], output_dir=str(tmp_path), num_levels=6, num_envs=3)
    (model,) = summary["models"]
    rows = list(csv.DictReader((tmp_path / "levels.csv").read_text().splitlines()))
    returns = [float(row["return"]) for row in rows]
    assert len(rows) == 6 and {(row["solved"], row["cause"]) for row in rows} == {("", "")}
    assert model["outcomes"] == {} and model["mean_return"] == pytest.approx(np.mean(returns))
    low, high = model["return_interval"]
    assert high - low == pytest.approx(2 * 1.96 * np.std(returns, ddof=1) / np.sqrt(6))
    assert {path.name for path in tmp_path.iterdir()} == {
        "levels.csv",
        "levels.json",
        "summary.csv",
        "summary.json",
        "returns.png",
        "returns.svg",
    }
    assert (tmp_path / "summary.csv").read_text().splitlines()[0] == "model,levels,mean_return,low,high"
    assert json.loads((tmp_path / "levels.json").read_text())[0]["solved"] is None
    said = capsys.readouterr().out
    assert "| mean return | {:.4g} ({:.4g} to {:.4g}) |".format(model["mean_return"], low, high) in said
    assert "failed" not in said


def test_find_looks_for_what_can_be_told(agent, tmp_path, capsys):
    find(agent, tmp_path, num_levels=6, num_envs=3, top=2, **PAGE)
    assert "does not tell what is a failure" in capsys.readouterr().err
    rows = list(csv.DictReader((tmp_path / "finds.csv").read_text().splitlines()))
    assert {row["kind"] for row in rows} == {"spike", "high", "low"} and {row["solved"] for row in rows} == {""}
    note = props_of(tmp_path)["annotations"][0]["text"]
    assert note.startswith("Spike 1 of 2: the value ")
    assert note.endswith(", return {:.3g}.".format(float(rows[0]["return"])))
    assert {facts["solved"] for facts in props_of(tmp_path)["episodes"]} == {None}
    with pytest.raises(InputError, match="Only 'failure' could be looked for, but this game gives points"):
        find(agent, tmp_path / "failures", quiet=True, kinds="failure", num_levels=2, **PAGE)


def test_the_page_says_that_nothing_tells(agent, tmp_path):
    run(agent, tmp_path, quiet=True, trajectories_kwargs={"num_envs": 2, "num_steps": 80}, **PAGE)
    props = props_of(tmp_path)
    ends = [(i, t) for i, dones in enumerate(props["trajectories"]["dones"]) for t, done in enumerate(dones) if done]
    assert ends
    assert props["episodes"] == [{"trajectory": i, "end": t, "solved": None} for i, t in ends]
    with pytest.raises(InputError, match="episodes='failed' given; this game gives points"):
        chosen = {"num_envs": 2, "episodes": "failed"}
        run(agent, tmp_path / "failed", quiet=True, trajectories_kwargs=chosen, **PAGE)


def test_a_training_has_no_rate(tmp_path, capsys):
    options = dict(env_kind="atari", env_id="breakout", cnn="nature", frame_stack=4, num_envs=4, num_steps=64)
    train(save_dir=str(tmp_path), timesteps_per_proc=256, num_minibatches=1, ppo_epochs=1, **options)
    (row,) = read_progress(os.path.join(str(tmp_path), "progress.csv"))
    assert int(row["episodes"]) > 0 and row["solved_rate"] == "nan" and float(row["mean_return"]) >= 0
    said = capsys.readouterr().err
    assert "mean return" in said and "solved" not in said
