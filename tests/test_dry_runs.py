"""Each long command with --dry-run: what it says, stage by stage, and that it writes nothing."""

import importlib
import os
import re
import shutil

import pytest

from tests.helpers.folders import files_below
from tests.helpers.interfaces import QUICK, tiny_data
from tests.helpers.trainings import SMALL as TRAINING
from tests.helpers.untrained import SMALL, write_checkpoint
from understanding_rl_vision.command_line import main
from understanding_rl_vision.flags import flags_of
from understanding_rl_vision.forecasts import Forecast
from understanding_rl_vision.rl_util import FrozenModel
from understanding_rl_vision.run import running
from understanding_rl_vision.visualize.visualizing import visualize

OBSERVED = {"num_envs": 4, "num_obs": 4, "obs_every": 2}
LAYER = {"layer_kwargs": {"name_contains_one_of": "Relu_1"}}
PAGE = ["images of frames", "directions and features", "attribution", "page"]
PLAYED = ["playing trajectories", "playing for observations"]
# Command: arguments, options, and the stages that are told of.
COMMANDS = {
    "run": (
        ["agent.jd", "out/page"],
        dict(QUICK, trajectories_kwargs={"num_envs": 2, "num_steps": 8}, observations_kwargs=OBSERVED, **LAYER),
        PLAYED + PAGE,
    ),
    "find": (
        ["agent.jd"],
        dict(QUICK, num_levels=4, num_envs=2, top=1, observations_kwargs=OBSERVED, **LAYER),
        PLAYED + PAGE,
    ),
    "evaluate": (["agent.jd"], {"output_dir": "out/levels", "num_levels": 6, "num_envs": 2}, ["agent, 6 levels"]),
    "measure": (
        ["agent.jd", "--layer", "Relu_1"],
        {"observations_kwargs": OBSERVED},
        ["playing for observations", "directions and features", "sparsity"],
    ),
    "visualize": (
        ["agent.jd", "out/features", "--layer", "Relu_1"],
        {"observations_kwargs": OBSERVED, "vis_thumbnail_num_mult": 1},
        ["playing for observations", "directions and features", "images by gradient"],
    ),
    "synthesize": (
        ["agent.jd", "out/states"],
        {"target": "value+", "num_frames": 24, "epochs": 2},
        ["playing", "weighing pixels", "training, at most", "states"],
    ),
    "study": (
        ["out/study", "10", "100"],
        {
            "train_kwargs": dict(TRAINING, timesteps_per_proc=64),
            "num_levels": 6,
            "num_envs": 2,
            "observations_kwargs": OBSERVED,
            "runs": 1,
        },
        ["training of 2, 128 frames", "playing levels, 24 of 2", "playing for observations of 2", "features of 2"],
    ),
    "train": ([], dict(TRAINING, save_dir="out/training", timesteps_per_proc=64), ["playing", "learning"]),
}


@pytest.fixture(scope="module")
def agent(tmp_path_factory):
    pytest.importorskip("procgen")
    return write_checkpoint(tmp_path_factory.mktemp("agents") / "agent.jd", **SMALL)


@pytest.fixture
def folder(agent, tmp_path, monkeypatch):
    """The current folder, with an agent, which has the temporary files."""
    (tmp_path / "agent.jd").write_bytes(open(agent, "rb").read())
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.chdir(str(tmp_path))
    return tmp_path


def told(text):
    """The stages of a forecast in the order told, each with time, memory and disk; and in all."""
    amount = r"(?:\d+\.)?\d+ (?:%s)"
    row = r"(.*?)  +({})  +({})  +({})".format(amount % "s|min|h", amount % "MB|GB", amount % "MB|GB")
    rows = [re.fullmatch(row, line) for line in text.splitlines()[2:-1]]
    assert all(rows), text
    assert re.match("What this will take, about, beside .* taken already:", text), text
    *stages, total = [row.group(1).strip() for row in rows]
    assert re.fullmatch("in all, on [0-9]+ idle threads", total) and text.splitlines()[-1].startswith("free")
    return stages


@pytest.fixture
def unmeasured(monkeypatch):
    """Forecasts of figures that are known, in no time."""
    monkeypatch.setattr(Forecast, "worth_measuring", lambda *_: False)


def dry_run(name):
    """The exit status of a command with --dry-run."""
    arguments, options, _ = COMMANDS[name]
    module = importlib.import_module("understanding_rl_vision.{}.__main__".format(name))
    return main(
        getattr(module, "run" if name == "study" else name),
        module.make_parser(),
        [*arguments, "--dry-run", *flags_of(options)],
    )


@pytest.mark.parametrize("name", list(COMMANDS))
def test_a_dry_run_tells_of_the_stages_and_writes_nothing(name, folder, capsys):
    assert dry_run(name) == 0 and told(capsys.readouterr().out) == COMMANDS[name][2]
    assert sorted(path.name for path in folder.iterdir()) == ["agent.jd", "tmp"] and files_below(folder) == {"agent.jd"}
    assert not list((folder / "tmp").iterdir())


def test_a_dry_run_leaves_an_earlier_page_and_what_is_unfinished_as_they_were(folder, capsys, unmeasured):
    files = {"out/page/interface.html": "old", "out/page/mine.txt": "mine"}
    files.update({"out/page.partial/work/pieces/made_from": "other", "out/page.partial/page/half.png": "half"})
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    assert dry_run("run") == 0 and told(capsys.readouterr().out)
    assert {name: (folder / name).read_text() for name in files_below(folder) - {"agent.jd"}} == files


def test_a_module_of_the_callers_own_is_written_nowhere(folder, monkeypatch, capsys, unmeasured):
    module, written = object(), []

    def module_checkpoint(module, path, *of_game):
        written.append(os.path.basename(path))
        return shutil.copy("agent.jd", path)

    monkeypatch.setattr(running, "is_module", lambda value: value is module)
    monkeypatch.setattr(running, "module_checkpoint", module_checkpoint)
    running.run(module, "out/page", dry_run=True, **COMMANDS["run"][1])
    assert written == ["page.agent.jd"] and told(capsys.readouterr().out) == PLAYED + PAGE
    assert files_below(folder) == {"agent.jd"} and not list((folder / "tmp").iterdir())


def test_a_visualisation_of_what_is_read_is_told_of(folder, capsys):
    data = tiny_data()
    model = FrozenModel.from_bytes(data["model_bytes"])
    given = {"observations": data["observations"], "value_function_name": "value", "vis_thumbnail_num_mult": 1}
    visualize(model, "out", layer="1a", dry_run=True, **given)
    assert told(capsys.readouterr().out) == ["directions and features", "images by gradient"]
    assert files_below(folder) == {"agent.jd"}
