"""`run` on agents that play: that of CoinRun, and one with stacked frames in Pong."""

import copy
import hashlib
import json
import os
import re
import shlex
import subprocess
import sys

import numpy as np
import pytest

from tests.helpers.folders import files_below
from tests.helpers.interfaces import QUICK, assert_complete, image, props_of
from tests.helpers.untrained import write_checkpoint
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.run import running
from understanding_rl_vision.run.running import run

OBSERVATIONS = 16
RUN = dict(QUICK, trajectories_kwargs={"num_envs": 2, "num_steps": 6, "seed": 3})


@pytest.fixture(scope="module")
def coinrun(checkpoint_path, tmp_path_factory):
    """Folder of an interface of the CoinRun agent with frames of full size, and the options it was made with."""
    pytest.importorskip("procgen")
    options = dict(RUN, load_kwargs={"temp_files": True, "full_resolution": True})
    given = copy.deepcopy(options)
    folder = tmp_path_factory.mktemp("coinrun") / "demo"
    assert run(checkpoint_path, folder, quiet=True, **options) == str(folder / "interface.html")
    assert options == given
    return folder, options


def test_the_interface_of_an_agent_that_played_is_complete(coinrun, checkpoint_path):
    folder, _ = coinrun
    props = assert_complete(folder, OBSERVATIONS)
    assert props["env_name"] == "coinrun" and props["layers"] == ["4a"]
    assert props["action_combos"][8] == ["RIGHT", "UP"] and len(props["action_groups"]) == 5
    assert [len(row) for row in props["trajectories"]["values"]] == [6, 6]
    assert image(folder, "observations/0.png").shape == (512, 512, 3)
    provenance = props["provenance"]
    assert provenance["checkpoints"] == [
        {"name": "coinrun.jd", "sha256": hashlib.sha256(checkpoint_path.read_bytes()).hexdigest()}
    ]
    assert provenance["played"]["trajectories_kwargs"]["seed"] == 3
    assert provenance["played"]["observations_kwargs"]["seed"] == 1
    assert {name for name in provenance["versions"] if name.startswith("procgen")}
    assert "Layers 1a, 2a, 2b, 3a: layer_kwargs leaves them out, 4a shown." in provenance["skipped"]
    assert not any("full_resolution" in sentence for sentence in provenance["skipped"])
    layout = props["layout"]["trajectories"]
    assert (layout["width"], layout["height"], layout["columns"], layout["rows"]) == (512, 512, 2, 2)


def test_the_same_seed_gives_the_same_files_from_the_command_line(coinrun, checkpoint_path, checkout, tmp_path):
    folder, _ = coinrun
    again = tmp_path / "demo"
    # The command that the page tells.
    told = shlex.split(props_of(folder)["provenance"]["command"])
    assert told[:4] == ["rl-clarity", "run", checkpoint_path.name, "OUTPUT_DIR"]
    command = [sys.executable, "-m", "understanding_rl_vision", told[1], str(checkpoint_path), str(again)]
    done = subprocess.run(
        command + told[4:] + ["--log-json"],
        cwd=str(checkout),
        check=True,
        capture_output=True,
        text=True,
    )
    assert files_below(again) == files_below(folder)
    for name in files_below(folder):
        same = (again / name).read_bytes() == (folder / name).read_bytes()
        assert same, name
    # The page's address, the folder's size, the stages with their times.
    (line,) = done.stdout.splitlines()
    url, megabytes, stages = re.match(r"(file://\S+) \(([\d.]+) MB; (.*)\)$", line).groups()
    assert url == (again / "interface.html").resolve().as_uri()
    size = sum((again / name).stat().st_size for name in files_below(again))
    assert float(megabytes) == pytest.approx(size / 1e6, abs=0.06)
    assert re.match(r"[a-z].* \d+ s(, |$)", stages)
    # Whatever is imported, nothing else is on the terminal.
    told = [json.loads(line) for line in done.stderr.splitlines()]
    assert "playing for observations" in {line.get("stage") for line in told}


