import os
import subprocess
import sys

import joblib
import numpy as np
import pytest

from tests.helpers.trainings import SMALL, curve
from tests.train.games import CoinGame
from understanding_rl_vision import rl_clarity
from understanding_rl_vision.agents.checkpoints import VALUE_PARAMS, read_checkpoint
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.ranks import Ranks
from understanding_rl_vision.rl_clarity.training import train
from understanding_rl_vision.train import saving
from understanding_rl_vision.train.loop import Training


def test_training_learns_a_small_game(settings, tmp_path):
    chosen = settings(
        num_envs=64,
        num_steps=16,
        num_minibatches=4,
        gamma=0.9,
        entropy_coeff=0.05,
        learning_rate=1e-3,
        timesteps_per_proc=48 * 1024,
    )
    Training(CoinGame(64), chosen, Ranks(), str(tmp_path)).run()
    solved = [float(row["solved_rate"]) for row in curve(tmp_path)]
    assert solved[0] < 0.4 and solved[-1] > 0.9


def test_train_writes_a_checkpoint_that_an_interface_can_be_made_from(tmp_path):
    save_dir = str(tmp_path / "new" / "folder")
    options = dict(SMALL, cnn="clear", timesteps_per_proc=16, paint_vel_info=True, reward_scale=0.1, gamma=0.9)
    assert train(save_dir=save_dir, **options) == save_dir
    path = os.path.join(save_dir, "checkpoint.jd")
    args = joblib.load(path)["args"]
    assert {name: args[name] for name in options} == options
    assert read_checkpoint(path).params["ppo2_model/pi/w:0"].shape == (512, 15)
    data = rl_clarity.load(
        path,
        temp_files=True,
        trajectories_kwargs={"num_envs": 1, "num_steps": 2},
        observations_kwargs={"num_envs": 1, "num_obs": 1, "obs_every": 1},
    )
    assert data["trajectories"]["observations"].shape == (1, 2, 64, 64, 3) and data["gae_gamma"] == 0.9


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {
            "reward_processing": "normalize",
            "frame_stack": 2,
            "epsilon_greedy": 0.3,
            "use_sticky_actions": 1,
            "image_noise": 25,
            "noise_size": 2,
            "save_all": True,
        },
        {
            "env_name": None,
            "distribution_mode": None,
            "env_kind": "atari",
            "env_id": "breakout",
            "reward_processing": "clip",
        },
    ],
)
def test_resumed_curve_is_that_of_an_uninterrupted_training(tmp_path, changes):
    options = dict(SMALL, **dict(changes, num_steps=64))
    whole, parts = str(tmp_path / "whole"), str(tmp_path / "parts")
    train(save_dir=whole, timesteps_per_proc=4 * 128, **options)
    train(save_dir=parts, timesteps_per_proc=2 * 128, **options)
    train(resume=parts, timesteps_per_proc=4 * 128)
    assert [row["frames"] for row in curve(parts)] == ["128", "256", "384", "512"]
    for row, expected in zip(curve(parts), curve(whole)):
        for name in row:
            assert float(row[name]) == pytest.approx(float(expected[name]), rel=1e-4, abs=1e-6, nan_ok=True), name
    names = {name for name in os.listdir(parts) if name.endswith(".jd")}
    save_all = options.get("save_all")
    assert names == ({"checkpoint-{}.jd".format(n) for n in (1, 2, 3, 4)} if save_all else {"checkpoint.jd"})


def test_games_that_cannot_be_saved_begin_anew(tmp_path, settings, capsys):
    class ForgetfulGame(CoinGame):
        def get_state(self):
            return None

    for num_updates in (2, 4):
        chosen = settings(timesteps_per_proc=num_updates * 32, save_interval=1)
        content = saving.read_last_checkpoint(str(tmp_path)) if saving.find_checkpoints(str(tmp_path)) else None
        Training(ForgetfulGame(4), chosen, Ranks(), str(tmp_path), content).run()
        assert ("cannot be played on from where it was" in capsys.readouterr().err) == (content is not None)
    assert [row["update"] for row in curve(tmp_path)] == ["1", "2", "3", "4"]


def test_resume_with_other_games_starts_new_ones(tmp_path, capsys):
    folder, other = str(tmp_path / "first"), str(tmp_path / "second")
    train(save_dir=folder, timesteps_per_proc=16, **SMALL)
    train(resume=folder, save_dir=other, timesteps_per_proc=64, num_envs=4, distribution_mode="hard")
    assert [row["update"] for row in curve(other)] == ["2"]
    assert "games begin anew: they are played with other options than before." in capsys.readouterr().err
    args = read_checkpoint(os.path.join(other, "checkpoint.jd")).args
    assert (args["distribution_mode"], args["num_envs"], args["stack_channels"]) == ("hard", 4, "4")


