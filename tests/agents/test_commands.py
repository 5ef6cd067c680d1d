"""Every command takes an agent by name and by address."""

import io
import os
from pathlib import Path

import joblib
import numpy as np
import pytest

from tests.helpers import mpi
from tests.helpers.interfaces import FEW, props_of
from tests.helpers.untrained import SMALL, write_checkpoint
from understanding_rl_vision import rl_clarity
from understanding_rl_vision.agents.checkpoints import read_checkpoint
from understanding_rl_vision.agents.fetching import fetch
from understanding_rl_vision.agents.places import local_path
from understanding_rl_vision.agents.published import PUBLISHED
from understanding_rl_vision.command_line import main
from understanding_rl_vision.edit import __main__ as edit
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.evaluate import __main__ as evaluate
from understanding_rl_vision.find import __main__ as find
from understanding_rl_vision.play import environments
from understanding_rl_vision.run import __main__ as run
from understanding_rl_vision.synthesize import __main__ as synthesize
from understanding_rl_vision.train import __main__ as train
from understanding_rl_vision.visualize import __main__ as visualize

# A name of OpenAI's, under which an agent of ours is served.
NAME = "openai:procgen/leaper"
LAYER = "Relu_2"
OBSERVATIONS = {"num_envs": 4, "num_obs": 4, "obs_every": 1}
PLAY = {"trajectories_kwargs": {"num_envs": 2, "num_steps": 4}, "observations_kwargs": OBSERVATIONS}
PAGE = dict(FEW, quiet=True, layer_kwargs={"name_contains_one_of": LAYER})
SUFFIXES = (".model.pb", ".metadata.jd", ".trajectories.jd", ".observations.jd")

needs_procgen = pytest.mark.skipif(
    "not __import__('importlib').util.find_spec('procgen')", reason="procgen is not installed"
)


@pytest.fixture(scope="module")
def agent(tmp_path_factory):
    """The path of a small agent's checkpoint."""
    return Path(write_checkpoint(tmp_path_factory.mktemp("agent") / "leaper.jd", **SMALL))


@pytest.fixture(scope="module")
def derived(agent):
    """What was derived from it: suffix -> bytes."""
    pytest.importorskip("procgen")
    rl_clarity.load(str(agent), **PLAY)
    return {suffix: (agent.parent / "rl-clarity" / ("leaper" + suffix)).read_bytes() for suffix in SUFFIXES}


@pytest.fixture
def served(agent_cache, server, agent):
    """The Server, which has that agent in OpenAI's place, and at the address runs/leaper.jd?raw=1."""
    for path in ("procgen/leaper.jd", "runs/leaper.jd?raw=1"):
        server.files[path] = agent.read_bytes()
    return server


@needs_procgen
def test_load_plays_what_it_downloads_and_keeps_beside_it_what_it_derives(served, agent_cache, agent):
    for given in (NAME, Path(NAME), served.address + "runs/leaper.jd?raw=1"):
        data = rl_clarity.load(given, **PLAY)
        own = rl_clarity.load(str(agent), temp_files=True, **PLAY)
        np.testing.assert_array_equal(data["trajectories"]["observations"], own["trajectories"]["observations"])
        folder = os.path.join(os.path.dirname(local_path(given)), "rl-clarity")
        assert sorted(os.listdir(folder)) == sorted("leaper" + suffix for suffix in SUFFIXES)
        # What was played here is that of a checkpoint like any other.
        again = rl_clarity.load(local_path(given), resample=False)
        np.testing.assert_array_equal(again["observations"], data["observations"])
    assert served.asked == ["procgen/leaper.jd", "runs/leaper.jd?raw=1"]


@pytest.fixture
def no_game(monkeypatch):
    def refuse(*args, **options):
        raise AssertionError("a game was made")

    monkeypatch.setattr(environments, "make_env", refuse)


