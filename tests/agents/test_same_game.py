"""Several models on one page."""

import joblib
import numpy as np
import pytest

from tests.helpers.folders import files_below
from tests.helpers.interfaces import (
    FEW,
    OBSERVATIONS,
    QUICK,
    STEPS,
    assert_complete,
    image,
    large_json,
    tiny_data,
)
from understanding_rl_vision.agents.checkpoints import Checkpoint
from understanding_rl_vision.agents.same_game import (
    check_same_game,
    checkpoint_paths,
    model_names,
    playing_the_same,
)
from understanding_rl_vision.envs.coinrun_causes import CAUSES
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.play.sampling import sample_trajectories
from understanding_rl_vision.rl_util import load_joblib
from understanding_rl_vision.run.__main__ import make_parser
from understanding_rl_vision.run.generating import generate
from understanding_rl_vision.run.loading import load
from understanding_rl_vision.run.running import run

KEYS = ("model_bytes", "trajectories", "policy_logits_name", "value_function_name")
PLAY = {
    "trajectories_kwargs": {"num_envs": 2, "num_steps": 40},
    "observations_kwargs": {"num_envs": 2, "num_obs": 1, "obs_every": 1},
}


def as_compared(data, name="edited", **others):
    return dict({key: data[key] for key in KEYS}, name=name, **others)


def test_names_are_as_long_as_it_takes_to_tell_them_apart():
    assert model_names(["/a/coinrun.jd", "b/blind.jd"]) == ["coinrun", "blind"]
    assert model_names(["/a/x/checkpoint.jd", "/a/y/checkpoint.jd"]) == ["x/checkpoint", "y/checkpoint"]
    assert model_names(["/a/agent.jd", "/a/agent.jd"]) == ["agent (1)", "agent (2)"]


@pytest.mark.parametrize("given", [[], None, ["a.jd", 3], {"a.jd"}])
def test_what_is_no_path_or_list_of_paths_is_refused(given):
    with pytest.raises(InputError, match="the path of a checkpoint, or a list of them"):
        checkpoint_paths(given)


