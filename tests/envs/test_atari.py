import sys

import numpy as np
import pytest

from tests.envs.step_recording import play
from understanding_rl_vision.envs import atari as adapter
from understanding_rl_vision.envs import make_env
from understanding_rl_vision.errors import InputError

pytest.importorskip("atari_py" if sys.version_info < (3, 8) else "ale_py")


@pytest.mark.parametrize("game", adapter.GAMES)
def test_every_game_starts(game):
    env = make_env("atari", game, 1)
    rewards, observations, firsts = env.observe()
    assert rewards.tolist() == [0] and firsts.tolist() == [True]
    assert observations.shape == (1, 84, 84, 1) and observations.dtype == np.uint8
    assert env.action_combos[0] == ()
    # Starting an episode relies on this place of FIRE.
    assert ("FIRE",) not in env.action_combos or env.action_combos[1] == ("FIRE",)


def test_a_game_is_the_same_however_it_is_written():
    plays = [play(make_env("atari", name, 1), 5)[1] for name in ("up_n_down", "upndown", "UpNDownNoFrameskip-v4")]
    for same in plays[1:]:
        np.testing.assert_array_equal(plays[0], same)


def test_action_combos_name_the_keys():
    assert make_env("atari", "pong", 1).action_combos == [
        (),
        ("FIRE",),
        ("RIGHT",),
        ("LEFT",),
        ("RIGHT", "FIRE"),
        ("LEFT", "FIRE"),
    ]
    assert make_env("atari", "seaquest", 1).action_combos[14] == ("UP", "RIGHT", "FIRE")


def test_a_return_tells_who_won_a_match_and_nothing_in_games_of_points():
    assert make_env("atari", "pong", 1, frame_stack=4).tells_solved
    assert not make_env("atari", "breakout", 1, frame_stack=4).tells_solved


def test_stacked_frames_are_grey():
    assert [make_env("atari", "pong", 1, frame_stack=count).frame_channels for count in (1, 3, 4)] == [1, 1, 1]


def test_the_seed_decides_the_play():
    plays = [play(make_env("atari", "breakout", 2, seed=seed), 40) for seed in (1, 1, 2)]
    for one, same in zip(plays[0], plays[1]):
        assert np.array_equal(one, same)
    assert not np.array_equal(plays[0][1], plays[2][1])


def test_the_state_plays_on():
    env, other = (make_env("atari", "breakout", 2, seed=seed, frame_stack=2) for seed in (1, 2))
    play(env, 60)
    play(other, 7)
    env.observe()
    other.set_state(env.get_state())
    for array, same in zip(play(env, 300), play(other, 300)):
        np.testing.assert_array_equal(array, same)


def test_a_lost_life_ends_the_episode_but_not_the_game():
    env = make_env("atari", "breakout", 4)
    _, _, firsts = play(env, 150)
    assert firsts[1:].any()
    lost = [game for game in env._games if 0 < game._emulator.lives() < 5]
    assert lost


def test_full_frames_shrink_to_the_observation():
    env = make_env("atari", "space_invaders", 2, full_resolution=True)
    play(env, 20)
    frames = env.full_frames()
    assert frames.shape == (2, 210, 160, 3)
    # Whole blocks of 5×40 pixels hold 2×21 of the observation's.
    blocks = adapter._grey(frames).reshape(2, 42, 5, 4, 40).mean(axis=(2, 4))
    seen = env.observe()[1].reshape(2, 42, 2, 4, 21).mean(axis=(2, 4))
    assert np.abs(blocks - seen).max() < 0.6
    with pytest.raises(InputError, match="full_resolution=True"):
        make_env("atari", "pong", 1).full_frames()


def test_rewards_are_the_score_or_its_sign():
    score = play(make_env("atari", "space_invaders", 4), 60)[0]
    signs = play(make_env("atari", "space_invaders", 4, clip_rewards=True), 60)[0]
    assert score.max() > 1
    assert np.array_equal(np.sign(score), signs)


def test_white_is_white_in_grey():
    assert adapter._grey(np.full((1, 2, 2, 3), 255, np.uint8)).tolist() == [[[255, 255], [255, 255]]]


def test_area_average_weighs_parts_of_pixels():
    assert np.allclose(adapter.area_average(3, 2), [[2 / 3, 1 / 3, 0], [0, 1 / 3, 2 / 3]])
