"""What options and checkpoint alone tell is told before anything is played, and before anything is computed."""

import json
import os

import joblib
import numpy as np
import pytest

from tests.helpers.interfaces import FEW, tiny_data
from tests.helpers.untrained import SMALL, write_checkpoint
from understanding_rl_vision.agents.checkpoints import read_checkpoint
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.rl_clarity import evaluate, find, generate, run, visualize

# Features of 15 observations, where a thumbnail takes 16.
FIFTEEN = {"observations_kwargs": {"num_envs": 3, "num_obs": 5, "obs_every": 50}}


@pytest.fixture(scope="module")
def agent(tmp_path_factory):
    """A checkpoint whose layers are Relu, Relu_1 and Relu_2, of 32, 64 and 64 channels."""
    return write_checkpoint(tmp_path_factory.mktemp("agent") / "small.jd", **SMALL)


@pytest.fixture
def no_game(monkeypatch):
    """Whatever makes a game fails."""

    def make_env(*args, **options):
        raise AssertionError("a game was made")

    monkeypatch.setattr("understanding_rl_vision.play.environments.make_env", make_env)


@pytest.fixture
def notes(tmp_path):
    """Function: write JSON to a file; returns its path."""

    def write(value):
        path = tmp_path / "written.json"
        path.write_text(json.dumps(value), encoding="utf-8")
        return str(path)

    return write


CASES = [
    ({"layer_kwargs": {"name_contains_one_of": ["nope"]}}, "No layer is selected by name_contains_one_of=.'nope'"),
    ({"layer_kwargs": {"op_is_one_of": "elu"}}, "op_is_one_of='elu'.*layers of these types are: none"),
    ({"layer_kwargs": {"discard_first_n": 3}}, "No layer is selected"),
    (
        {"nmf_features": 40},
        "40 features are asked for, but there are 32 channels in layer Relu; nmf_features is at most",
    ),
    (FIFTEEN, "needs at least 16 observations, but there are 15"),
    ({"vis_thumbnail_num_mult": 99}, "needs at least 9801 observations"),
    ({"input_layer_name": "Relu_1"}, "input_layer_name='Relu_1' given, which is the name of a layer"),
    ({"input_layer_name": "Relu_1", "input_layer_include": True}, "input_layer_name='Relu_1' given"),
    ({"action_combos": [["A"]]}, "action_combos names 1 actions, but the policy has 15"),
    ({"feature_labels": "/nowhere.json"}, "Cannot read the feature labels /nowhere.json"),
    ({"args": {"cnn": "clear"}}, "not those of its architecture"),
    ({"args": {"env_name": "conrun"}}, "did you mean 'coinrun'"),
    (
        {"env_kwargs": {"frame_stack": 2}},
        r"has the shape \(8, 8, 3, 32\); its architecture and game need \(8, 8, 6, 32\)",
    ),
]


@pytest.mark.parametrize("options, said", CASES, ids=[",".join(options) for options, _ in CASES])
@pytest.mark.parametrize("command", [run, find])
def test_pages_of_play_are_not_begun(agent, tmp_path, no_game, command, options, said):
    with pytest.raises(InputError, match=said):
        command(agent, tmp_path / "out", quiet=True, **options)
    assert not [name for name in os.listdir(str(tmp_path)) if name.startswith("out")]
    assert os.listdir(os.path.dirname(agent)) == [os.path.basename(agent)]


def test_notes_that_fit_no_frame_or_layer_are_told_before_play(agent, tmp_path, no_game, notes):
    note = {"trajectory": 1, "frame": 6, "text": "too late"}
    for play, change, said in (
        ({"num_envs": 2, "num_steps": 6}, {}, "note 1 needs .*the longest: from 0 to 5"),
        ({"num_envs": 1, "num_steps": 7}, {}, "a trajectory from 0 to 0"),
        # How long episodes are is not known yet.
        ({"episodes": "failed"}, {"layer": "2b"}, "note 1 needs .*a layer of Relu, Relu_1, Relu_2"),
        ({"episodes": "failed"}, {"frame": -1}, "note 1 needs .*both counted from 0"),
    ):
        with pytest.raises(InputError, match=said):
            run(
                agent, tmp_path / "out", quiet=True, trajectories_kwargs=play, annotations=notes([dict(note, **change)])
            )
    with pytest.raises(AssertionError, match="a game was made"):
        run(agent, tmp_path / "out", quiet=True, trajectories_kwargs={"episodes": "failed"}, annotations=notes([note]))
    with pytest.raises(InputError, match="names layer '2b'; there are Relu"):
        run(agent, tmp_path / "out", quiet=True, feature_labels=notes({"2b": {"0": "coin"}}))


def test_a_model_that_does_not_fit_the_first_is_told_before_that_plays(agent, tmp_path, no_game):
    fewer = write_checkpoint(tmp_path / "fewer.jd", num_actions=7, **SMALL)
    with pytest.raises(InputError, match="same number of actions: small has 15, fewer has 7"):
        run([agent, fewer], tmp_path / "out", quiet=True)
    with pytest.raises(InputError, match="small has 15 actions and fewer has 7"):
        evaluate([agent, fewer], quiet=True, output_dir=tmp_path / "evaluated")
    checkpoint = read_checkpoint(agent)
    broken = str(tmp_path / "broken.jd")
    joblib.dump({"params": dict(checkpoint.params, more=np.zeros(3)), "args": checkpoint.args}, broken)
    for work in (
        lambda: run([agent, broken], tmp_path / "out", quiet=True),
        lambda: evaluate([agent, broken], quiet=True, output_dir=tmp_path / "evaluated"),
    ):
        with pytest.raises(InputError, match="has the unknown 'more'"):
            work()
    assert not (tmp_path / "evaluated").exists()


