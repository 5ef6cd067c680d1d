"""`run` on agents that play: that of CoinRun, and one with stacked frames in Pong."""

import copy
import os
import re
import subprocess
import sys

import pytest

from tests.rl_clarity.interfaces import QUICK, assert_complete, command_flags, files_below, image, props_of
from tests.rl_clarity.untrained import write_checkpoint
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.rl_clarity.running import run

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


def test_the_interface_of_an_agent_that_played_is_complete(coinrun):
    folder, _ = coinrun
    props = assert_complete(folder, OBSERVATIONS)
    assert props["env_name"] == "coinrun" and props["layers"] == ["4a"]
    assert props["action_combos"][8] == ["RIGHT", "UP"] and len(props["action_groups"]) == 5
    assert [len(row) for row in props["trajectories"]["values"]] == [6, 6]
    assert image(folder, "observations/0.png").shape == (512, 512, 3)
    layout = props["layout"]["trajectories"]
    assert (layout["width"], layout["height"], layout["columns"], layout["rows"]) == (512, 512, 6, 1)


def test_the_same_seed_gives_the_same_files_from_the_command_line(coinrun, checkpoint_path, checkout, tmp_path):
    folder, options = coinrun
    again = tmp_path / "demo"
    command = [sys.executable, "-m", "understanding_rl_vision.run", str(checkpoint_path), str(again)]
    done = subprocess.run(
        command + command_flags(options),
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
    assert re.search(r"playing trajectories \d+ s", stages) and re.search(r"attribution.* \d+ s", stages)
    assert "playing for observations: 100%" in done.stderr


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
        ({"resample": False}, "Unknown option 'resample' of run"),
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
    assert os.listdir(str(tmp_path)) == []


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError])
def test_a_run_that_is_interrupted_while_playing_leaves_no_page(checkpoint_path, tmp_path, monkeypatch, error):
    (tmp_path / "interface.html").write_text("of an earlier run")

    def interrupt(*args, **options):
        raise error

    monkeypatch.setattr("understanding_rl_vision.rl_clarity.loading.sample_trajectories", interrupt)
    with pytest.raises(error):
        run(checkpoint_path, tmp_path, quiet=True, **dict(RUN, load_kwargs={"temp_files": True}))
    assert os.listdir(str(tmp_path)) == []
