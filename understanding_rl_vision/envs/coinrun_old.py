"""The first CoinRun (Cobbe et al. 2019, "Quantifying Generalization in Reinforcement Learning").

The library tells of an end in the step after it: the frame between shows what is after the end, and the step from it
only begins the next level, whatever the action. Here reward and end come together, and no episode has that frame. The
last coin and the time limit are known when they come, and the game alone makes the step that is left. Death is known a
step later, see `overruns`; of what is seen by playing the level again, see `coinrun_old_replay`.
"""

import concurrent.futures
import functools
import os

import numpy as np

from understanding_rl_vision import checks
from understanding_rl_vision.envs import base
from understanding_rl_vision.envs.coinrun_causes import TIME_LIMIT
from understanding_rl_vision.envs.coinrun_old_library import (
    FULL_SIZE,
    SIZE,
    ZOOM,
    assets_of,
    find_folder,
    load_library,
)
from understanding_rl_vision.envs.coinrun_old_objects import objects_in_picture
from understanding_rl_vision.envs.coinrun_old_replay import Replays
from understanding_rl_vision.envs.coinrun_old_sprites import load_things
from understanding_rl_vision.envs.image_folders import whole_folder
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.threads import thread_limit

OPTIONS = (
    "game_type",
    "high_difficulty",
    "num_actions",
    "num_levels",
    "paint_vel_info",
    "resource_root",
    "set_seed",
    "use_black_white",
    "use_data_augmentation",
)

IMAGES = ("resource_root",)

TEXTS = ("game_type",) + IMAGES

# Options that are no settings of the library.
NO_SETTINGS = ("num_actions", "use_black_white") + IMAGES

GAME_TYPES = {"standard": 1000, "platform": 1001, "maze": 1002}
DEFAULT_GAME_TYPE = "standard"

# The game knows the first 7; some agents were trained with two more actions that do nothing.
COMBOS = ((), ("RIGHT",), ("LEFT",), ("UP",), ("RIGHT", "UP"), ("LEFT", "UP"), ("DOWN",), ("A",), ("B",))
GAME_ACTIONS = 7

# The reward of a level's last coin, which completes it; others earn 1 each, at most 8 of them in a step.
LAST_COIN = 10

# Steps from the start of a level to its end, if nothing else ends it.
TIME_LIMITS = {GAME_TYPES["standard"]: 1001, GAME_TYPES["platform"]: 1001, GAME_TYPES["maze"]: 501}

# The library has one random generator and one set of settings for the whole process.
_settings = None
_is_open = False


