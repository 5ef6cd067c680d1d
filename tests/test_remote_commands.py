"""Every command, with its checkpoint and its output at a remote address."""

import json
import os

import numpy as np
import pytest

from tests.helpers.interfaces import QUICK, tiny_data
from tests.helpers.trainings import SMALL as TRAINING
from tests.helpers.untrained import SMALL, write_checkpoint
from tests.synthesize.tiny import pictures
from understanding_rl_vision import rl_clarity
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.evaluate import evaluating
from understanding_rl_vision.remote import Remote
from understanding_rl_vision.rl_util import FrozenModel
from understanding_rl_vision.rl_util.pickles import load_joblib, save_joblib

LAYER = "Relu_1"
FEW_FRAMES = {"num_envs": 4, "num_obs": 4, "obs_every": 4}


@pytest.fixture
def agent(served, tmp_path, monkeypatch):
    """The address of a small agent's checkpoint in a remote store; the current folder is one that stays empty."""
    pytest.importorskip("procgen")
    path = write_checkpoint(tmp_path / "leaper.jd", **SMALL)
    address = served + "/leaper.jd"
    Remote(address).put(path)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(str(tmp_path / "here"))
    yield address
    assert os.listdir(str(tmp_path / "here")) == []


def names(address):
    return set(Remote(address).files())


def test_a_page_and_what_is_made_of_it(agent):
    folder = os.path.dirname(agent)
    options = dict(QUICK, observations_kwargs=FEW_FRAMES, layer_kwargs={"name_contains_one_of": LAYER})
    play = {"num_envs": 1, "num_steps": 2}
    page = rl_clarity.run(agent, folder + "/page", quiet=True, trajectories_kwargs=play, **options)
    assert page == folder + "/page/interface.html"
    derived = {"leaper.{}".format(kind) for kind in ("model.pb", "metadata.jd", "trajectories.jd", "observations.jd")}
    assert names(folder + "/rl-clarity") == derived
    first = names(folder + "/page")
    assert {"interface.html", "directions.json", "measurement.json"} < first
    data = rl_clarity.load(agent, resample=False)
    assert data["env_name"] == "leaper" and len(data["observations"]) == 16
    measured = {"layer": LAYER, "run_dir": folder + "/page", "observations_kwargs": FEW_FRAMES, "quiet": True}
    rl_clarity.measure(agent, **measured)
    assert names(folder + "/page") == first | {
        "measurement.csv",
        "measurement.html",
        "measurement_{}_features.png".format(LAYER),
        "measurement_{}_channels.png".format(LAYER),
        "feature_labels.json",
    }
    edited = rl_clarity.edit(agent, folder + "/edited.jd", layer=LAYER, features=1, run_dir=folder + "/page")
    assert len(load_joblib(edited)["args"]["edits"]) == 1
    with pytest.raises(InputError, match="leaper.jd would be overwritten"):
        rl_clarity.edit(agent, agent, layer=LAYER, features=1, run_dir=folder + "/page")


def test_finds_stand_beside_the_checkpoint(agent):
    options = dict(QUICK, observations_kwargs=FEW_FRAMES, layer_kwargs={"name_contains_one_of": LAYER})
    page = rl_clarity.find(agent, num_levels=2, num_envs=2, top=1, quiet=True, **options)
    assert page == os.path.dirname(agent) + "/rl-clarity/leaper.finds/interface.html"
    assert {"interface.html", "finds.csv"} < names(os.path.dirname(page))