def test_other_seeds_give_other_trajectories(coinrun, checkpoint_path, tmp_path):
    folder, options = coinrun
    other = dict(options, trajectories_kwargs=dict(options["trajectories_kwargs"], seed=4))
    run(checkpoint_path, tmp_path, quiet=True, **other)
    assert props_of(tmp_path)["trajectories"]["values"] != props_of(folder)["trajectories"]["values"]
    same = (tmp_path / "observations/3.png").read_bytes() == (folder / "observations/3.png").read_bytes()
    assert same


@pytest.fixture
def pong_checkpoint(tmp_path):
    """A checkpoint of an untrained agent that sees four grey frames."""
    pytest.importorskip("atari_py" if sys.version_info < (3, 8) else "ale_py")
    args = {"env_kind": "atari", "env_id": "pong", "cnn": "nature", "frame_stack": 4, "gamma": 0.99}
    return write_checkpoint(tmp_path / "pong.jd", 6, (84, 84, 4), **args)


def test_stacked_frames_of_atari_are_shown_in_colour(pong_checkpoint, tmp_path):
    options = dict(RUN, layer_kwargs={"discard_first_n": 2}, input_layer_include=True, attr_policy=True)
    options["load_kwargs"] = {"full_resolution": False}
    run(pong_checkpoint, tmp_path / "demo", quiet=True, attr_single_channels=False, **options)
    props = assert_complete(tmp_path / "demo", OBSERVATIONS)
    assert props["env_name"] == "pong" and props["layers"] == ["input", "Relu_2"]
    assert props["action_groups"] == [[2, 4], [3, 5], [0, 1]]
    assert image(tmp_path / "demo", "observations/0.png").shape == (84, 84, 3)
    assert image(tmp_path / "demo", "trajectories_scrub/1.png").shape == (84, 6 * 3, 3)
    derived = ["pong." + suffix for suffix in ("metadata.jd", "model.pb", "observations.jd", "trajectories.jd")]
    assert sorted(os.listdir(str(tmp_path / "rl-clarity"))) == derived


@pytest.mark.parametrize(
    "options, said",
    [
        ({"nmf_featuers": 3}, "'nmf_featuers' of run.*'nmf_features'"),
        ({"resample": False}, "Unknown option 'resample' of run..; it belongs to load_kwargs"),
        ({"num_envs": 3}, "'num_envs' of run..; it belongs to trajectories_kwargs or observations_kwargs"),
        ({"num_obs": 3}, "'num_obs' of run..; it belongs to observations_kwargs"),
        ({"distribution_mode": "easy"}, "'distribution_mode' of run..; it belongs to env_kwargs"),
        ({"cnn": "impala"}, "'cnn' of run..; it belongs to args"),
        ({"load_kwargs": {"nmf_features": 3}}, "'nmf_features' of load..; it belongs to generate"),
        ({"load_kwargs": {"resample": "no"}}, "resample='no' given; True or False"),
        ({"load_kwargs": {"model_path": 3}}, "model_path=3 given; the path of a file"),
        ({"observations_kwargs": {"num_steps": 3}}, "'num_steps' of observations_kwargs; it belongs to trajectories_k"),
        (
            {"trajectories_kwargs": {"num_obs": 3}},
            "'num_obs' of trajectories_kwargs; it belongs to observations_kwargs",
        ),
        ({"trajectories_kwargs": {"paint_vel_info": 1}}, "'paint_vel_info' of trajec.*; it belongs to env_kwargs"),
        ({"env_kwargs": {"gamma": 0.9}}, "'gamma' of env_kwargs; it belongs to args"),
        (
            {"env_kwargs": {"distribution_mod": "easy"}},
            "'distribution_mod' of env_kwargs; coinrun has .*distribution_mode",
        ),
        ({"env_kwargs": {"game_type": "maze"}}, "'game_type' of env_kwargs; coinrun has .*paint_vel_info"),
        ({"env_kwargs": {"distribution_mode": "hrad"}}, "distribution_mode='hrad' given; accepted are 'easy'"),
        ({"env_kwargs": {"distribution_mode": "memory"}}, "distribution_mode='memory' given; coinrun does not have it"),
        ({"env_kwargs": {"num_levels": "few"}}, "num_levels='few' given"),
        (
            {"env_kwargs": {"resource_root": "/nowhere"}},
            "resource_root='/nowhere' given; the path of an existing folder",
        ),
        ({"env_kwargs": {"frame_stack": 0}}, "frame_stack=0 given"),
        ({"env_kwargs": "easy"}, "env_kwargs='easy' given; a dictionary"),
        ({"args": {"cnn": "clera"}}, "cnn='clera' is unknown"),
        ({"args": {"env_nam": "maze"}}, "'env_nam' of args; did you mean 'env_name'"),
        ({"args": [1]}, r"args=\[1\] given; a dictionary"),
        (
            {"args": {}, "load_kwargs": {"resample": False, "env_kwargs": {"num_levels": 3}}},
            "env_kwargs=.*resample=False",
        ),
        ({"load_kwargs": 3}, "load_kwargs=3 given; a dictionary of resample"),
        ({"load_kwargs": {"resampel": False}}, "'resampel' of load.*'resample'"),
        ({"trajectories_kwargs": [8]}, r"trajectories_kwargs=\[8\] given; a dictionary of num_envs"),
        ({"observations_kwargs": {"num_obs": "few"}}, "num_obs='few'"),
        ({"layer_kwargs": {"names": "2b"}}, "'names' of layer_kwargs"),
    ],
)
def test_options_are_checked_before_the_agent_plays(checkpoint_path, tmp_path, options, said):
    (tmp_path / "interface.html").write_text("of an earlier run")
    with pytest.raises(InputError, match=said):
        run(checkpoint_path, tmp_path, quiet=True, **options)
    assert os.listdir(str(tmp_path)) == ["interface.html"]
    assert (tmp_path / "interface.html").read_text() == "of an earlier run"


