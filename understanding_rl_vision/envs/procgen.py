"""The 16 games of Procgen (Cobbe et al. 2020, "Leveraging Procedural Generation to Benchmark RL").

A Procgen that somebody changed may have more games, and more options: what is installed is asked for them.
"""

import functools
import inspect
import numbers

import numpy as np

from understanding_rl_vision import checks
from understanding_rl_vision.envs import base, procgen_images, procgen_replay, procgen_state, procgen_trial
from understanding_rl_vision.envs.image_folders import whole_folder
from understanding_rl_vision.envs.procgen_objects import objects_in_view
from understanding_rl_vision.envs.procgen_package import LIBRARIES, import_environments, import_procgen
from understanding_rl_vision.errors import InputError, MissingPackageError, quoted

GAMES = (
    "bigfish",
    "bossfight",
    "caveflyer",
    "chaser",
    "climber",
    "coinrun",
    "dodgeball",
    "fruitbot",
    "heist",
    "jumper",
    "leaper",
    "maze",
    "miner",
    "ninja",
    "plunder",
    "starpilot",
)

# Games that give rewards on the way, so that a return above 0 does not say that the level was completed. The games
# themselves do say it, all 16: `level_complete` is set with the bonus for reaching the level's goal.
POINTS = tuple("bigfish bossfight caveflyer chaser climber dodgeball fruitbot miner plunder starpilot".split())

# The reward of completing a level, in the games that give no other.
SUCCESS_REWARD = 10

# Procgen ends the whole process when a game does not have the mode asked for.
MODES = {
    "easy": GAMES,
    "hard": GAMES,
    "extreme": ("chaser", "dodgeball", "leaper", "starpilot"),
    "memory": ("caveflyer", "dodgeball", "heist", "jumper", "maze", "miner"),
    "exploration": ("caveflyer", "climber", "coinrun", "heist", "jumper", "leaper", "maze", "ninja"),
}

FLAGS = (
    "center_agent",
    "paint_vel_info",
    "restrict_themes",
    "use_backgrounds",
    "use_generated_assets",
    "use_monochrome_assets",
    "use_sequential_levels",
)
INTEGERS = ("debug_mode", "num_levels", "num_threads", "start_level")

TEXTS = ("distribution_mode", "resource_root")

# Procgen's rand_seed and render_mode are `seed` and `full_resolution` here.
OPTIONS = FLAGS + INTEGERS + TEXTS

# Procgen's own, of the options that decide what is played.
DEFAULTS = {
    "center_agent": True,
    "distribution_mode": "hard",
    "num_levels": 0,
    "paint_vel_info": False,
    "restrict_themes": False,
    "start_level": 0,
    "use_backgrounds": True,
    "use_generated_assets": False,
    "use_monochrome_assets": False,
    "use_sequential_levels": False,
}

# What its constructors take besides.
_GIVEN_HERE = ("self", "num", "env_name", "options", "debug", "rand_seed", "render_mode", "kwargs")

# Procgen draws levels from 0 to this number.
MAX_LEVEL = 2**31 - 2

# Procgen starts as many as it is told, whatever the machine has.
MOST_THREADS = 256
LONGEST_TEXT = 1000


def more_games():
    """The names of the games that the installed Procgen has beside GAMES."""
    module = _installed()
    return tuple(name for name in getattr(module, "ENV_NAMES", ()) if name not in GAMES)


def more_options():
    """The names of the options that the installed Procgen has beside OPTIONS."""
    made = getattr(_installed(), "ProcgenGym3Env", None)
    names = [name for kind in inspect.getmro(made) for name in _arguments(kind)] if made else []
    return tuple(name for name in dict.fromkeys(names) if name not in OPTIONS + _GIVEN_HERE)


