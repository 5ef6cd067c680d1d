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
    games = [(kind, name) for kind in envs.ENV_KINDS for name in envs.env_names(kind)]
    assert envs.all_options() == frozenset().union(*(envs.known_options(*game) for game in games))
