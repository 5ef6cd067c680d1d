"""The presets of Atari's preprocessing, frame for frame: against what was stored, and the libraries where they are."""

import hashlib
import itertools

import numpy as np
import pytest

from understanding_rl_vision.envs import given_game, make_env
from understanding_rl_vision.envs.atari_presets import PresetGame
from understanding_rl_vision.envs.gymnasium_games import Game
from understanding_rl_vision.envs.gymnasium_images import area_resized, grey_frames

pytest.importorskip("ale_py", reason="Atari's games of Gymnasium need ale-py")
gymnasium = pytest.importorskip("gymnasium")

GAMES = ("BreakoutNoFrameskip-v4", "SeaquestNoFrameskip-v4")

# Of 400 steps: episodes and the sum of signs of rewards, by what Stable-Baselines3 2.9.2 and CleanRL's wrappers (with
# OpenCV 4.11) gave; SHA-256 of all observations, its first 12 digits.
STORED = {
    ("sb3", "BreakoutNoFrameskip-v4"): (13, 2.0, "526f16f74c85"),
    ("baselines", "BreakoutNoFrameskip-v4"): (13, 2.0, "526f16f74c85"),
    ("sb3", "SeaquestNoFrameskip-v4"): (0, 0.0, "f58062d2f99c"),
    ("baselines", "SeaquestNoFrameskip-v4"): (0, 0.0, "f58062d2f99c"),
    ("cleanrl", "BreakoutNoFrameskip-v4"): (13, 2.0, "c42fa38a3a0c"),
    ("cleanrl", "SeaquestNoFrameskip-v4"): (0, 0.0, "60b0169a8888"),
}


def made(env_id):
    import ale_py

    ale_py.ALEInterface.setLoggerMode(ale_py.LoggerMode.Error)
    gymnasium.register_envs(ale_py)
    return gymnasium.make(env_id)


def played(game, steps=400):
    """Observations (steps + episodes, 84, 84, 1), signs of rewards, and whether an episode ended, of random play.

    game: reset(seed) and step(action). Seeds are 0, 1, ... and count where the game itself is over.
    """
    random, seeds = np.random.RandomState(1), itertools.count()
    observations, rewards, ends = [game.reset(next(seeds))[0]], [], []
    for _ in range(steps):
        observation, reward, terminated, truncated, _ = game.step(random.randint(4))
        observations.append(observation)
        rewards.append(np.sign(reward))
        ends.append(terminated or truncated)
        if ends[-1]:
            observations.append(game.reset(next(seeds))[0])
    return np.stack(observations), np.array(rewards), np.array(ends)


@pytest.mark.parametrize("preset, game", sorted(STORED))
def test_frames_are_those_that_were_stored(preset, game):
    observations, rewards, ends = played(PresetGame(Game(made(game)), preset, lives=True))
    assert observations.shape[1:] == (84, 84, 1) and observations.dtype == np.uint8
    digest = hashlib.sha256(observations.tobytes()).hexdigest()[:12]
    assert (int(ends.sum()), float(rewards.sum()), digest) == STORED[preset, game]


def reference(preset, game):
    """The library's own game, whose reset takes the seed by position as ours does."""
    wrappers = pytest.importorskip("stable_baselines3.common.atari_wrappers", reason="Stable-Baselines3 is not there")
    cv2 = pytest.importorskip("cv2")
    env = made(game)
    if preset == "sb3":
        env = wrappers.AtariWrapper(env)
    else:
        env = wrappers.EpisodicLifeEnv(wrappers.MaxAndSkipEnv(wrappers.NoopResetEnv(env, 30), 4))
        env = wrappers.ClipRewardEnv(wrappers.FireResetEnv(env))
        env = gymnasium.wrappers.ResizeObservation(env, (84, 84))
        # What GrayScaleObservation of the Gymnasium that CleanRL has does.
        space = gymnasium.spaces.Box(0, 255, (84, 84, 1), np.uint8)
        grey = lambda image: cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)[..., np.newaxis]  # noqa: E731
        env = gymnasium.wrappers.TransformObservation(env, grey, space)

    class Theirs:
        step = env.step

        @staticmethod
        def reset(seed):
            return env.reset(seed=seed)

    return Theirs


@pytest.mark.parametrize("preset", ["sb3", "cleanrl"])
@pytest.mark.parametrize("game", GAMES)
def test_frames_are_those_of_the_libraries_that_are_here(preset, game):
    theirs = played(reference(preset, game))
    ours = played(PresetGame(Game(made(game)), preset, lives=True))
    for one, other in zip(ours, theirs):
        np.testing.assert_array_equal(one, other)


def test_a_preset_as_an_environment():
    options = dict(preset="cleanrl", frame_stack=4)
    made("PongNoFrameskip-v4")
    env = make_env(*given_game("BreakoutNoFrameskip-v4"), 2, **options)
    assert env.observation_shape == (84, 84, 4) and env.action_combos == [(), ("FIRE",), ("RIGHT",), ("LEFT",)]
    _, observations, _ = env.observe()
    # CleanRL fills a stack with the first frame.
    assert all(np.array_equal(observations[..., 0], observations[..., i]) for i in range(4))
    levels = []
    while not levels or levels[-1] is not None:
        env.act(np.zeros(2, int))
        env.observe()
        levels += [ending.level for ending in env.endings() if ending]
    # A life after the first of a game begins where no seed leads alone, and chosen levels are whole games.
    env.start_levels({0: 3, 1: 3})
    observations = env.observe()[1]
    np.testing.assert_array_equal(observations[0], observations[1])
    env.close()


def test_rewards_are_those_of_the_game_where_that_is_asked_for():
    env = make_env(*given_game("BreakoutNoFrameskip-v4"), 1, preset="sb3", clip_rewards=False)
    random, rewards = np.random.RandomState(0), set()
    for _ in range(400):
        env.act(random.randint(4, size=1))
        rewards.update(env.observe()[0].tolist())
    assert {0.0, 1.0} <= rewards


def test_areas_are_averaged_as_opencv_does():
    """Numbers of cv2.resize(..., interpolation=cv2.INTER_AREA), OpenCV 4.11."""
    image = (np.arange(35).reshape(7, 5, 1) * 37 % 256).astype(np.uint8)
    assert area_resized(image, 3, 2)[..., 0].tolist() == [[103, 90], [102, 132], [144, 131]]
    colours = np.array([[[10, 20, 30, 200, 100, 50]]], np.uint8)
    # cv2.cvtColor of the two frames.
    assert grey_frames(colours).tolist() == [[[18, 124]]]