def test_an_evaluation_keeps_what_it_has_played_there_and_goes_on_elsewhere(agent, monkeypatch, tmp_path):
    folder = os.path.dirname(agent) + "/evaluation"
    options = {"output_dir": folder, "num_levels": 4, "num_envs": 2, "quiet": True}

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        play = evaluating.play_remaining

        def play_some(*arguments):
            some = list(arguments)
            some[4] = dict(arguments[4], num_levels=2)
            play(*some)
            raise KeyboardInterrupt

        patched.setattr(evaluating, "play_remaining", play_some)
        rl_clarity.evaluate(agent, **options)
    assert len(json.loads(_text(folder, "levels.json"))) == 2
    monkeypatch.setenv("UNDERSTANDING_RL_VISION_CACHE", str(tmp_path / "other machine"))
    summary = rl_clarity.evaluate(agent, resume=True, **options)
    assert summary["complete"] and json.loads(_text(folder, "summary.json")) == summary
    tables = {"levels.csv", "levels.json", "summary.csv", "summary.json"}
    assert names(folder) == tables | {"failures.png", "failures.svg"}
    with pytest.raises(InputError, match="holds an evaluation already"):
        rl_clarity.evaluate(agent, **options)


def _text(folder, name):
    return Remote(folder + "/" + name).read().decode()


def test_a_training_keeps_its_checkpoints_there_and_goes_on_elsewhere(store, monkeypatch, tmp_path):
    pytest.importorskip("procgen")
    folder, saved = store + "/run", []
    put = Remote.put
    monkeypatch.setattr(
        Remote, "put", lambda self, path: saved.append(os.path.basename(self.address)) or put(self, path)
    )
    assert rl_clarity.train(save_dir=folder, timesteps_per_proc=32, **TRAINING) == folder
    assert saved.count("checkpoint.jd") == 2
    assert {"checkpoint.jd", "progress.csv"} < names(folder)
    with pytest.raises(InputError, match="There is a checkpoint in {} already".format(folder)):
        rl_clarity.train(save_dir=folder, **TRAINING)
    monkeypatch.setenv("UNDERSTANDING_RL_VISION_CACHE", str(tmp_path / "other machine"))
    rl_clarity.train(resume=folder, timesteps_per_proc=48)
    assert load_joblib(folder + "/checkpoint.jd")["training"]["update"] == 3
    assert [row.split(",")[0] for row in _text(folder, "progress.csv").split()] == ["update", "1", "2", "3"]
    with pytest.raises(InputError, match="There is no checkpoint in {}/none".format(store)):
        rl_clarity.train(resume=store + "/none")


def test_states_and_features_of_models(served, tmp_path):
    store = served
    data = tiny_data(channels=3)
    with open(str(tmp_path / "model.pb"), "wb") as file:
        file.write(data["model_bytes"])
    Remote(store + "/model.pb").put(str(tmp_path / "model.pb"))
    save_joblib({"observations": pictures(30)}, store + "/frames.jd")
    options = dict(filters=2, latents=3, batch_size=8, held_out=0.1, num_samples=2, steps=2, quiet=True)
    options.update(policy_logits_name="logits", value_function_name="value", frames_path=store + "/frames.jd")
    page = rl_clarity.synthesize(store + "/model.pb", store + "/states", epochs=1, **options)
    assert page == store + "/states/states.html"
    assert {"states.html", "states.json", "frames.jd", "generator.jd"} < names(store + "/states")
    with pytest.raises(InputError, match="There is a generator in {}/states already".format(store)):
        rl_clarity.synthesize(store + "/model.pb", store + "/states", epochs=1, **options)
    options.update(resume=True, target="S+")
    rl_clarity.synthesize(store + "/model.pb", store + "/states", epochs=2, **options)
    assert len(load_joblib(store + "/states/generator.jd")["history"]) == 2
    np.testing.assert_array_equal(load_joblib(store + "/states/frames.jd"), pictures(30))
    model = FrozenModel.load(store + "/model.pb")
    options = {"layer": "1a", "features": [2], "steps": 1, "vis_expand_mult": 2, "quiet": True}
    page = rl_clarity.visualize(model, store + "/features", observations=data["observations"], **options)
    assert page == store + "/features/features.html" and any(
        name.endswith(".png") for name in names(store + "/features")
    )