@pytest.mark.parametrize("nmf_output", ["action:99", "action:RIGHT+NOPE"])
def test_actions_that_there_are_not_are_told_once_the_game_is_open(agent, tmp_path, monkeypatch, nmf_output):
    pytest.importorskip("procgen")

    def play(*args):
        raise AssertionError("it played")

    monkeypatch.setattr("understanding_rl_vision.run.loading.sample_trajectories", play)
    monkeypatch.setattr("understanding_rl_vision.find.finding.EpisodeRecorder", play)
    for work, name in (
        (lambda: run(agent, tmp_path, quiet=True, nmf_output=nmf_output), "nmf_output"),
        (lambda: find(agent, tmp_path, quiet=True, nmf_output=nmf_output), "nmf_output"),
        (lambda: visualize(agent, tmp_path, layer="Relu", quiet=True, nmf=nmf_output), "nmf"),
    ):
        with pytest.raises(InputError, match="action=99 given|{}='action:RIGHT.NOPE' given; actions have".format(name)):
            work()


VISUALIZE_CASES = [
    ({"layer": "9z"}, "Unknown layer '9z'; the model has Relu, Relu_1, Relu_2"),
    ({"layer": 7}, "layer=7 given"),
    ({"layer": "Relu", "l2_layer": "9z"}, "Unknown layer '9z'"),
    ({"layer": "Relu", "features": [32]}, "There is no number 32; 0 to 31"),
    ({"layer": "Relu", "nmf": "activations", "features": [0]}, "There is no number 0; 1 to 16"),
    (
        {"layer": ["Relu_1", "Relu"], "nmf": "activations", "nmf_features": 33},
        "33 features are asked for.* layer Relu;",
    ),
    ({"layer": "Relu", "caricatures": [4096]}, "There is no number 4096; 0 to 4095"),
    ({"layer": "Relu", "jitter": 64}, "jitter=64 leaves nothing of images of 64 pixels"),
    ({"layer": "Relu", "vis_subdiv_mult": 0.001}, "subdiv_mult of 0.001 leaves nothing"),
    (dict(FIFTEEN, layer="Relu"), "needs at least 16 observations, but there are 15"),
    ({"layer": "Relu", "env_kwargs": {"num_level": 3}}, "'num_level' of env_kwargs; leaper has"),
]


@pytest.mark.parametrize("options, said", VISUALIZE_CASES, ids=[",".join(options) for options, _ in VISUALIZE_CASES])
def test_feature_visualisation_is_not_begun(agent, tmp_path, no_game, options, said):
    with pytest.raises(InputError, match=said):
        visualize(agent, tmp_path, quiet=True, **options)
    assert os.listdir(str(tmp_path)) == []


@pytest.mark.parametrize(
    "options",
    [
        {"nmf_features": 7},
        {"input_layer_name": "2a", "layer_kwargs": {"name_contains_one_of": "2a"}},
        {"action_combos": [["A"]]},
    ],
    ids=",".join,
)
def test_generate_writes_nothing_before_it_has_looked(tmp_path, options):
    with pytest.raises(InputError):
        generate(tmp_path, **dict(tiny_data(), **dict(FEW, **options)))
    assert os.listdir(str(tmp_path)) == []


def test_a_layer_may_have_the_name_of_the_input_layer_in_a_folder(tmp_path):
    data = tiny_data(layers=("pi/eye/1a/Relu", "pi/brain/2a/Relu"))
    with pytest.raises(InputError, match="input_layer_name='eye/1a' given, which is the name of a layer"):
        generate(tmp_path, input_layer_name="eye/1a", **dict(data, **FEW))


def test_options_of_another_command_and_of_load_are_told_apart(agent, tmp_path, no_game):
    for work, said in (
        (lambda: find(agent, tmp_path, num_obs=3), "'num_obs' of find..; it belongs to observations_kwargs"),
        (lambda: find(agent, tmp_path, paint_vel_info=1), "'paint_vel_info' of find..; it belongs to env_kwargs"),
        (
            lambda: find(agent, tmp_path, observations_kwargs={"num_levels": 3}),
            "'num_levels' of.*belongs to env_kwargs",
        ),
        (lambda: evaluate(agent, distribution_mode="easy"), "'distribution_mode' of evaluate..; it belongs to env_kw"),
        (lambda: evaluate(agent, cnn="impala"), "'cnn' of evaluate..; it belongs to args"),
        (lambda: visualize(agent, tmp_path, layer="Relu", num_obs=3), "'num_obs' of visualize..; it belongs to obs"),
        (
            lambda: visualize(agent, tmp_path, layer="Relu", resample=False),
            "'resample' of vis.*; it belongs to load_kw",
        ),
        (
            lambda: generate(tmp_path, trajectories_kwargs={}, **tiny_data()),
            "'trajectories_kwargs' of .*belongs to load",
        ),
    ):
        with pytest.raises(InputError, match=said):
            work()


@pytest.mark.parametrize("path", [3, None, ["a"], b"a"])
def test_what_is_no_path_is_refused_everywhere(agent, tmp_path, path):
    given = "given; the path of a"
    for work in (
        lambda: run(agent, path),
        lambda: find(path, tmp_path),
        lambda: visualize(agent, path, layer="Relu"),
        lambda: visualize(path, tmp_path, layer="Relu"),
        lambda: generate(path, **tiny_data()),
        lambda: evaluate(agent, output_dir=path),
    ):
        with pytest.raises(InputError, match=given):
            work()
