import inspect
import re
import sys

import pytest

from understanding_rl_vision import envs
from understanding_rl_vision.envs import procgen, procgen_package
from understanding_rl_vision.errors import InputError


def test_kinds_and_names():
    assert envs.ENV_KINDS == ("atari", "gymnasium", "procgen")
    assert envs.env_names("gymnasium") == ()
    assert len(envs.env_names("atari")) == 60
    assert len(envs.env_names("procgen")) == 17


@pytest.mark.parametrize(
    "kind, name, options, hint",
    [
        ("procgn", "coinrun", {}, "Unknown env_kind 'procgn'; did you mean 'procgen'"),
        ("procgen", "coinrum", {}, "Unknown env_name 'coinrum'; did you mean 'coinrun'"),
        ("procgen", "coinrun_aisc", {}, "A game of a changed Procgen needs that one installed"),
        ("atari", "xyz", {}, "accepted are air_raid"),
        ("atari", "Pong-v0", {}, "Unknown env_name 'Pong-v0'; did you mean 'pong'"),
        ("procgen", "coinrun", {"num_level": 3}, "num_levels"),
        ("atari", "pong", {"num_levels": 3}, "num_levels"),
    ],
)
def test_what_is_unknown_is_named_with_what_is_known(kind, name, options, hint):
    with pytest.raises(InputError, match=hint):
        envs.make_env(kind, name, 1, **options)


@pytest.mark.parametrize(
    "kind, name, options, value",
    [
        ("procgen", "coinrun", {}, 10),
        ("procgen", "maze", {"reward_scale": 0.1}, 1),
        ("procgen", "coinrun_old", {}, 10),
        ("procgen", "coinrun_old", {"game_type": "platform"}, None),
        # Of these episodes several levels are completed.
        ("procgen", "coinrun", {"use_sequential_levels": True}, None),
        ("procgen", "coinrun", {"reward_scale": 0}, None),
        # There are rewards on the way, or both players score.
        ("procgen", "climber", {}, None),
        ("atari", "pong", {}, None),
        ("atari", "breakout", {}, None),
    ],
)
def test_what_a_success_is_worth_where_there_are_no_other_rewards(kind, name, options, value):
    assert envs.success_value(kind, name, options) == value


@pytest.mark.parametrize(
    "kind, name, options, told",
    [
        ("procgen", "coinrun", {}, True),
        ("procgen", "coinrun", {"use_sequential_levels": True}, False),
        ("procgen", "coinrun_old", {}, True),
        ("atari", "pong", {}, True),
        ("atari", "space_invaders", {}, False),
        ("gymnasium", "CartPole-v1", {}, False),
        ("gymnasium", "CartPole-v1", {"success": "return"}, True),
    ],
)
def test_whether_a_game_tells_what_was_solved_is_known_before_it_is_opened(kind, name, options, told):
    assert envs.tells_solved(kind, name, options) == told


@pytest.mark.parametrize("numbers", [{"num_envs": 0}, {"num_envs": 1, "seed": -1}, {"num_envs": 1, "seed": 2**31}])
def test_numbers_out_of_range_are_refused(numbers):
    with pytest.raises(InputError, match="accepted"):
        envs.make_env("procgen", "coinrun", **numbers)


def test_known_options_are_those_of_the_game_and_of_the_wrappers():
    assert {"num_levels", "resource_root", "frame_stack"} <= envs.known_options("procgen", "coinrun")
    assert {"set_seed", "num_actions", "frame_stack"} <= envs.known_options("procgen", "coinrun_old")
    assert "num_levels" not in envs.known_options("atari", "pong")


@pytest.mark.parametrize(
    "written", ["space_invaders", "spaceinvaders", "SpaceInvaders", "SpaceInvadersNoFrameskip-v4", "SPACE_INVADERS"]
)
def test_games_of_atari_are_known_however_they_are_written(written):
    assert envs.game_name("atari", written) == "space_invaders"
    assert envs.known_options("atari", written) == envs.known_options("atari", "space_invaders")


@pytest.mark.parametrize("names, tells", [(("pong", "Pong"), True), (("space_invaders", "spaceinvaders"), False)])
def test_whether_returns_tell_does_not_depend_on_how_a_game_is_written(names, tells):
    assert [envs.return_tells_solved(name) for name in names] == [tells, tells]


