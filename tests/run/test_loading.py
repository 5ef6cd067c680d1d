import io
import os
import subprocess
import sys

import numpy as np
import pytest

from tests.helpers.loading import EXAMPLE, FEW, link_example
from tests.helpers.untrained import write_checkpoint
from understanding_rl_vision.agents.checkpoints import read_checkpoint
from understanding_rl_vision.errors import InputError, InputWarning
from understanding_rl_vision.play.environments import environments
from understanding_rl_vision.rl_util.compute import get_acts
from understanding_rl_vision.rl_util.model import FrozenModel
from understanding_rl_vision.rl_util.pickles import load_joblib, save_joblib
from understanding_rl_vision.run import loading
from understanding_rl_vision.run.loading import load

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
REFERENCE = os.path.join(os.path.dirname(ROOT), "shared", "reference")
SUFFIXES = ("metadata.jd", "model.pb", "observations.jd", "trajectories.jd")

needs_procgen = pytest.mark.skipif(
    "not __import__('importlib').util.find_spec('procgen')", reason="procgen is not installed"
)
needs_reference = pytest.mark.skipif(
    not os.path.isdir(REFERENCE), reason="the reference files are not beside the checkout"
)


def assert_same_data(given, expected):
    assert set(given) == set(expected)
    for key, value in expected.items():
        if key in ("trajectories", "objects"):
            assert_same_data(given[key], value)
        elif isinstance(value, np.ndarray):
            np.testing.assert_array_equal(given[key], value)
        else:
            # Without a report of the difference, which would be megabytes of model.
            same = given[key] == value
            assert same, key


@needs_procgen
def test_many_frames_are_kept_at_full_size_only_if_that_is_asked_for(tmp_path, monkeypatch):
    path = link_example(tmp_path)
    for most, full in ((18, True), (17, False)):
        monkeypatch.setattr(loading, "MOST_FULL_FRAMES", most)
        data = load(path, temp_files=True, **FEW)
        assert ("observations_full" in data["trajectories"], data["observations_full"] is not None) == (full, full)


@needs_procgen
def test_load_plays_the_checkpoint_and_keeps_files_that_load_the_same(tmp_path):
    path = link_example(tmp_path)
    data = load(path, **FEW)
    assert data["observations"].shape == (6, 64, 64, 3) and data["observations"].dtype == np.uint8
    assert data["observations_full"].shape == (6, 512, 512, 3)
    assert {key: value.shape[:2] for key, value in data["trajectories"].items()} == dict.fromkeys(
        ("observations", "observations_full", "actions", "rewards", "firsts", "solved"), (2, 6)
    )
    assert (data["env_name"], data["gae_gamma"], data["gae_lambda"]) == ("coinrun", 0.999, 0.95)
    # The agent's rewards were scaled by 0.1.
    assert data["value_scale"] == 1
    options = data["env_options"]
    assert (options["env_kind"], options["env_name"], options["distribution_mode"]) == ("procgen", "coinrun", "hard")
    assert options["paint_vel_info"] is True and options["use_backgrounds"] is True and options["reward_scale"] == 0.1
    assert data["frame_channels"] == 3
    objects = data["objects"]
    assert {"agent", "ground"} <= set(objects["kinds"]) and objects["episode"].shape == (6,)
    assert set(objects["observation"]) == set(range(6)) and objects["box"].shape == (len(objects["kind"]), 4)
    assert data["action_combos"][7:9] == [("RIGHT",), ("RIGHT", "UP")] and len(data["action_combos"]) == 15
    assert sorted(os.listdir(str(tmp_path / "rl-clarity"))) == ["agent." + suffix for suffix in SUFFIXES]
    os.remove(path)
    assert_same_data(load(path, resample=False), data)


@needs_procgen
def test_load_gives_the_same_for_the_same_seeds(tmp_path):
    first, second = (load(EXAMPLE, temp_files=True, **FEW) for _ in range(2))
    assert_same_data(first, second)
    other_seeds = {name: dict(kwargs, seed=7) for name, kwargs in FEW.items()}
    third = load(EXAMPLE, temp_files=True, **other_seeds)
    assert np.any(third["observations"] != first["observations"])
    assert np.any(third["trajectories"]["observations"] != first["trajectories"]["observations"])


@needs_procgen
def test_load_writes_where_it_is_told_and_keeps_full_frames_or_not(tmp_path):
    path, model_path = link_example(tmp_path), str(tmp_path / "models" / "m.pb")
    given = {name: dict(kwargs) for name, kwargs in FEW.items()}
    data = load(path, temp_files=True, model_path=model_path, full_resolution=False, **given)
    assert given == FEW
    assert data["observations_full"] is None and "observations_full" not in data["trajectories"]
    assert sorted(os.listdir(str(tmp_path))) == ["agent.jd", "models"]
    with open(model_path, "rb") as file:
        assert file.read() == data["model_bytes"]


