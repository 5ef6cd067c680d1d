"""Commands with an environment that a person gives, and with a stranger's file that names one."""

import csv
import shutil
from pathlib import Path

import joblib
import pytest

from tests.helpers.gymnasium_games import Walk
from understanding_rl_vision.agents.checkpoints import read_checkpoint
from understanding_rl_vision.agents.games import game_options
from understanding_rl_vision.envs import gymnasium_given
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.rl_clarity import evaluate, find, run
from understanding_rl_vision.rl_clarity.training import train

WALK = "tests.helpers.gymnasium_games:Walk"
QUICK = {"observations_kwargs": {"num_envs": 2, "num_obs": 2, "obs_every": 2}, "nmf_features": 1, "quiet": True}
QUICK.update(vis_thumbnail_num_mult=2, vis_subdiv_mults=[1], vis_expand_mults=[4], layer_kwargs={"discard_first_n": 1})


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """The path of a checkpoint of an agent that was trained on Walk."""
    folder = tmp_path_factory.mktemp("walk")
    small = dict(cnn="impala", stack_channels="4", emb_size=8, num_envs=2, num_steps=16, num_minibatches=2)
    train(env=WALK, save_dir=folder, timesteps_per_proc=32, success="return", **small)
    return str(folder / "checkpoint.jd")


def test_a_page_of_episodes_of_two_models(trained, tmp_path):
    other = shutil.copy(trained, str(tmp_path / "other.jd"))
    page = run([trained, other], tmp_path / "page", trajectories_kwargs={"episodes": [3, 4]}, env=WALK, **QUICK)
    text = Path(page).read_text("utf-8")
    assert WALK in text and '"level":3' in text.replace(" ", "")


def test_an_object_takes_the_place_of_what_the_file_says(trained, tmp_path):
    walk = Walk()
    page = run(trained, tmp_path / "page", trajectories_kwargs={"num_envs": 2, "num_steps": 14}, env=walk, **QUICK)
    assert "Walk (given)" in Path(page).read_text("utf-8")


def test_find_lists_levels_and_causes(trained, tmp_path):
    page = find(trained, tmp_path / "found", env=WALK, num_levels=8, num_envs=2, **QUICK)
    with open(str(Path(page).parent / "finds.csv"), newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows and {row["cause"] for row in rows} <= {"", "pit", "time limit"} and all(row["level"] for row in rows)


def test_evaluate_counts_causes_that_the_environment_tells(trained, tmp_path):
    summary = evaluate(
        [trained, trained], env=Walk, num_levels=12, start_level=0, num_envs=3, output_dir=tmp_path / "e", quiet=True
    )
    outcomes = summary["models"][0]["outcomes"]
    assert set(outcomes) <= {"solved", "failed", "pit", "time limit"} and {"pit", "time limit"} & set(outcomes)
    counted = sum(outcomes[name]["count"] for name in outcomes if name not in ("solved", "failed"))
    assert counted == outcomes["failed"]["count"] and outcomes["solved"]["count"] + counted == 12
    assert [model["mean_return"] for model in summary["models"]][0] == summary["models"][1]["mean_return"]


@pytest.fixture
def stranger(monkeypatch):
    """No person has given anything in this process."""
    monkeypatch.setattr(gymnasium_given, "_given", {})


@pytest.mark.parametrize(
    "args",
    [
        {"env": "os:system"},
        {"env_kind": "gymnasium", "env_name": WALK},
        {"env": "some_module:Env-v0"},
        {"env": "Walk (given)"},
        {"env": "CartPole-v1", "make_kwargs": {"entry_point": "os:system"}},
    ],
)
def test_a_file_runs_no_code(stranger, tmp_path, args, trained, monkeypatch):
    def never(*_):
        raise AssertionError("A module was imported.")

    monkeypatch.setattr(gymnasium_given.importlib, "import_module", never)
    content = joblib.load(trained)
    others = {key: value for key, value in content["args"].items() if key not in ("env_kind", "env_name")}
    joblib.dump(dict(content, args=dict(others, **args)), str(tmp_path / "file.jd"))
    with pytest.raises(InputError, match="[Ii]f you trust it, give (it|them) yourself"):
        game_options(read_checkpoint(tmp_path / "file.jd"))


def test_a_training_goes_on_only_with_what_a_person_gives(stranger, trained):
    folder = str(Path(trained).parent)
    with pytest.raises(InputError, match="give it yourself: env='tests.helpers"):
        train(resume=folder, timesteps_per_proc=64)
    train(resume=folder, timesteps_per_proc=64, env=WALK)
    assert joblib.load(trained)["training"]["update"] == 2


@pytest.mark.parametrize(
    "args, kind", [({"env": "CartPole-v1"}, "gymnasium"), ({"env": "procgen_gym/procgen-maze-v0"}, "procgen")]
)
def test_plain_ids_of_a_file_are_known(stranger, tmp_path, trained, args, kind):
    content = joblib.load(trained)
    others = {key: value for key, value in content["args"].items() if key not in ("env_kind", "env_name", "success")}
    joblib.dump(dict(content, args=dict(others, **args)), str(tmp_path / "file.jd"))
    assert read_checkpoint(tmp_path / "file.jd").args["env_kind"] == kind


def test_what_is_given_counts_and_not_what_the_file_says(stranger, trained):
    for given in (dict(env=WALK), dict(args={"env": WALK})):
        args = read_checkpoint(trained, **given).args
        assert (args["env_kind"], args["env_name"], args["success"]) == ("gymnasium", WALK, "return")