def _defaults():
    """The defaults of the options that decide what is played; a changed Procgen may have others than DEFAULTS."""
    made = getattr(_installed(), "ProcgenGym3Env", None)
    kinds = reversed(inspect.getmro(made)) if made else ()
    defaults = {name: one.default for kind in kinds for name, one in _arguments(kind).items()}
    accepted = {name: defaults.get(name, inspect.Parameter.empty) for name in (*DEFAULTS, *more_options())}
    return dict(DEFAULTS, **{name: value for name, value in accepted.items() if value is not inspect.Parameter.empty})


def _installed():
    """Procgen's module of its environments, or None where it is not installed."""
    try:
        return import_environments()
    except MissingPackageError:
        return None


def _arguments(kind):
    """The arguments of a class's own constructor, unless it is one that Procgen builds on."""
    constructor = None if kind.__module__.split(".")[0] in ("builtins", "gym3") else vars(kind).get("__init__")
    return inspect.signature(constructor).parameters if constructor else {}


class ProcgenEnvironment(base.Environment):
    """Procgen through its gym3 interface. Observations are 64×64×3, frames at full size 512×512×3."""

    observation_shape = (64, 64, 3)
    distributions = ("procgen", "procgen-mirror", "procgen-gym")

    def __init__(self, env_name, num_envs, *, seed=0, full_resolution=False, **options):
        checked = _check_options(env_name, options)
        package = import_procgen("The game {}".format(env_name))
        if "resource_root" in options:
            checked["resource_root"] = whole_folder(options["resource_root"], procgen_images.own_folder(package))
        procgen_images.claim(checked.get("resource_root"))
        self._made_with = dict(checked, env_name=env_name, rand_seed=seed)
        self._make = functools.partial(package.ProcgenGym3Env, **self._made_with)
        self._env_name, self._options = env_name, checked
        # Frames at full size take ten times as long as a step, so they are drawn where they are asked for, if possible.
        self._games = self._made(num_envs, full_resolution and not self._has_state)
        self._scratch = self._watch = self._drawn = None
        self.num_envs, self._full_resolution = num_envs, full_resolution
        self.tells_solved = self.can_tell_solved(env_name, checked)
        self.action_combos = list(self._games.combos)

    def _made(self, num_envs, full_resolution):
        try:
            return self._make(num=num_envs, render_mode="rgb_array" if full_resolution else None)
        except (TypeError, ValueError, AssertionError) as error:
            raise InputError(
                "The installed Procgen does not make {} with {}: {}".format(self._env_name, self._options, error)
            ) from None
        # Its library needs others, which a bare system does not have.
        except OSError as error:
            raise InputError(LIBRARIES.format(error)) from None

    @classmethod
    def success_reward(cls, env_name, options):
        told = env_name in GAMES and env_name not in POINTS and cls.can_tell_solved(env_name, options)
        return SUCCESS_REWARD if told else None

    @classmethod
    def complete(cls, env_name, options):
        checked = _check_options(env_name, options)
        if "resource_root" in options:
            checked["resource_root"] = checks.check_directory("resource_root", options["resource_root"])
        return dict(_defaults(), **checked)

    @classmethod
    def can_tell_solved(cls, env_name, options):
        # With sequential levels a level that is completed does not end the episode, so that all end in the same way.
        return not options.get("use_sequential_levels")

    @classmethod
    def draws_when_asked(cls, env_name, options):
        return not options.get("use_generated_assets")

    def observe(self):
        rewards, observations, firsts = self._games.observe()
        return rewards, observations["rgb"], firsts.astype(bool)

    def act(self, actions):
        actions = base.check_actions(actions, self)
        if self._watch:
            self._watch.before_step(actions)
        self._games.act(actions)

    def full_frames(self):
        base.check_full_resolution(self._full_resolution)
        if self._has_state:
            self._drawn = self._drawn or self._made(self.num_envs, True)
            self._drawn.callmethod("set_state", self._games.callmethod("get_state"))
        return np.stack([info["rgb"] for info in (self._drawn or self._games).get_info()])

    def get_state(self):
        return self._games.callmethod("get_state") if self._has_state else None

    def check_state(self, state):
        procgen_state.check_states(state, self.get_state() or ())
        procgen_trial.check_by_trial(self._made_with, state)

    def set_state(self, state):
        procgen_state.check_states(state, self.get_state() or ())
        self._games.callmethod("set_state", state)
        if self._watch:
            self._watch.forget()

    @property
    def can_choose_levels(self):
        return self._has_state and self._options["distribution_mode"] != "exploration"

    def start_levels(self, levels):
        if not self.can_choose_levels:
            super().start_levels(levels)
        for game, level in levels.items():
            state = self._scratch_game().start(checks.check_integer("level", level, 0, MAX_LEVEL))
            self._games.call_c_func("set_state", game, state, len(state))
            if self._watch:
                self._watch.replaced(game, state)

    def watch_endings(self):
        causes = procgen_replay.CAUSES.get(self._env_name)
        if causes and self._has_state:
            self._watch = procgen_replay.EndingWatch(self._games, causes, self._scratch_game())

    def endings(self):
        _, _, firsts = self._games.observe()
        infos = self._games.get_info() if firsts.any() else [None] * self.num_envs
        return [self._ending(game, info) if first else None for game, (info, first) in enumerate(zip(infos, firsts))]

    @property
    def tells_objects(self):
        return self._has_state

    def objects(self):
        if not self.tells_objects:
            return None
        return [objects_in_view(self._env_name, state) for state in self.get_state()]

    def close(self):
        for games in (self._games, self._scratch, self._drawn):
            if games:
                games.close()

    @property
    def _has_state(self):
        """Procgen ends the process when it is asked for the state of a game with generated assets."""
        return not self._options.get("use_generated_assets")

    def _scratch_game(self):
        if not self._scratch:
            self._scratch = procgen_replay.Scratch(self._make(num=1, num_threads=0))
        return self._scratch

    def _ending(self, game, info):
        level, solved = int(info["prev_level_seed"]), bool(info["prev_level_complete"])
        if solved:
            return base.Ending(level, True, None)
        cause = self._watch.cause(game) if self._watch else base.UNKNOWN
        return base.Ending(level, False if self.tells_solved else None, cause)