def test_other_names_stay_as_they_are():
    assert [envs.game_name("procgen", name) for name in ("coinrun", "Coinrun", None)] == ["coinrun", "Coinrun", None]
    assert [envs.game_name("atari", name) for name in ("xyz", "up_n_down", 3)] == ["xyz", "up_n_down", 3]


def test_all_options_are_those_of_every_game():
    games = [(kind, name) for kind in envs.ENV_KINDS for name in envs.env_names(kind)] + [("gymnasium", "CartPole-v1")]
    assert envs.all_options() == frozenset().union(*(envs.known_options(*game) for game in games))


@pytest.mark.parametrize(
    "kind, name, options",
    [
        ("procgen", "coinrun", {"distribution_mode": "easy", "frame_stack": 2, "num_levels": None}),
        ("procgen", "maze", {}),
        ("atari", "pong", {"frame_stack": 4, "clip_rewards": 1}),
    ],
)
def test_what_is_played_is_known_before_a_game_is_made(kind, name, options):
    pytest.importorskip("procgen" if kind == "procgen" else "atari_py" if sys.version_info < (3, 8) else "ale_py")
    env = envs.make_env(kind, name, 1, **options)
    assert env.observation_shape == envs.observation_shape(kind, name, options)
    env.close()
    complete = envs.complete_options(kind, name, options)
    assert set(complete) <= envs.known_options(kind, name)
    assert {key: complete[key] for key, value in options.items() if value is not None} == {
        key: value for key, value in options.items() if value is not None
    }
    # They are the game's own: given, they change nothing.
    assert envs.complete_options(kind, name, complete) == complete


def test_procgens_defaults_are_those_of_the_package():
    package = pytest.importorskip(procgen_package.NAME + ".env")
    names = ("BaseProcgenEnv", "ProcgenGym3Env") if procgen_package.NAME == "procgen" else ("ProcgenVecEnv",)
    parameters = {}
    for name in names:
        parameters.update(inspect.signature(getattr(package, name).__init__).parameters)
    assert {name: parameters[name].default for name in procgen.DEFAULTS} == procgen.DEFAULTS


def test_coinrun_old_is_told_as_it_is_played():
    complete = envs.complete_options("procgen", "coinrun_old", {"game_type": "maze", "num_actions": 9})
    assert complete == {
        "game_type": "maze",
        "high_difficulty": False,
        "image_noise": 0,
        "noise_size": 0,
        "num_actions": 9,
        "num_levels": 0,
        "paint_vel_info": False,
        "set_seed": -1,
        "use_black_white": False,
        "use_data_augmentation": False,
        "epsilon_greedy": 0,
        "frame_stack": 1,
        "reward_scale": 1,
        "use_sticky_actions": False,
    }
    assert envs.complete_options("procgen", "coinrun_old", {})["paint_vel_info"] is True
    shape = envs.observation_shape("procgen", "coinrun_old", {"use_black_white": 1, "frame_stack": 4})
    assert shape == (64, 64, 4)


@pytest.mark.parametrize(
    "kind, name, options, expected",
    [
        ("procgen", "coinrun", {}, True),
        ("procgen", "coinrun", {"frame_stack": 2}, True),
        # Games with generated assets cannot be saved, so they would draw every step, as the first CoinRun does.
        ("procgen", "coinrun", {"use_generated_assets": True}, False),
        ("procgen", "coinrun_old", {}, False),
        ("atari", "pong", {}, True),
    ],
)
def test_which_games_draw_frames_at_full_size_only_when_they_are_asked_for(kind, name, options, expected):
    assert envs.draws_when_asked(kind, name, options) is expected


def test_a_page_tells_the_version_of_whichever_procgen_is_installed(checkout):
    pyproject = (checkout / "pyproject.toml").read_text("utf-8")
    installed = re.findall(r'^    "(procgen[\w-]*)[=>]=[\d.]+; python_version', pyproject, re.MULTILINE)
    assert tuple(installed) == envs.distributions("procgen", "coinrun") and len(installed) == 3
