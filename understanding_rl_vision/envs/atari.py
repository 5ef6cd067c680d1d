"""The Atari 2600 games, with the preprocessing of OpenAI Baselines.

An episode starts with 1 to 30 frames of doing nothing, then FIRE and the action after it where the game has
FIRE; an action lasts 4 frames, of which the last two are combined by their maximum, so that sprites drawn in
every other frame stay visible; a lost life ends an episode, but the game goes on until the last one is lost.
Observations are grey, 84×84, averaged by area. Source: Mnih et al. 2015, "Human-level control through deep
reinforcement learning", Methods. Rewards are the game's own score unless clip_rewards is given.
"""

import importlib
import re
import sys

import numpy as np

from understanding_rl_vision import checks
from understanding_rl_vision.envs import base

GAMES = (
    "air_raid alien amidar assault asterix asteroids atlantis bank_heist battle_zone beam_rider berzerk "
    "bowling boxing breakout carnival centipede chopper_command crazy_climber demon_attack double_dunk "
    "elevator_action enduro fishing_derby freeway frostbite gopher gravitar hero ice_hockey jamesbond "
    "journey_escape kangaroo krull kung_fu_master montezuma_revenge ms_pacman name_this_game phoenix "
    "pitfall pong pooyan private_eye qbert riverraid road_runner robotank seaquest skiing solaris "
    "space_invaders star_gunner tennis time_pilot tutankham up_n_down venture video_pinball wizard_of_wor "
    "yars_revenge zaxxon"
).split()

# Games against an opponent, whose score is the difference: above 0, the agent has won. Other scores tell of no success.
MATCHES = ("boxing", "double_dunk", "fishing_derby", "ice_hockey", "pong", "tennis")

# Ways in which others write them: the original system in one word, Gym with capitals.
_IN_ONE_WORD = {game.replace("_", ""): game for game in GAMES}
GYM_NAMES = {word: game.title().replace("_", "") for word, game in _IN_ONE_WORD.items()}

OPTIONS = ("clip_rewards",)

# Keys of the emulator's 18 actions, by their number.
COMBOS = (
    (),
    ("FIRE",),
    ("UP",),
    ("RIGHT",),
    ("LEFT",),
    ("DOWN",),
    ("UP", "RIGHT"),
    ("UP", "LEFT"),
    ("DOWN", "RIGHT"),
    ("DOWN", "LEFT"),
    ("UP", "FIRE"),
    ("RIGHT", "FIRE"),
    ("LEFT", "FIRE"),
    ("DOWN", "FIRE"),
    ("UP", "RIGHT", "FIRE"),
    ("UP", "LEFT", "FIRE"),
    ("DOWN", "RIGHT", "FIRE"),
    ("DOWN", "LEFT", "FIRE"),
)
NOOP, FIRE = 0, 1

MAX_NOOPS = 30
FRAMES_PER_ACTION = 4
MAX_EPISODE_FRAMES = 400000
SIZE = 84


def game_name(name):
    """The name in GAMES of a game that may be written as others do, or None where there is none.

    Of Gym's versions, NoFrameskip-v4 is taken: it leaves to Baselines what is done here.
    """
    return _IN_ONE_WORD.get(re.sub("NoFrameskip-v4$", "", name).replace("_", "").lower())


class AtariEnvironment(base.Environment):
    """Observations are 84×84×1, frames at full size the emulator's screen (210×160×3 for most games)."""

    observation_shape = (SIZE, SIZE, 1)
    distributions = ("ale-py", "atari-py")

    def __init__(self, env_name, num_envs, *, seed=0, full_resolution=False, clip_rewards=False):
        self._clip_rewards = checks.check_flag("clip_rewards", clip_rewards)
        self._full_resolution = full_resolution
        self._games = [
            _Game(*_open_emulator(env_name, seed), random=np.random.RandomState([seed, index]))
            for index in range(num_envs)
        ]
        self.num_envs = num_envs
        self.tells_solved = self.can_tell_solved(env_name, {})
        self.action_combos = [COMBOS[action] for action in self._games[0].actions]
        self._rewards = np.zeros(num_envs, np.float32)
        self._firsts = np.ones(num_envs, bool)
        height, width, _ = self._games[0].frame.shape
        self._rows = area_average(height, SIZE)
        self._columns = area_average(width, SIZE).T

    @classmethod
    def complete(cls, env_name, options):
        return {"clip_rewards": checks.check_flag("clip_rewards", options.get("clip_rewards", False))}

    @classmethod
    def can_tell_solved(cls, env_name, options):
        return env_name in MATCHES

    @classmethod
    def draws_when_asked(cls, env_name, options):
        return True

    def observe(self):
        rewards = np.sign(self._rewards) if self._clip_rewards else self._rewards.copy()
        grey = _grey(self._frames())
        shrunk = np.matmul(np.matmul(self._rows, grey.astype(np.float32)), self._columns)
        return rewards, np.rint(shrunk).astype(np.uint8)[..., np.newaxis], self._firsts.copy()

    def act(self, actions):
        for index, action in enumerate(base.check_actions(actions, self)):
            self._rewards[index], self._firsts[index] = self._games[index].play(action)

    def full_frames(self):
        base.check_full_resolution(self._full_resolution)
        return self._frames()

    def get_state(self):
        games = [game.get_state() for game in self._games]
        return {"games": games, "rewards": self._rewards.copy(), "firsts": self._firsts.copy()}

    def set_state(self, state):
        for game, game_state in zip(self._games, state["games"]):
            game.set_state(game_state)
        self._rewards = state["rewards"].copy()
        self._firsts = state["firsts"].copy()

    def close(self):
        self._games = []

    def _frames(self):
        return np.stack([game.frame for game in self._games])