def _check_options(env_name, options):
    checked = {name: checks.check_flag(name, options[name]) for name in FLAGS if name in options}
    most = dict(dict.fromkeys(INTEGERS, checks.LARGEST_INTEGER), num_threads=MOST_THREADS)
    checked.update({name: checks.check_integer(name, options[name], 0, most[name]) for name in most if name in options})
    # The values of options of its own only that Procgen knows.
    checked.update({name: _check_other(name, value) for name, value in options.items() if name not in OPTIONS})
    mode = checks.check_choice("distribution_mode", {**DEFAULTS, **options}["distribution_mode"], tuple(MODES))
    if env_name in GAMES and env_name not in MODES[mode]:
        raise InputError(
            "distribution_mode={} given; {} does not have it. It is accepted for {}.".format(
                quoted(mode), env_name, ", ".join(MODES[mode])
            )
        )
    if mode == "exploration" and ("num_levels" in checked or "start_level" in checked):
        raise InputError(
            "distribution_mode='exploration' given with num_levels or start_level; it is one fixed level. "
            "Leave those two out."
        )
    checks.check_integer("start_level + num_levels", checked.get("start_level", 0) + checked.get("num_levels", 0), 0)
    return dict(checked, distribution_mode=mode)


def _check_other(name, value):
    """Return the value of an option that Procgen takes as it is, if it is one number or a short text."""
    numeric = isinstance(value, (numbers.Real, np.bool_)) and abs(value) <= checks.LARGEST_INTEGER
    if not numeric and not (isinstance(value, str) and len(value) <= LONGEST_TEXT and "\0" not in value):
        checks.refuse(name, value, "a number or a short text")
    return value


REGISTERED = {("procgen", name): base.Game(ProcgenEnvironment, OPTIONS, TEXTS, points=name in POINTS) for name in GAMES}
