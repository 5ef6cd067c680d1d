"""The preprocessing of Atari's games by other libraries, frame for frame.

"baselines": OpenAI Baselines' make_atari and wrap_deepmind. "sb3": Stable-Baselines3's AtariWrapper. "cleanrl":
CleanRL's ppo_atari and dqn_atari, which have the wrappers of Stable-Baselines3 but make frames smaller before they are
grey, and fill a stack with an episode's first frame. All: 1 to 30 frames of doing nothing at first, an action for 4
frames, the maximum of the last two of them, an episode for each life, FIRE at the start where there is FIRE, rewards by
their sign. Source: Mnih et al. 2015, "Human-level control through deep reinforcement learning", Methods.
"""

import warnings

import numpy as np

from understanding_rl_vision.envs import gymnasium_images
from understanding_rl_vision.errors import InputError, InputWarning, quoted

PRESETS = ("none", "baselines", "sb3", "cleanrl")

MAX_NOOPS = 30
FRAMES_PER_ACTION = 4
SIZE = 84


class PresetGame:
    """A game of Atari with the preprocessing of a preset; the interface is that of `gymnasium_games.Game`.

    Parameters
    ----------
    game
        A Game without frames of its own skipped, such as of BreakoutNoFrameskip-v4.
    preset
        One of PRESETS.
    lives
        Whether a lost life ends an episode; the game goes on until the last is lost.
    """

    def __init__(self, game, preset, lives):
        self._game, self._preset, self._by_life = game, preset, lives
        self.observation_space, self.num_actions, self.seeded = None, game.num_actions, game.seeded
        self.meanings = game.meanings
        inner = getattr(game.env, "unwrapped", game.env)
        if not self.meanings or self.meanings[0] != "NOOP" or not hasattr(inner, "ale"):
            raise InputError(
                "preset={} given; the environment is no game of Atari, which presets are for.".format(quoted(preset))
            )
        skipped = getattr(inner, "_frameskip", getattr(inner, "frameskip", 1))
        if skipped != 1:
            warnings.warn(
                "The environment skips {} frames itself, and the preset {} more for each: give it as ...NoFrameskip-v4 "
                "or with make_kwargs={{'frameskip': 1}}, unless the agent was trained so.".format(
                    skipped, FRAMES_PER_ACTION
                ),
                InputWarning,
                stacklevel=2,
            )
        self._emulator = inner.ale
        self._last_two = np.zeros((2,) + tuple(game.observation_space.shape), np.uint8)
        self._lives, self._is_over = 0, True
        self.began_whole = True

    def reset(self, seed=None, whole=False):
        """Begin an episode. whole: from the start of the game, though lives are left; `began_whole` tells of it."""
        self._is_over = self._is_over or whole
        self.began_whole = self._is_over or not self._by_life
        if "FIRE" not in self.meanings:
            return self._picture(self._begin(seed)), {}
        self._begin(seed)
        for action in (1, 2):
            frame, _, terminated, truncated, _ = self._step(action)
            if terminated or truncated:
                self._begin(seed)
        return self._picture(frame), {}

    def step(self, action):
        frame, reward, terminated, truncated, info = self._step(action)
        return self._picture(frame), reward, terminated, truncated, info

    def frame(self):
        """The last frame as the agent was shown it, before it was made smaller."""
        return self._frame

    def close(self):
        self._game.close()

    def _picture(self, frame):
        self._frame = frame
        if self._preset == "cleanrl":
            return gymnasium_images.grey_frames(gymnasium_images.area_resized(frame, SIZE, SIZE))
        return gymnasium_images.area_resized(gymnasium_images.grey_frames(frame), SIZE, SIZE)

    def _begin(self, seed):
        """The first frame of a game or, where lives are left, of the next life."""
        if self._is_over or not self._by_life:
            frame = self._begin_game(seed)
        else:
            frame, _, terminated, truncated, _ = self._skip(0)
            if (terminated or truncated) and self._preset != "baselines":
                frame = self._begin_game(seed)
        self._lives = self._emulator.lives()
        return frame

    def _begin_game(self, seed):
        frame, _ = self._game.reset(seed)
        random = getattr(self._game.env, "unwrapped", self._game.env).np_random
        draw = getattr(random, "integers", None) or random.randint
        for _ in range(draw(1, MAX_NOOPS + 1)):
            frame, _, terminated, truncated, _ = self._game.step(0)
            if terminated or truncated:
                frame, _ = self._game.reset(seed)
        return frame

    def _step(self, action):
        """Do an action for some frames, and see whether a life was lost."""
        frame, reward, terminated, truncated, info = self._skip(action)
        self._is_over = terminated or truncated
        lives = self._emulator.lives()
        # Qbert stays at 0 lives for a few frames before its game is over.
        if self._by_life and 0 < lives < self._lives:
            terminated = True
        self._lives = lives
        return frame, reward, terminated, truncated, info

    def _skip(self, action):
        total = 0.0
        for i in range(FRAMES_PER_ACTION):
            frame, reward, terminated, truncated, info = self._game.step(action)
            # Where an episode ends before, frames of the action before stay, as they do in those libraries.
            if i >= FRAMES_PER_ACTION - 2:
                self._last_two[i - FRAMES_PER_ACTION + 2] = frame
            total += float(reward)
            if terminated or truncated:
                break
        return self._last_two.max(axis=0), total, terminated, truncated, info