class _Game:
    """One game: its emulator, and where it is in the episode."""

    def __init__(self, emulator, read_screen, random):
        self.actions = [getattr(action, "value", action) for action in emulator.getMinimalActionSet()]
        self._emulator = emulator
        self._read_screen = read_screen
        self._random = random
        self._restart()
        self._fire()

    def play(self, action):
        """Do an action. Returns the reward, and whether `frame` is now the first of a new episode."""
        reward, over = self._step(action)
        if over:
            self._continue_or_restart()
            self._fire()
        return reward, over

    def get_state(self):
        return {
            "emulator": _save_emulator(self._emulator),
            "random": self._random.get_state(),
            "frame": self.frame.copy(),
            "lives": self._lives,
        }

    def set_state(self, state):
        _restore_emulator(self._emulator, state["emulator"])
        self._random.set_state(state["random"])
        self.frame = state["frame"].copy()
        self._lives = state["lives"]

    def _fire(self):
        if FIRE in self.actions:
            # The minimal action sets list doing nothing first and FIRE second.
            for action in (1, 2):
                _, over = self._step(action)
                if over:
                    self._continue_or_restart()

    def _continue_or_restart(self):
        if self._emulator.game_over():
            self._restart()
        else:
            self._step(0)

    def _restart(self):
        self._emulator.reset_game()
        for _ in range(self._random.randint(1, MAX_NOOPS + 1)):
            self._emulator.act(NOOP)
            if self._emulator.game_over():
                self._emulator.reset_game()
        self.frame = self._read_screen()
        self._lives = self._emulator.lives()

    def _step(self, action):
        """Do an action for some frames. Returns the reward, and whether a life or the game was lost."""
        reward = 0.0
        frames = []
        for _ in range(FRAMES_PER_ACTION):
            reward += self._emulator.act(self.actions[action])
            frames = frames[-1:] + [self._read_screen()]
            if self._emulator.game_over():
                break
        self.frame = np.maximum.reduce(frames)
        # Qbert stays at 0 lives for a few frames before its game is over.
        lost_life = 0 < self._emulator.lives() < self._lives
        self._lives = self._emulator.lives()
        return reward, lost_life or self._emulator.game_over()


def _open_emulator(env_name, seed):
    """Return the emulator with the game's ROM, and the function that reads its screen (H×W×3)."""
    needed_for = "The Atari game {}".format(env_name)
    if sys.version_info < (3, 8):
        package = base.import_package("atari_py", needed_for, "Install it with: pip install atari-py==0.2.6")
        rom = package.get_game_path(env_name)
        package.ALEInterface.setLoggerMode("error")
        emulator = package.ALEInterface()
        read_screen = emulator.getScreenRGB2
    else:
        install = "Install it with: pip install 'ale-py>=0.10'"
        package = base.import_package("ale_py", needed_for, install)
        rom = base.import_package("ale_py.roms", needed_for, install).get_rom_path(env_name)
        package.ALEInterface.setLoggerMode(package.LoggerMode.Error)
        emulator = package.ALEInterface()
        read_screen = emulator.getScreenRGB
    emulator.setInt("random_seed", seed)
    emulator.setFloat("repeat_action_probability", 0.0)
    emulator.setInt("max_num_frames_per_episode", MAX_EPISODE_FRAMES)
    emulator.loadROM(rom)
    return emulator, read_screen


def _save_emulator(emulator):
    """The emulator's whole state, its random generator included: an array (atari-py) or bytes (ale-py)."""
    state = emulator.cloneSystemState()
    if hasattr(state, "serialize"):
        return state.serialize()
    encoded = emulator.encodeState(state)
    emulator.deleteState(state)
    return encoded


def _restore_emulator(emulator, saved):
    if isinstance(saved, bytes):
        emulator.restoreSystemState(importlib.import_module("ale_py").ALEState(saved))
        return
    state = emulator.decodeState(saved)
    emulator.restoreSystemState(state)
    emulator.deleteState(state)


def _grey(frames):
    """Return the luma (ITU-R BT.601) of RGB frames, in 14-bit fixed point as OpenCV has it."""
    red, green, blue = np.moveaxis(frames.astype(np.int32), -1, 0)
    return (4899 * red + 9617 * green + 1868 * blue + 8192) >> 14


def area_average(size, new_size):
    """Return the matrix (new_size × size) that averages over intervals of equal length."""
    scale = size / new_size
    start = np.arange(new_size)[:, np.newaxis] * scale
    pixel = np.arange(size)
    overlap = np.minimum(start + scale, pixel + 1) - np.maximum(start, pixel)
    return (np.maximum(overlap, 0) / scale).astype(np.float32)


REGISTERED = {("atari", name): base.Game(AtariEnvironment, OPTIONS, points=name not in MATCHES) for name in GAMES}