def test_the_published_page_without_the_game_or_the_checkpoint(served, agent_cache, derived, no_game, tmp_path):
    served.files.update(("procgen/rl-clarity/leaper" + suffix, body) for suffix, body in derived.items())
    served.files.update(("runs/rl-clarity/leaper{}?raw=1".format(suffix), body) for suffix, body in derived.items())
    # What was played here does not stand for what was published.
    played = agent_cache / "checkpoints" / "openai" / "procgen" / "rl-clarity"
    played.mkdir(parents=True)
    for suffix in SUFFIXES:
        (played / ("leaper" + suffix)).write_bytes(b"other")
    pages, names = [], []
    for given, folder in ((NAME, "procgen"), (served.address + "runs/leaper.jd?raw=1", "runs")):
        served.asked.clear()
        for out in ("first", "second"):
            path = rl_clarity.run(given, str(tmp_path / folder / out), load_kwargs={"resample": False}, **PAGE)
            pages.append(props_of(os.path.dirname(path)))
            provenance = pages[-1].pop("provenance")
            assert [one["sha256"] for one in provenance["checkpoints"]] == [None]
            assert provenance["skipped"][0].startswith("Playing: what an earlier run had played")
            names.append(provenance["checkpoints"][0]["name"])
        # Once each, and nothing else.
        assert sorted(path.split("?")[0] for path in served.asked) == sorted(
            "{}/rl-clarity/leaper{}".format(folder, suffix) for suffix in SUFFIXES
        )
    assert names == [NAME] * 2 + [served.address + "runs/leaper.jd"] * 2
    assert len(pages) == 4 and all(page == pages[0] for page in pages)
    assert pages[0]["env_name"] == "leaper"


def test_only_the_derived_files_that_are_wanted_are_downloaded(served, derived, no_game, agent, tmp_path):
    served.files.update(("procgen/rl-clarity/leaper" + suffix, body) for suffix, body in derived.items())
    own = tmp_path / "mine.jd"
    own.write_bytes(derived[".trajectories.jd"])
    rl_clarity.load(NAME, resample=False, trajectories_path=str(own))
    assert "procgen/rl-clarity/leaper.trajectories.jd" not in served.asked and len(served.asked) == 3


def test_of_several_agents_features_are_the_first_ones(served, derived, no_game):
    served.files.update(("procgen/rl-clarity/leaper" + suffix, body) for suffix, body in derived.items())
    served.files.update(("runs/rl-clarity/other" + suffix, body) for suffix, body in derived.items())
    data = rl_clarity.load([NAME, served.address + "runs/other.jd"], resample=False)
    assert data["model_name"] == "leaper" and [one["name"] for one in data["compared"]] == ["other"]
    assert "runs/rl-clarity/other.observations.jd" not in served.asked


def test_derived_files_that_nobody_published(served, no_game):
    said = "404 .*, or leave resample=False out, so that the agent is played"
    with pytest.raises(InputError, match=said):
        rl_clarity.load(served.address + "runs/leaper.jd?raw=1", resample=False)


def test_openais_metadata_and_model_with_trajectories(served, derived, no_game, shared, tmp_path):
    """What the original system derived, as far as it is at hand, with trajectories of ours."""
    folder = shared / "openai" / "rl-clarity"
    for suffix in (".model.pb", ".metadata.jd", ".observations.jd"):
        served.files["rl-clarity/coinrun" + suffix] = (folder / ("coinrun" + suffix)).read_bytes()
    # The original CoinRun has 9 actions.
    trajectories = joblib.load(io.BytesIO(derived[".trajectories.jd"]))
    file = io.BytesIO()
    joblib.dump(dict(trajectories, actions=trajectories["actions"] % 9), file)
    served.files["rl-clarity/coinrun.trajectories.jd"] = file.getvalue()
    options = dict(PAGE, layer_kwargs={"name_contains_one_of": "4a"})
    page = rl_clarity.run("openai:coinrun", str(tmp_path / "out"), load_kwargs={"resample": False}, **options)
    assert props_of(os.path.dirname(page))["env_name"] == "coinrun_old"


def test_the_real_agents_are_what_the_index_says(agent_cache, server, shared):
    for name in ("coinrun", "procgen/coinrun"):
        server.files[name + ".jd"] = (shared / "openai" / (name + ".jd")).read_bytes()
        checkpoint = read_checkpoint(fetch("openai:" + name))
        known = PUBLISHED[name]
        assert (checkpoint.args["env_name"], checkpoint.args["cnn"]) == (known.game, known.network)
    assert server.asked == ["coinrun.jd", "procgen/coinrun.jd"]


