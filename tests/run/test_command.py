"""The command line: what cannot be used ends with status 2 and a sentence or two, and leaves the earlier page."""

import errno
import os
import re
import subprocess
import sys

import joblib
import numpy as np
import pytest

from understanding_rl_vision.command_line import main
from understanding_rl_vision.rl_util import load_joblib
from understanding_rl_vision.run.__main__ import make_parser
from understanding_rl_vision.run.running import RUN_OPTIONS, run

QUICK = [
    '--trajectories-kwargs={"num_envs": 1, "num_steps": 2}',
    '--observations-kwargs={"num_envs": 4, "num_obs": 4, "obs_every": 1}',
    '--layer-kwargs={"name_contains_one_of": "4a"}',
    "--vis-subdiv-mults=[1]",
    "--nmf-features=2",
]
PI = "ppo2_model/pi/"


@pytest.fixture(scope="module")
def checkpoint(checkpoint_path):
    """What the checkpoint of `checkpoint_path` holds."""
    return load_joblib(str(checkpoint_path))


@pytest.fixture
def refused(tmp_path, capsys):
    """Run the command line where it must not succeed; returns what it says."""

    def run_refused(checkpoint_path, *arguments, output_dir=None):
        kept = output_dir is None
        if kept:
            output_dir = tmp_path / "demo"
            output_dir.mkdir(exist_ok=True)
            (output_dir / "interface.html").write_text("of an earlier run")
        capsys.readouterr()
        argv = [str(checkpoint_path), str(output_dir), "--quiet"] + QUICK + list(arguments)
        assert main(run, make_parser(), argv) == 2
        assert os.path.exists(os.path.join(str(output_dir), "interface.html")) == kept
        lines = capsys.readouterr().err.splitlines()
        said = [line for line in lines if line.startswith("python -m understanding_rl_vision.run: ")]
        assert len(said) == 1 and lines[-1] == said[0]
        text = said[0].split(": ", 1)[1]
        assert len(re.findall(r"[.?](?= [A-Z]|$)", text)) in (1, 2), text
        return text

    return run_refused


@pytest.fixture
def changed(checkpoint, tmp_path):
    """Write that checkpoint with other parameters and args (None: without); returns its path."""

    def write(params=None, args=None):
        path = str(tmp_path / "changed.jd")
        content = {name: dict(checkpoint[name], **(new or {})) for name, new in (("params", params), ("args", args))}
        content = {name: {k: v for k, v in part.items() if v is not None} for name, part in content.items()}
        joblib.dump(content, path)
        return path

    return write


class RunsCode:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (self.path,)


def test_files_that_are_no_checkpoint(refused, tmp_path, checkpoint_path):
    path = tmp_path / "agent.jd"
    assert re.search("no file .*agent.jd; give the path of an agent's file", refused(path))
    assert re.search("is a folder; give the path of an agent's file", refused(tmp_path))
    path.write_text("not joblib at all")
    assert re.search("agent.jd is not a joblib file, or it is damaged or cut short", refused(path))
    path.write_bytes(checkpoint_path.read_bytes()[:100000])
    assert re.search("agent.jd is not a joblib file, or it is damaged or cut short", refused(path))
    path.write_bytes(b"")
    assert re.search("agent.jd. It is empty; accepted are checkpoints", refused(path))


def test_a_pickle_that_would_run_code_is_refused_and_does_not(refused, tmp_path):
    joblib.dump({"params": RunsCode(str(tmp_path / "made")), "args": {}}, str(tmp_path / "agent.jd"))
    said = refused(tmp_path / "agent.jd")
    assert re.search(r"has no 'params' but a \w+\.mkdir, of which nothing was executed", said)
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize(
    "key, said",
    [
        ("params", "has no 'params'. It must be a dictionary with 'params'"),
        ("args", "'args' have no 'env_name'; it says which game the agent plays. Give it as args={'env_name': ...}"),
    ],
)
def test_checkpoints_that_lack_a_key(refused, checkpoint, tmp_path, key, said):
    joblib.dump({name: value for name, value in checkpoint.items() if name != key}, str(tmp_path / "agent.jd"))
    assert said in refused(tmp_path / "agent.jd")


@pytest.mark.parametrize(
    "params, said",
    [
        ({PI + "2a/conv2d/bias:0": None}, "lacks '{}2a/conv2d/bias:0'. All those of cnn='clear'".format(PI)),
        ({PI + "b:0": None}, "lacks the parameter '{}b:0'".format(PI)),
        ({PI + "9z/kernel:0": np.zeros(3, np.float32)}, "has the unknown '{}9z/kernel:0'".format(PI)),
        ({PI + "dense/bias:0": np.zeros(3, np.float32)}, r"'{}dense/bias:0' has the shape \(3,\); .*need".format(PI)),
        ({PI + "b:0": np.zeros(7), PI + "w:0": np.zeros((512, 7))}, "7 actions, but coinrun has 15"),
        ({PI + "b:0": np.full(15, np.nan, np.float32)}, "'{}b:0' contains values that are NaN".format(PI)),
    ],
    ids=["missing", "without logits", "unknown", "shape", "actions", "NaN"],
)
def test_parameters_that_do_not_fit(refused, changed, params, said):
    pytest.importorskip("procgen")
    assert re.search(said, refused(changed(params=params)))