def test_a_training_begins_with_a_checkpoint_from_elsewhere(tmp_path):
    first, second, path = str(tmp_path / "first"), str(tmp_path / "second"), str(tmp_path / "agent.jd")
    train(
        save_dir=first,
        timesteps_per_proc=16,
        **dict(SMALL, pooling="torch", distribution_mode="hard", reward_scale=0.5),
    )
    content = joblib.load(os.path.join(first, "checkpoint.jd"))
    args = dict(content["args"], unknown_to_train=1, num_levels=None)
    joblib.dump({"params": content["params"], "args": args}, path)
    # At this rate the parameters stay what they were.
    train(load_path=path, save_dir=second, learning_rate=0, reward_scale=2)
    begun = joblib.load(os.path.join(second, "checkpoint.jd"))
    assert begun["params"].keys() == content["params"].keys()
    for name, values in content["params"].items():
        np.testing.assert_array_equal(begun["params"][name], values)
    assert begun["training"]["update"] == 1
    assert begun["args"] == dict(content["args"], learning_rate=0, reward_scale=2)
    with pytest.raises(InputError, match="architecture"):
        train(load_path=path, save_dir=str(tmp_path / "third"), cnn="nature")
    # A file that does not say what it was trained on is told by the options.
    joblib.dump({"params": content["params"], "args": {}}, path)
    with pytest.raises(InputError, match="no 'env_name'"):
        train(load_path=path, save_dir=str(tmp_path / "third"))
    train(load_path=path, save_dir=str(tmp_path / "third"), learning_rate=0, timesteps_per_proc=16, **SMALL)
    np.testing.assert_array_equal(joblib.load(str(tmp_path / "third" / "checkpoint.jd"))["params"][name], values)


def test_a_training_begins_with_an_agent_without_value_function(tmp_path):
    path = str(tmp_path / "agent.jd")
    train(save_dir=str(tmp_path / "first"), timesteps_per_proc=16, **SMALL)
    content = joblib.load(str(tmp_path / "first" / "checkpoint.jd"))
    params = {name: values for name, values in content["params"].items() if name not in VALUE_PARAMS}
    joblib.dump({"params": params, "args": content["args"]}, path)
    train(load_path=path, save_dir=str(tmp_path / "second"), learning_rate=0)
    begun = joblib.load(str(tmp_path / "second" / "checkpoint.jd"))["params"]
    assert set(begun) == set(content["params"]) and np.any(begun[VALUE_PARAMS[0]])
    for name, values in params.items():
        np.testing.assert_array_equal(begun[name], values)


def test_save_interval_and_the_end_are_saved(tmp_path, settings):
    chosen = settings(timesteps_per_proc=5 * 32, save_interval=2, save_all=True)
    Training(CoinGame(4), chosen, Ranks(), str(tmp_path)).run()
    assert {name for name in os.listdir(str(tmp_path)) if name.endswith(".jd")} == {
        "checkpoint-{}.jd".format(update) for update in (2, 4, 5)
    }


def test_a_kill_at_any_moment_leaves_a_checkpoint_to_go_on_from(tmp_path, checkout):
    done = subprocess.run(
        [sys.executable, "-m", "tests.train.killing", str(tmp_path)],
        cwd=str(checkout),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    updates = [int(row["update"]) for row in curve(tmp_path)]
    assert updates == list(range(1, updates[-1] + 1)) and "{} updates".format(updates[-1]) in done.stdout


def test_what_cannot_be_used_is_said(tmp_path):
    with pytest.raises(InputError, match="no checkpoint in"):
        train(resume=str(tmp_path))
    for name in ("save_dir", "resume", "load_path"):
        with pytest.raises(InputError, match=name + "=2024 given; the path of a file or folder"):
            train(env_name="coinrun", **{name: 2024})
    train(save_dir=str(tmp_path), timesteps_per_proc=16, **SMALL)
    with pytest.raises(InputError, match="already.*resume"):
        train(save_dir=str(tmp_path), timesteps_per_proc=16, **SMALL)
    with pytest.raises(InputError, match="cnn"):
        train(resume=str(tmp_path), cnn="clear", timesteps_per_proc=32)


def test_divergence_is_said_and_the_last_checkpoint_kept(tmp_path, settings):
    class BrokenGame(CoinGame):
        def observe(self):
            rewards, observations, firsts = super().observe()
            return rewards + (np.nan if self.broken else 0), observations, firsts

    chosen = settings(timesteps_per_proc=10 * 32, save_interval=1)
    env = BrokenGame(4)
    env.broken = False
    Training(env, dict(chosen, timesteps_per_proc=2 * 32), Ranks(), str(tmp_path)).run()
    env.broken = True
    with pytest.raises(InputError, match="diverged at update 3"):
        Training(env, chosen, Ranks(), str(tmp_path), saving.read_last_checkpoint(str(tmp_path))).run()
    assert saving.read_last_checkpoint(str(tmp_path))["training"]["update"] == 2