def test_all_play_with_the_options_of_the_first():
    args = {"env_kind": "procgen", "env_name": "coinrun", "cnn": "clear", "stack_channels": "16_32_32"}
    first = Checkpoint({}, dict(args, distribution_mode="hard", gamma=0.9))
    other = Checkpoint({}, dict(args, gamma=0.5, num_levels=500))
    assert playing_the_same([first, other], "ab") == [
        first,
        Checkpoint({}, dict(args, distribution_mode="hard", gamma=0.5)),
    ]
    for args in ({"env_name": "maze"}, {"distribution_mode": "easy"}, {"cnn": "impala"}):
        with pytest.raises(InputError, match="the same game and have the same layers: {} is".format(*args)):
            playing_the_same([first, Checkpoint({}, dict(other.args, **args))], "ab")
    with pytest.raises(InputError, match="env_name is 'coinrun' of a, but 'maze' of b"):
        check_same_game([{"env_name": "coinrun"}, {"env_name": "maze"}], "ab")
    played = [{"env_options": {"distribution_mode": mode}} for mode in ("easy", "hard")]
    with pytest.raises(InputError, match="distribution_mode is 'easy' of a, but 'hard' of b"):
        check_same_game(played, "ab")
    # Of files of the original system it is not known.
    check_same_game([played[0], {}], "ab")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Folder, props and data of an interface of a tiny model and of another that saw other frames."""
    first, other = tiny_data(), tiny_data()
    steps = other["trajectories"]
    steps["observations"] = 255 - steps["observations"]
    steps["rewards"] = -steps["rewards"]
    folder = tmp_path_factory.mktemp("made")
    generate(folder, model_name="original", compared=[as_compared(other)], **dict(first, **FEW))
    return folder, assert_complete(folder, OBSERVATIONS), first


def test_trajectories_of_all_models_follow_on_each_other(made):
    folder, props, _ = made
    assert props["models"] == [
        {"name": "original", "trajectories": [0, 1]},
        {"name": "edited", "trajectories": [2, 3]},
    ]
    rewards = np.array(props["trajectories"]["rewards"])
    np.testing.assert_array_equal(rewards[2:], -rewards[:2])
    same = np.array_equal(image(folder, "trajectories/3.png"), 255 - image(folder, "trajectories/1.png"))
    assert same
    for layer in props["layers"]:
        entries = [entry for entry in props["attributions"] if entry["layer"] == layer]
        assert [entry["trajectory"] for entry in entries] == [0, 1, 2, 3]
    for marks in props["bookmarks"].values():
        # Each model has its own.
        assert {trajectory < 2 for trajectory, _ in marks} == {True, False}


def test_the_first_model_and_its_features_are_as_on_a_page_of_its_own(made, tmp_path):
    folder, props, data = made
    generate(tmp_path, **dict(data, **FEW))
    alone = assert_complete(tmp_path, OBSERVATIONS)
    assert "models" not in alone and props["features"] == alone["features"]
    for name in files_below(tmp_path) - {"interface.html"}:
        same = (tmp_path / name).read_bytes() == (folder / name).read_bytes()
        assert same, name
    entry = alone["attribution_totals"][0]
    for page, shown in ((tmp_path, alone), (folder, props)):
        assert len(large_json(page, shown, "attribution_totals", entry["channels"][0])) == STEPS
    assert alone["trajectories"]["values"] == props["trajectories"]["values"][:2]


def test_each_model_looks_with_its_own_weights(tmp_path):
    first, other = tiny_data(), tiny_data(seed=5)
    generate(tmp_path, model_name="a", compared=[as_compared(other)], **dict(first, **FEW))
    values = np.array(assert_complete(tmp_path, OBSERVATIONS)["trajectories"]["values"])
    # The same frames, but other numbers.
    assert np.abs(values[:2] - values[2:]).min() > 0


@pytest.mark.parametrize(
    "change, said",
    [
        (lambda data: tiny_data(channels=6), "same image shape: original has .*3.*edited has .*6"),
        (
            lambda data: tiny_data(layers=("pi/1b/Relu", "pi/2a/Relu")),
            r"same layers: original has 1a \(6 channels\).*1b",
        ),
        (lambda data: tiny_data(trajectories=3), "same number of trajectories: original has 2, edited has 3"),
        (lambda data: dict(data, policy_logits_name="value"), "logits must have the shape"),
    ],
)
def test_models_that_do_not_fit_together_are_refused(tmp_path, change, said):
    data = tiny_data()
    with pytest.raises(InputError, match=said):
        generate(tmp_path, model_name="original", compared=[as_compared(change(data))], **dict(data, **FEW))
    with pytest.raises(InputError, match="compared holds .*dictionaries of name, model_bytes"):
        generate(tmp_path, compared=[dict(as_compared(data), nmae=1)], **dict(data, **FEW))
    assert not (tmp_path / "interface.html").exists()


@pytest.fixture(scope="module")
def checkpoints(checkpoint_path, tmp_path_factory):
    """Paths of a checkpoint and of one that acts otherwise."""
    folder = tmp_path_factory.mktemp("checkpoints")
    content = load_joblib(str(checkpoint_path))
    paths = [str(folder / name) for name in ("agent.jd", "other.jd")]
    joblib.dump(content, paths[0])
    content["params"]["ppo2_model/pi/b:0"] = np.linspace(-9, 9, 15).astype(np.float32)
    joblib.dump(content, paths[1])
    return paths


def test_load_plays_the_same_levels_with_all(checkpoints, tmp_path):
    pytest.importorskip("procgen")
    data = load(checkpoints, **PLAY)
    (other,) = data["compared"]
    assert (data["model_name"], other["name"]) == ("agent", "other")
    first, second = (one["trajectories"] for one in (data, other))
    assert first["observations"].shape == second["observations"].shape == (2, 40, 64, 64, 3)
    assert np.any(first["actions"] != second["actions"])
    # The drawn actions come from the same numbers, and the levels are the same: the backgrounds agree at first.
    assert (first["observations"][:, 0] == second["observations"][:, 0]).mean() > 0.5
    # What the agents' play is made of is kept; the observations for the features are the first's.
    again = load(checkpoints, resample=False)
    np.testing.assert_array_equal(again["compared"][0]["trajectories"]["actions"], second["actions"])
    np.testing.assert_array_equal(again["observations"], data["observations"])
    with pytest.raises(InputError, match="no file .*other.observations.jd"):
        load(checkpoints[1], resample=False)


def test_with_same_observations_only_the_first_plays(checkpoints, tmp_path, monkeypatch):
    pytest.importorskip("procgen")
    played = []

    def sample(env, policy, *args, **options):
        played.append(policy)
        return sample_trajectories(env, policy, *args, **options)

    monkeypatch.setattr("understanding_rl_vision.run.loading.sample_trajectories", sample)
    told = []
    data = load(checkpoints, same_observations=True, tell=lambda *given, **more: told.append(more), **PLAY)
    assert len(played) == 1 and told == [{"looking": True}]
    (other,) = data["compared"]
    assert (data["model_name"], other["name"], other["trajectories"]) == ("agent", "other", None)
    assert other["model_bytes"] != data["model_bytes"]
    again = load(checkpoints, resample=False, same_observations=True)
    np.testing.assert_array_equal(again["trajectories"]["actions"], data["trajectories"]["actions"])
    assert again["compared"] == data["compared"]


def test_agents_of_other_networks_may_look_at_the_same_frames():
    args = {"env_kind": "procgen", "env_name": "coinrun", "cnn": "clear"}
    pair = [Checkpoint({}, args), Checkpoint({}, dict(args, cnn="impala", distribution_mode="hard"))]
    assert playing_the_same(pair, "ab", same_network=False)[1].args["cnn"] == "impala"
    with pytest.raises(InputError, match="env_name is 'coinrun' of a, but 'maze' of b"):
        playing_the_same([pair[0], Checkpoint({}, dict(args, env_name="maze"))], "ab", same_network=False)


def test_load_plays_the_levels_that_the_first_failed_with_all(checkpoints, tmp_path):
    pytest.importorskip("procgen")
    play = dict(PLAY, trajectories_kwargs={"num_envs": 2, "episodes": "failed", "seed": 1})
    data = load(checkpoints, **play)
    first, second = (one["trajectories"] for one in (data, data["compared"][0]))
    assert [facts["solved"] for facts in first["episodes"]] == [False, False]
    assert all(facts["cause"] in CAUSES for facts in first["episodes"])
    for rows, others in zip(first["observations"], second["observations"]):
        # The same level; what the agents do in it differs.
        np.testing.assert_array_equal(rows[0], others[0])
        assert rows.shape != others.shape or np.any(rows != others)
    levels = [[facts["level"] for facts in one["episodes"]] for one in (first, second)]
    assert levels[0] == levels[1]
    # Lists of arrays are kept as such.
    again = load(checkpoints, resample=False)["trajectories"]
    assert again["episodes"] == first["episodes"]
    for rows, kept in zip(first["observations"], again["observations"]):
        np.testing.assert_array_equal(rows, kept)


def test_run_takes_several_checkpoints(checkpoints, tmp_path):
    pytest.importorskip("procgen")
    given = make_parser().parse_args(checkpoints + [str(tmp_path), "--quiet"])
    assert (given.checkpoint_path, given.output_dir) == (checkpoints, str(tmp_path))
    run(given.checkpoint_path, given.output_dir, quiet=True, trajectories_kwargs={"episodes": [3]}, **QUICK)
    props = assert_complete(tmp_path, 16)
    assert [model["name"] for model in props["models"]] == ["agent", "other"]
    assert [facts["level"] for facts in props["episodes"]] == [3, 3]
    assert [row[-1] for row in props["trajectories"]["dones"]] == [1, 1]


def test_load_refuses_one_file_for_several(checkpoints):
    with pytest.raises(InputError, match="model_path given with several checkpoints"):
        load(checkpoints, model_path="m.pb", **PLAY)