@pytest.mark.parametrize(
    "args, said",
    [
        ({"use_lstm": 1}, r"recurrent \(use_lstm\); agents without memory are accepted"),
        ({"env_kind": "unreal"}, "'unreal'.*procgen"),
        ({"env_name": "coinrum"}, "'coinrum'.*'?coinrun"),
        ({"env_name": None}, "no 'env_name'; it says which game"),
        ({"env_kind": "atari", "env_id": "pnog"}, "'pnog'.*pong"),
        ({"distribution_mode": "hrad"}, "distribution_mode='hrad'.*'hard'"),
        ({"cnn": "clera"}, "cnn='clera' is unknown; accepted are clear, impala, nature"),
        ({"gamma": 2}, "gamma=2; a number from 0 to 1"),
    ],
    ids=lambda value: "" if isinstance(value, str) else "-".join(value),
)
def test_args_that_are_not_accepted(refused, changed, args, said):
    pytest.importorskip("procgen")
    assert re.search(said, refused(changed(args=args)))


@pytest.mark.parametrize(
    "flag, said",
    [
        ('--layer-kwargs={"name_contains_one_of": "9z"}', "No layer is selected.*'9z'.*1a, 2a, 2b, 3a, 4a"),
        ("--nmf-features=1000", "1000 features are asked for, but there are 32 channels .* at most 32"),
        ("--nmf-features=many", "nmf_features='many' given; a whole number"),
        ("--layer-kwargs=2b", "layer_kwargs='2b' given; a dictionary of name_contains_one_of"),
        ("--load-kwargs=[1]", r"load_kwargs=\[1\] given; a dictionary of resample"),
        ('--load-kwargs={"resampel": 0}', "'resampel' of load.*; did you mean 'resample'"),
        ("--trajectories-kwargs=8", "trajectories_kwargs=8 given; a dictionary of num_envs"),
        ('--observations-kwargs={"num_obs": 0}', "num_obs=0 given; a whole number from 1"),
        (
            '--observations-kwargs={"num_envs": 1, "num_obs": 3, "obs_every": 1}',
            "needs at least 16 observations, but there are 3; sample more or lower vis_thumbnail_num_mult",
        ),
    ],
)
def test_flags_that_are_not_accepted(refused, checkpoint_path, flag, said):
    pytest.importorskip("procgen")
    # Later flags win over those of a quick run.
    quick_load = [] if "load-kwargs" in flag else ['--load-kwargs={"temp_files": true}']
    assert re.search(said, refused(checkpoint_path, flag, *quick_load))


def test_output_folders_that_cannot_be_written_to(refused, checkpoint_path, tmp_path):
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "file" / "demo", "/proc/demo"):
        assert re.search("Cannot write .*; give a local folder", refused(checkpoint_path, output_dir=folder))
    said = refused(checkpoint_path, output_dir="foo://bucket/demo")
    assert re.search("'foo://bucket/demo' (is remote|cannot be used)", said)
    assert not os.path.exists("foo:")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no device that is always full")
def test_a_full_disk_while_images_are_written(refused, checkpoint_path, monkeypatch):
    pytest.importorskip("procgen")
    made = os.makedirs

    def with_a_full_one(path, **options):
        made(path, **options)
        if os.path.basename(os.path.normpath(path)) == "attribution":
            os.symlink("/dev/full", os.path.join(path, "4a_0_v_pos_prin.png"))

    monkeypatch.setattr("os.makedirs", with_a_full_one)
    said = refused(checkpoint_path, '--load-kwargs={"temp_files": true}')
    assert re.search("Cannot write .*demo.*: No space left on device; free some room and run again", said)


def test_a_full_disk_while_what_was_played_is_written(refused, changed, monkeypatch):
    pytest.importorskip("procgen")

    def full(*args, **options):
        raise OSError(errno.ENOSPC, "No space left on device")

    path = changed()
    monkeypatch.setattr("joblib.dump", full)
    said = refused(path)
    assert re.search("Cannot write .*changed.*: No space left on device", said)
    assert not [name for name in os.listdir(os.path.join(os.path.dirname(path), "rl-clarity")) if "tmp" in name]


def test_the_exit_status_and_nothing_but_the_sentence(checkout, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "understanding_rl_vision.run", str(tmp_path / "agent.jd"), str(tmp_path / "demo")],
        cwd=str(checkout),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2 and done.stdout == "" and "Traceback" not in done.stderr
    assert done.stderr.splitlines()[-1].startswith("python -m understanding_rl_vision.run: There is no file")


def test_help_names_every_option(capsys):
    with pytest.raises(SystemExit) as exit_info:
        main(run, make_parser(), ["--help"])
    said = capsys.readouterr().out
    assert exit_info.value.code == 0
    for name in set(RUN_OPTIONS) - {"action_group_fns"}:
        assert "--{} ".format(name.replace("_", "-")) in said


def test_one_agent_has_nobody_to_look_with(refused, checkpoint_path):
    said = "same_observations=True given with one checkpoint; give more, which look at the frames of the first."
    assert said in refused(checkpoint_path, "--same-observations=true")
    assert "shared_features=False given with one model" in refused(checkpoint_path, "--shared-features=false")