@needs_reference
def test_load_reads_files_of_the_original_system_without_any_environment_package():
    code = """if True:
        import sys
        for name in ("procgen", "gym3", "gym", "atari_py", "ale_py", "coinrun", "mpi4py"):
            sys.modules[name] = None
        from understanding_rl_vision.run.loading import load
        data = load(sys.argv[1], resample=False)
        steps = data["trajectories"]
        print(data["observations"].shape, steps["observations"].shape, data["action_combos"][8])
        """
    printed = subprocess.check_output(
        [sys.executable, "-c", code, os.path.join(REFERENCE, "coinrun.jd")],
        cwd=ROOT,
        universal_newlines=True,
    )
    assert printed.strip() == "(256, 64, 64, 3) (2, 96, 64, 64, 3) ('RIGHT', 'UP')"


@needs_procgen
@needs_reference
def test_load_freezes_the_model_that_the_original_system_froze(tmp_path):
    ours = FrozenModel.from_bytes(load(EXAMPLE, temp_files=True, **FEW)["model_bytes"])
    theirs = load(os.path.join(REFERENCE, "coinrun.jd"), resample=False)
    images = theirs["observations"][:8] / np.float32(255)
    theirs = FrozenModel.from_bytes(theirs["model_bytes"])
    assert ours.image_shape == theirs.image_shape and ours.image_value_range == theirs.image_value_range
    assert sorted(ours.output_names) == sorted(theirs.output_names)
    relus = [[node.name for node in model.graph_def.node if node.op == "Relu"] for model in (ours, theirs)]
    assert relus[0] == relus[1]
    for name in ours.output_names + relus[0]:
        expected = get_acts(theirs, name, images)
        np.testing.assert_allclose(get_acts(ours, name, images), expected, atol=1e-5 * np.abs(expected).max())


def save_checkpoint(folder, num_actions=15, env_name="coinrun", **args):
    return write_checkpoint(folder / "made.jd", num_actions, env_name=env_name, **args)


@needs_procgen
@pytest.mark.parametrize("cnn", ["impala", "nature"])
def test_load_plays_other_architectures_without_what_the_game_does_not_know_and_says_so(tmp_path, cnn):
    path = save_checkpoint(
        tmp_path,
        cnn=cnn,
        num_levels=None,
        distribution_mode="easy",
        random_percent=50,
        learning_rate=1,
        teacher_sha256="188189",
        begun_with_name="coinrun.jd",
    )
    with pytest.warns(InputWarning) as warned:
        assert load(path, **FEW)["observations"].shape == (6, 64, 64, 3)
    assert {str(warning.message) for warning in warned if warning.category is InputWarning} == {
        "The checkpoint's args have what coinrun has no option for as it is installed here: random_percent=50. It is "
        "played without."
    }


@pytest.mark.parametrize("env_name, sizes", [("coinrun", [16, 16, 8]), ("coinrun_old", [40])])
def test_games_are_in_several_environments_where_a_process_can_have_them(tmp_path, monkeypatch, env_name, sizes):
    def make_env(kind, name, num_envs, *, seed, **options):
        return io.StringIO("{} {}".format(num_envs, seed))

    monkeypatch.setattr("understanding_rl_vision.play.environments.make_env", make_env)
    checkpoint = read_checkpoint(write_checkpoint(tmp_path / "agent.jd", env_name=env_name, cnn="nature"))
    made = []
    for env in environments(checkpoint, 40, seed=3):
        with env as opened:
            made.append(tuple(map(int, opened.read().split())))
    assert [size for size, _ in made] == sizes
    assert made[0][1] == 3 and len({seed for _, seed in made}) == len(made)


def test_load_opens_coinrun_old_with_as_many_actions_as_the_policy(tmp_path, monkeypatch):
    asked = []

    def make_env(kind, name, num_envs, **options):
        asked.append(dict(options, kind=kind, name=name, num_envs=num_envs))
        raise InterruptedError

    monkeypatch.setattr("understanding_rl_vision.play.environments.make_env", make_env)
    with pytest.raises(InterruptedError):
        load(save_checkpoint(tmp_path, 9, env_name="coinrun_old", num_levels=500, num_envs=64), **FEW)
    assert asked == [
        {
            "kind": "procgen",
            "name": "coinrun_old",
            "num_envs": 2,
            "seed": 0,
            "full_resolution": False,
            "num_levels": 500,
            "num_actions": 9,
        }
    ]
    with pytest.raises(InterruptedError):
        given = {"num_levels": None, "set_seed": 3, "game_type": "maze"}
        load(save_checkpoint(tmp_path, 9, env_name="coinrun_old", num_levels=500), env_kwargs=given, **FEW)
    others = {key: value for key, value in asked[1].items() if key not in ("kind", "name", "num_envs", "seed")}
    assert others == {"full_resolution": False, "num_actions": 9, "set_seed": 3, "game_type": "maze"}
    with pytest.raises(InputError, match="'num_actions' of env_kwargs"):
        load(save_checkpoint(tmp_path, 9, env_name="coinrun_old"), env_kwargs={"num_actions": 7}, **FEW)