def test_options_of_the_game_are_given_and_told(checkpoint_path, tmp_path):
    """Over the checkpoint's own, which asks for hard levels and for velocity painted."""
    pytest.importorskip("procgen")
    shown = {}
    for name, env_kwargs in (
        ("own", {}),
        ("easy", {"distribution_mode": "easy", "paint_vel_info": np.bool_(False)}),
        ("default", {"paint_vel_info": None, "num_levels": np.int64(1)}),
    ):
        run(
            checkpoint_path,
            tmp_path / name,
            quiet=True,
            env_kwargs=env_kwargs,
            load_kwargs={"temp_files": True, "full_resolution": False},
            **RUN,
        )
        options = props_of(tmp_path / name)["env_options"]
        asked = ("env_kind", "env_name", "distribution_mode", "num_levels", "paint_vel_info", "frame_stack")
        shown[name] = [options[key] for key in asked], image(tmp_path / name, "trajectories/0.png")
    assert shown["own"][0] == ["procgen", "coinrun", "hard", 0, True, 1]
    assert shown["easy"][0] == ["procgen", "coinrun", "easy", 0, False, 1]
    assert shown["default"][0] == ["procgen", "coinrun", "hard", 1, False, 1]
    assert len({shown[name][1].tobytes() for name in shown}) == 3


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError])
def test_a_run_that_is_interrupted_while_playing_leaves_the_earlier_page(checkpoint_path, tmp_path, monkeypatch, error):
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "interface.html").write_text("of an earlier run")

    def interrupt(*args, **options):
        raise error

    monkeypatch.setattr("understanding_rl_vision.run.loading.sample_trajectories", interrupt)
    with pytest.raises(error):
        run(
            checkpoint_path,
            tmp_path / "demo",
            quiet=True,
            **dict(RUN, load_kwargs={"temp_files": True, "full_resolution": False}),
        )
    assert os.listdir(str(tmp_path)) == ["demo"] and os.listdir(str(tmp_path / "demo")) == ["interface.html"]


@pytest.mark.parametrize(
    "options, expected",
    [
        ({"single_file": True}, {"full_resolution": False}),
        ({"single_file": True, "load_kwargs": {"full_resolution": True}}, {"full_resolution": True}),
        ({"single_file": True, "load_kwargs": {"resample": False}}, {"resample": False}),
        ({}, {}),
    ],
)
def test_a_page_in_one_file_has_frames_at_full_size_only_where_they_are_asked_for(options, expected):
    assert running._load_kwargs(dict(options)) == expected