class CoinrunOldEnvironment(base.Environment):
    """Observations are 64×64×3 (64×64×1 with use_black_white), frames at full size 512×512×3.

    Options are those of the package: num_levels 0 means unlimited, set_seed -1 levels 0 to num_levels - 1,
    and paint_vel_info -1 true for the game_type "standard" and false for "platform" and "maze". With
    num_actions=9 the actions 7 and 8 do nothing. One environment can be open at a time in a process, and all
    those of a process have the same options.
    """

    several_at_once = False
    looks_at_pictures = True
    ends_late = True

    def __init__(
        self,
        env_name,
        num_envs,
        *,
        seed=0,
        full_resolution=False,
        num_actions=GAME_ACTIONS,
        use_black_white=False,
        resource_root=None,
        **options,
    ):
        self._grey = checks.check_flag("use_black_white", use_black_white)
        self.action_combos = list(COMBOS[: _check_num_actions(num_actions)])
        settings = _check_settings(**options)
        folder = find_folder(env_name)
        own = os.path.join(assets_of(folder), "")
        assets = own if resource_root is None else whole_folder(resource_root, own)
        _claim_process(settings, assets)
        self._library = load_library(folder, assets)
        self.num_envs = num_envs
        self.observation_shape = (SIZE, SIZE, 1 if self._grey else 3)
        self._full_resolution = full_resolution
        # Mazes are drawn without images.
        self._assets = assets if settings[4] != GAME_TYPES["maze"] else None
        self._paints_velocity = bool(settings[2])
        self._library.initialize_args(np.array(settings + (seed,), np.int32).ctypes.data)
        # With data augmentation pictures draw from the generator of the levels too, and hide what ended them.
        self._replays = None if settings[3] else Replays(folder, settings + (seed,))
        self._tells_causes = False
        # How many levels were drawn before the one that each game is in, in all, and the actions in that one.
        self._levels, self._drawn = list(range(num_envs)), num_envs
        self._actions = [[] for _ in range(num_envs)]
        # The library steps all games of a handle together; each game has its own, so that it can make a step alone.
        self._handles = [self._library.vec_create(settings[4], 1, 0, full_resolution, ZOOM) for _ in range(num_envs)]
        self._observations = np.zeros((num_envs, SIZE, SIZE, 3), np.uint8)
        self._frames = np.zeros((num_envs if full_resolution else 0, FULL_SIZE, FULL_SIZE, 3), np.uint8)
        # The library draws nothing before its first step.
        self._start(range(num_envs), np.zeros(num_envs, np.int32))
        self._receive(range(num_envs))
        self._stepping = False
        self._rewards, self._firsts = np.zeros(num_envs, np.float32), np.ones(num_envs, bool)
        self._overruns, self._endings = np.zeros(num_envs, bool), [None] * num_envs
        self._time_limit = TIME_LIMITS[settings[4]]
        self._steps = np.zeros(num_envs, int)
        self._limits = np.full(num_envs, self._time_limit - 1)

    @classmethod
    def success_reward(cls, env_name, options):
        # Levels of other types have more coins.
        return LAST_COIN if options["game_type"] == DEFAULT_GAME_TYPE else None

    @classmethod
    def complete(cls, env_name, options):
        settings = {key: value for key, value in options.items() if key not in NO_SETTINGS}
        high_difficulty, num_levels, paint, augmented, _, set_seed = _check_settings(**settings)
        images = {name: checks.check_directory(name, options[name]) for name in IMAGES if name in options}
        return {
            **images,
            "game_type": settings.get("game_type", DEFAULT_GAME_TYPE),
            "high_difficulty": high_difficulty,
            "num_actions": _check_num_actions(options.get("num_actions", GAME_ACTIONS)),
            "num_levels": num_levels,
            "paint_vel_info": bool(paint),
            "set_seed": set_seed,
            "use_black_white": checks.check_flag("use_black_white", options.get("use_black_white", False)),
            "use_data_augmentation": augmented,
        }

    @classmethod
    def image_shape(cls, env_name, options):
        return SIZE, SIZE, 1 if options["use_black_white"] else 3

    def observe(self):
        self._wait()
        observations = self._observations
        if self._grey:
            observations = observations.mean(axis=-1, keepdims=True).astype(np.uint8)
        return self._rewards.copy(), observations.copy(), self._firsts.copy()

    def act(self, actions):
        actions = base.check_actions(actions, self)
        self._wait()
        self._start(range(self.num_envs), np.where(actions < GAME_ACTIONS, actions, 0).astype(np.int32))
        self._stepping = True

    def full_frames(self):
        base.check_full_resolution(self._full_resolution)
        self._wait()
        return self._frames.copy()

    def watch_endings(self):
        self._tells_causes = self._replays is not None

    def endings(self):
        self._wait()
        return list(self._endings)

    @property
    def tells_objects(self):
        return self._full_resolution and self._assets is not None

    def objects(self):
        if not self.tells_objects:
            return None
        self._wait()
        look = functools.partial(objects_in_picture, things=load_things(self._assets), velocity=self._paints_velocity)
        with concurrent.futures.ThreadPoolExecutor(thread_limit()) as threads:
            return list(threads.map(look, self._frames))

    def overruns(self):
        self._wait()
        return self._overruns.copy()

    def close(self):
        global _is_open
        if self._handles:
            self._wait()
            for handle in self._handles:
                self._library.vec_close(handle)
            self._handles = []
            if self._replays:
                self._replays.close()
            _is_open = False

    def _wait(self):
        if not self._stepping:
            return
        self._stepping = False
        rewards, new_levels = self._receive(range(self.num_envs))
        self._steps += 1
        # What the agent meets in the step after an end, it meets in no episode.
        self._rewards = np.where(new_levels, 0, rewards).astype(np.float32)
        solved = self._rewards >= LAST_COIN
        timed_out = ~new_levels & (self._steps == self._limits)
        known = np.flatnonzero(solved | timed_out)
        self._start(known, np.zeros(self.num_envs, np.int32))
        self._receive(known)
        self._firsts = new_levels | solved | timed_out
        self._overruns = new_levels & (self._steps > 1)
        self._endings = [
            self._ending(game, solved[game], timed_out[game]) if first else None
            for game, first in enumerate(self._firsts)
        ]
        # First the levels begin that follow on deaths, and then those that are begun here.
        for game in (*np.flatnonzero(new_levels), *known):
            self._levels[game], self._drawn, self._actions[game] = self._drawn, self._drawn + 1, []
        self._steps[self._firsts] = 0
        self._limits[self._firsts] = self._time_limit

    def _ending(self, game, solved, timed_out):
        if solved or timed_out or not self._tells_causes:
            return base.Ending(None, bool(solved), None if solved else TIME_LIMIT if timed_out else base.UNKNOWN)
        return base.Ending(None, False, self._replays.cause(self._levels[game], min(self._levels), self._actions[game]))

    def _start(self, games, actions):
        for game in games:
            self._actions[game].append(int(actions[game]))
            self._library.vec_step_async_discrete(self._handles[game], actions[game:].ctypes.data)

    def _receive(self, games):
        """Wait for the steps of games, whose pictures are put in place. Returns rewards and the library's `done`."""
        rewards, new_levels = np.zeros(self.num_envs, np.float32), np.zeros(self.num_envs, bool)
        for game in games:
            places = [array[game:].ctypes.data for array in (self._observations, self._frames, rewards, new_levels)]
            self._library.vec_wait(self._handles[game], *places)
        return rewards, new_levels


def _check_num_actions(num_actions):
    return checks.check_choice("num_actions", num_actions, (GAME_ACTIONS, len(COMBOS)))


def _check_settings(
    *,
    game_type=DEFAULT_GAME_TYPE,
    high_difficulty=False,
    num_levels=0,
    paint_vel_info=-1,
    set_seed=-1,
    use_data_augmentation=False,
):
    """Return the settings in the library's order; there the seed of the play comes after them."""
    checks.check_choice("game_type", game_type, tuple(GAME_TYPES))
    paint = checks.check_integer("paint_vel_info", paint_vel_info, -1, 1)
    return (
        checks.check_flag("high_difficulty", high_difficulty),
        checks.check_integer("num_levels", num_levels, 0),
        game_type == "standard" if paint < 0 else paint,
        checks.check_flag("use_data_augmentation", use_data_augmentation),
        GAME_TYPES[game_type],
        checks.check_integer("set_seed", set_seed, -1),
    )


def _claim_process(settings, assets):
    global _settings, _is_open
    if _is_open:
        raise InputError("A coinrun_old environment is open in this process, which can have one: close it first.")
    if _settings not in (None, (settings, assets)):
        raise InputError(
            "coinrun_old is given other options than before in this process, which can have one set of them. "
            "Use another process."
        )
    _settings = settings, assets
    _is_open = True


REGISTERED = {("procgen", "coinrun_old"): base.Game(CoinrunOldEnvironment, OPTIONS, TEXTS)}