@needs_procgen
def test_edit_find_evaluate_visualize_and_train(served, agent_cache, tmp_path):
    edited = rl_clarity.edit(NAME, str(tmp_path / "edited.jd"), layer="Relu_1", directions=[1.0] * 64)
    assert rl_clarity.evaluate(
        [NAME, edited], quiet=True, output_dir=str(tmp_path / "evaluation"), num_levels=2, num_envs=2
    )["complete"]
    page = rl_clarity.find(NAME, num_levels=4, num_envs=4, top=1, observations_kwargs=OBSERVATIONS, **PAGE)
    assert page == str(agent_cache / "checkpoints/openai/procgen/rl-clarity/leaper.finds/interface.html")
    rl_clarity.visualize(
        NAME, str(tmp_path / "features"), layer=LAYER, steps=0, quiet=True, observations_kwargs=OBSERVATIONS
    )
    options = {"num_envs": 2, "num_steps": 8, "num_minibatches": 2, "timesteps_per_proc": 16}
    rl_clarity.train(load_path=NAME, save_dir=str(tmp_path / "trained"), **options)
    assert served.asked == ["procgen/leaper.jd"]


@needs_procgen
def test_synthesize(served, tmp_path):
    rl_clarity.synthesize(
        served.address + "runs/leaper.jd?raw=1",
        str(tmp_path / "states"),
        num_frames=8,
        num_envs=2,
        filters=2,
        latents=2,
        epochs=1,
        batch_size=4,
        held_out=0.2,
        quiet=True,
    )
    assert served.asked == ["runs/leaper.jd?raw=1"]


@pytest.mark.parametrize(
    "command, module, arguments",
    [
        (rl_clarity.run, run, ["CHECKPOINT", "out"]),
        (rl_clarity.run, run, ["CHECKPOINT", "out", '--load-kwargs={"resample": false}']),
        (rl_clarity.find, find, ["CHECKPOINT", "out"]),
        (rl_clarity.find, find, ["CHECKPOINT"]),
        (rl_clarity.edit, edit, ["CHECKPOINT", "edited.jd", "--layer", "2b", "--directions", "[1]"]),
        (rl_clarity.evaluate, evaluate, ["CHECKPOINT", "--output-dir", "out"]),
        (rl_clarity.visualize, visualize, ["CHECKPOINT", "out", "--layer", "2b"]),
        (rl_clarity.synthesize, synthesize, ["CHECKPOINT", "out"]),
        (rl_clarity.train, train, ["--load-path", "CHECKPOINT", "--save-dir", "out"]),
    ],
)
def test_on_the_command_line(agent_cache, server, tmp_path, monkeypatch, capsys, command, module, arguments):
    monkeypatch.chdir(tmp_path)
    for given, said in (
        ("openai:procgen/maze", "Cannot download {}procgen/".format(server.address)),
        (server.address + "agent.jd", "Cannot download {}".format(server.address)),
        ("openai:procgen/labyrinth", "OpenAI published no agent openai:procgen/labyrinth"),
    ):
        argv = [given if argument == "CHECKPOINT" else argument for argument in arguments]
        assert main(command, module.make_parser(), argv) == 2
        message = capsys.readouterr().err.splitlines()[-1]
        assert said in message and message.startswith("python -m understanding_rl_vision.")
    assert len(server.asked) == 2


@pytest.mark.parametrize("module", [run, find, edit, evaluate, visualize, synthesize, train])
def test_help_says_what_a_checkpoint_may_be(module):
    text = " ".join(module.make_parser().format_help().split())
    assert "openai:NAME" in text and "http(s) address" in text


@needs_procgen
def test_under_mpi_the_first_process_downloads(served, agent, tmp_path):
    program = Path(__file__).resolve().parents[1] / "helpers" / "ranks_cached_evaluation.py"
    status, said = mpi.finish(mpi.start(2, program, NAME, tmp_path))
    assert status == 0, said
    assert served.asked == ["procgen/leaper.jd"]
    own = rl_clarity.evaluate(str(agent), quiet=True, output_dir=str(tmp_path / "own"), num_levels=4, num_envs=2)
    assert own["models"][0]["outcomes"] == eval((tmp_path / "outcomes").read_text())