@pytest.mark.parametrize(
    "options, said",
    [
        ({"resampel": False}, "resampel.*resample"),
        ({"trajectories_kwargs": {"num_step": 3}}, "num_step.*num_steps"),
        ({"observations_kwargs": {"num_steps": 3}}, "num_steps.*observations_kwargs"),
        ({"trajectories_kwargs": {"episodes": "lost"}}, "episodes='lost' given; 'failed', 'solved' or a list"),
        ({"trajectories_kwargs": {"episodes": [-1]}}, "a level number of episodes=-1"),
        ({"trajectories_kwargs": {"episodes": "failed", "num_steps": 9}}, "num_steps given with episodes='failed'"),
        ({"trajectories_kwargs": {"episodes": "failed", "max_steps": 0}}, "max_steps=0"),
        ({"observations_kwargs": 3}, "observations_kwargs=3"),
        ({"observations_kwargs": {"num_obs": 0}}, "num_obs=0"),
        ({"resample": False, "temp_files": True}, "temp_files"),
        ({"resample": False}, "rl-clarity.*resample=True"),
        ({"resample": "no"}, "resample='no' given; True or False"),
        ({"full_resolution": "false"}, "full_resolution='false' given"),
        ({"temp_files": None}, "temp_files=None given"),
        ({"trajectories_path": 3}, "trajectories_path=3 given; the path of a file"),
        ({"num_envs": 3}, "'num_envs' of load..; it belongs to trajectories_kwargs or observations_kwargs"),
        ({"nmf_features": 3}, "'nmf_features' of load..; it belongs to generate"),
        ({"resample": False, "args": {"cnn": "clear"}}, "args=.* given with resample=False, which plays nothing"),
    ],
)
def test_load_says_what_options_it_accepts(tmp_path, options, said):
    with pytest.raises(InputError, match=said):
        load(str(tmp_path / "agent.jd"), **options)


@needs_procgen
@pytest.mark.parametrize(
    "num_actions, args, said",
    [
        (7, {}, "7 actions.*15"),
        (15, {"env_name": "coinrum"}, "coinrum.*coinrun"),
        (15, {"env_kind": "procgne"}, "procgne.*procgen"),
        (15, {"cnn": "clear", "distribution_mode": "hrad"}, "hrad"),
    ],
)
def test_load_names_what_is_wrong_with_a_checkpoint(tmp_path, num_actions, args, said):
    with pytest.raises(InputError, match=said):
        load(save_checkpoint(tmp_path, num_actions, **args), **FEW)
    assert not list(tmp_path.glob("rl-clarity/*"))


def test_load_names_missing_checkpoints_and_places_that_cannot_be_written(tmp_path):
    with pytest.raises(InputError, match="no file.*agent.jd"):
        load(str(tmp_path / "agent.jd"))
    assert os.listdir(str(tmp_path)) == []
    (tmp_path / "rl-clarity").write_text("")
    with pytest.raises(InputError, match="Cannot write"):
        load(link_example(tmp_path), **FEW)


@needs_reference
@pytest.mark.parametrize(
    "suffix, key, said",
    [
        ("metadata.jd", "policy_logits_name", "metadata.jd lacks policy_logits_name"),
        ("trajectories.jd", "actions", "trajectories.jd lacks actions"),
        ("observations.jd", "observations", "observations.jd lacks observations"),
    ],
)
def test_load_names_what_saved_files_lack(tmp_path, suffix, key, said):
    (tmp_path / "rl-clarity").mkdir()
    for name in SUFFIXES:
        source = os.path.join(REFERENCE, "rl-clarity", "coinrun." + name)
        if name == suffix:
            content = load_joblib(source)
            del content[key]
            save_joblib(content, str(tmp_path / "rl-clarity" / ("agent." + name)))
        else:
            os.symlink(source, str(tmp_path / "rl-clarity" / ("agent." + name)))
    with pytest.raises(InputError, match=said):
        load(str(tmp_path / "agent.jd"), resample=False)


@needs_reference
def test_load_accepts_a_bare_array_of_observations_and_asks_for_full_frames(tmp_path):
    path = os.path.join(REFERENCE, "coinrun.jd")
    array_path = str(tmp_path / "observations.jd")
    observations = load(path, resample=False)["observations"]
    save_joblib(observations, array_path)
    np.testing.assert_array_equal(
        load(path, resample=False, observations_path=array_path)["observations"], observations
    )
    with pytest.raises(InputError, match="observations_full"):
        load(path, resample=False, full_resolution=True)
