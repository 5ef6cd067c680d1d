import pytest

from understanding_rl_vision import envs
from understanding_rl_vision.errors import InputError


def test_kinds_and_names():
    assert envs.ENV_KINDS == ("atari", "procgen")
    assert len(envs.env_names("atari")) == 60
    assert len(envs.env_names("procgen")) == 17


@pytest.mark.parametrize(
    "kind, name, options, hint",
    [
        ("procgn", "coinrun", {}, "Unknown env_kind 'procgn'; did you mean 'procgen'"),
        ("procgen", "coinrum", {}, "Unknown env_name 'coinrum'; did you mean 'coinrun'"),
        ("atari", "xyz", {}, "accepted are air_raid"),
        ("procgen", "coinrun", {"num_level": 3}, "num_levels"),
        ("atari", "pong", {"num_levels": 3}, "num_levels"),
    ],
)
def test_what_is_unknown_is_named_with_what_is_known(kind, name, options, hint):
    with pytest.raises(InputError, match=hint):
        envs.make_env(kind, name, 1, **options)


@pytest.mark.parametrize("numbers", [{"num_envs": 0}, {"num_envs": 1, "seed": -1}, {"num_envs": 1, "seed": 2**31}])
def test_numbers_out_of_range_are_refused(numbers):
    with pytest.raises(InputError, match="accepted"):
        envs.make_env("procgen", "coinrun", **numbers)


def test_known_options_are_those_of_the_game_and_of_the_wrappers():
    assert {"num_levels", "resource_root", "frame_stack"} <= envs.known_options("procgen", "coinrun")
    assert {"set_seed", "num_actions", "frame_stack"} <= envs.known_options("procgen", "coinrun_old")
    assert "num_levels" not in envs.known_options("atari", "pong")
