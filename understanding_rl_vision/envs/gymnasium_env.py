"""Any environment of Gymnasium, by its id, made by a function, or as an object (Towers et al. 2024, "Gymnasium")."""

import copy
import inspect
import json
import re

import numpy as np

from understanding_rl_vision import checks
from understanding_rl_vision.envs import base
from understanding_rl_vision.envs.atari_presets import PRESETS, PresetGame
from understanding_rl_vision.envs.coinrun_causes import TIME_LIMIT
from understanding_rl_vision.envs.gymnasium_games import MAX_LEVEL, Game, SingleGames
from understanding_rl_vision.envs.gymnasium_given import KIND, find_given, function_of, made_by_id
from understanding_rl_vision.envs.gymnasium_images import LAYOUTS, ImageFormat
from understanding_rl_vision.envs.gymnasium_vectors import VectorGames
from understanding_rl_vision.errors import InputError, quoted

TEXTS = ("channels", "observation_key", "preset", "success")
OPTIONS = TEXTS + (
    "clip_rewards",
    "grey",
    "make_kwargs",
    "num_levels",
    "resize",
    "start_level",
    "terminal_on_life_loss",
)

# What `success` may be beside a key of info.
NOTHING, BY_RETURN = "none", "return"
LONGEST_CAUSE = 60

# What is given to gymnasium.make here.
_GIVEN_HERE = ("id", "render_mode", "num_envs", "vectorization_mode", "disable_env_checker")

# The keys in the names of Atari's actions, such as UPRIGHTFIRE.
_KEYS = re.compile("UP|DOWN|LEFT|RIGHT|FIRE")

# Name and options -> shape of images, of environments that were made to see it.
_shapes = {}


class GymnasiumEnvironment(base.Environment):
    """Games of an environment that was given, or that an id stands for; see docs/environments.md for the options.

    Levels are seeds: a game begins each with reset(seed=level), and what it draws in it depends on nothing else.
    """

    tells_truncation = True
    ends_late = True

    def __init__(self, env_name, num_envs, *, seed=0, full_resolution=False, **options):
        complete = self.complete(env_name, options)
        self._games = _open(env_name, num_envs, seed, full_resolution, complete)
        self._owned = find_given(env_name).form != "vector"
        self._image = _image_of(self._games, complete)
        self._full_resolution, self._success, self._clip = (
            full_resolution,
            complete["success"],
            complete["clip_rewards"],
        )
        self.num_envs = num_envs
        self.observation_shape = self._image.shape
        self.tells_solved = self.can_tell_solved(env_name, complete)
        self.action_combos = combos_of(self._games.meanings, self._games.num_actions)
        if complete["preset"] == "cleanrl":
            self.stack_padding = "first"
        first = self._games.start()
        self._observations = np.stack([self._image(first[game]) for game in range(num_envs)])
        self._rewards, self._firsts = np.zeros(num_envs, np.float32), np.ones(num_envs, bool)
        self._overruns = self._over = np.zeros(num_envs, bool)
        self._endings, self._cuts = {}, {}

    @classmethod
    def complete(cls, env_name, options):
        preset = checks.check_choice("preset", options.get("preset", PRESETS[0]), PRESETS)
        as_preset = preset != PRESETS[0]
        complete = {"preset": preset}
        for name in ("clip_rewards", "terminal_on_life_loss"):
            complete[name] = checks.check_flag(name, options.get(name, as_preset))
        complete["grey"] = checks.check_flag("grey", options.get("grey", False))
        complete["resize"] = checks.check_integer("resize", options.get("resize", 0), 0, 4096)
        complete["channels"] = checks.check_choice("channels", options.get("channels", LAYOUTS[0]), LAYOUTS)
        for name, default in (("observation_key", ""), ("success", NOTHING)):
            complete[name] = checks.check_text(name, options.get(name, default))
        complete["start_level"] = checks.check_integer("start_level", options.get("start_level", 0), 0, MAX_LEVEL - 1)
        most = MAX_LEVEL - complete["start_level"]
        complete["num_levels"] = checks.check_integer("num_levels", options.get("num_levels", 0), 0, most)
        complete["make_kwargs"] = check_make_kwargs(options.get("make_kwargs", {}))
        if as_preset and (complete["grey"] or complete["resize"]):
            raise InputError("preset={} given with grey or resize, which it decides. Leave them out.".format(preset))
        return complete

    @classmethod
    def can_tell_solved(cls, env_name, options):
        return options["success"] != NOTHING

    @classmethod
    def image_shape(cls, env_name, options):
        given = find_given(env_name)
        key = env_name, id(given.what), json.dumps(cls.complete(env_name, options), sort_keys=True, default=repr)
        if key not in _shapes:
            games = _open(env_name, getattr(given.what, "num_envs", 1), 0, False, options)
            # The object is kept with what is known of it: another might get its address.
            _shapes[key] = _image_of(games, options).shape, given
            if given.form != "vector":
                games.close()
        return _shapes[key][0]

    @property
    def frame_channels(self):
        return self._image.frame_channels

    def observe(self):
        return self._rewards.copy(), self._observations.copy(), self._firsts.copy()

    def act(self, actions):
        step = self._games.step(base.check_actions(actions, self))
        self._observations = np.stack([self._image(observation) for observation in step.observations])
        self._rewards = (np.sign(step.rewards) if self._clip else step.rewards).astype(np.float32)
        self._firsts, self._overruns, self._over = step.firsts, step.overruns, step.over
        self._endings = step.endings
        self._cuts = {game: self._image(observation) for game, observation in step.cuts.items()}

    def full_frames(self):
        base.check_full_resolution(self._full_resolution)
        frames = [None if frame is None else np.asarray(frame) for frame in self._games.frames()]
        shapes = {None if frame is None else frame.shape for frame in frames}
        if len(shapes) > 1 or None in shapes or len(min(shapes)) != 3 or min(shapes)[-1] != 3:
            raise InputError(
                "render() gives no frames of one size and three colours (there are {}). Make the environment with "
                "render_mode='rgb_array', or leave full_resolution out.".format(
                    ", ".join("None" if shape is None else str(shape) for shape in shapes)
                )
            )
        return np.stack(frames).astype(np.uint8, copy=False)

    @property
    def can_choose_levels(self):
        return self._games.can_choose_levels

    def start_levels(self, levels):
        if not self.can_choose_levels:
            super().start_levels(levels)
        numbers = {game: checks.check_integer("level", level, 0, MAX_LEVEL) for game, level in levels.items()}
        for game, observation in self._games.start(numbers).items():
            self._observations[game] = self._image(observation)

    def endings(self):
        if not self._endings:
            return super().endings()
        return [self._ending(self._endings[game]) if game in self._endings else None for game in range(self.num_envs)]

    def _ending(self, ended):
        solved = None
        if self._success not in (NOTHING, BY_RETURN):
            solved = bool(ended.info.get(self._success, False))
        cause = ended.info.get("cause")
        if not isinstance(cause, str):
            cause = TIME_LIMIT if ended.truncated else base.UNKNOWN
        return base.Ending(ended.level, solved, None if solved else cause[:LONGEST_CAUSE])

    def overruns(self):
        return self._overruns.copy()

    def over(self):
        return self._over.copy()

    def truncations(self):
        return dict(self._cuts)

    def close(self):
        if self._owned:
            self._games.close()


def check_make_kwargs(value):
    """Return the arguments with which an environment is made, or raise InputError."""
    if not isinstance(value, dict) or not all(isinstance(name, str) for name in value):
        checks.refuse("make_kwargs", value, "a dictionary of arguments of the environment")
    for name in value:
        if name in _GIVEN_HERE:
            raise InputError("make_kwargs has {}, which is decided here. Leave it out.".format(quoted(name)))
    return dict(value)


def combos_of(meanings, num_actions):
    """The keys of each action: of Atari's names, else the name itself, or the number of an action without."""
    if meanings is None or len(meanings) != num_actions:
        return [(str(action),) for action in range(num_actions)]
    return [_keys(name) for name in meanings]


def _keys(name):
    if name.upper() == "NOOP":
        return ()
    keys = _KEYS.findall(name)
    return tuple(keys) if "".join(keys) == name else (name,)


def _image_of(games, complete):
    """An ImageFormat of games, or what does nothing where a preset has made images already."""
    if complete["preset"] != PRESETS[0]:
        return ImageFormat(_PresetSpace)
    names = ("observation_key", "channels", "grey", "resize")
    return ImageFormat(games.observation_space, **{name: complete[name] for name in names})


class _PresetSpace:
    shape, dtype = (84, 84, 1), np.uint8


def _open(env_name, num_envs, seed, full_resolution, complete):
    """The games of a name: SingleGames or VectorGames."""
    given = find_given(env_name)
    levels = complete["num_levels"], complete["start_level"]
    mode = "rgb_array" if full_resolution and complete["preset"] == PRESETS[0] else None
    if given.form == "vector":
        return VectorGames(_of_size(given.what, num_envs), seed, levels)
    make = _maker(given, mode, complete["make_kwargs"])
    if given.form == "function" and "num_envs" in _parameters(make.function):
        return VectorGames(_of_size(make(num_envs=num_envs), num_envs), seed, levels)
    envs = [make()]
    if hasattr(envs[0], "num_envs"):
        return VectorGames(_of_size(envs[0], num_envs), seed, levels)
    envs += [make() for _ in range(num_envs - 1)]
    games = [Game(env) for env in envs]
    if complete["preset"] != PRESETS[0]:
        games = [PresetGame(game, complete["preset"], complete["terminal_on_life_loss"]) for game in games]
    return SingleGames(games, seed, levels)


def _of_size(env, num_envs):
    if getattr(env, "num_envs", None) != num_envs:
        raise InputError(
            "The environment has {} games side by side, and num_envs={} asks for others. Give num_envs={} (of run in "
            "trajectories_kwargs and in observations_kwargs), or a function that makes the environment of one "
            "game.".format(env.num_envs, num_envs, env.num_envs)
        )
    return env


class _maker:
    """Makes an environment of a Given at each call."""

    def __init__(self, given, render_mode, make_kwargs):
        self._given, self._mode, self._kwargs = given, render_mode, make_kwargs
        self.function = None
        if given.form == "function":
            self.function = function_of(given.what) if isinstance(given.what, str) else given.what

    def __call__(self, **more):
        if self._given.form == "id":
            return made_by_id(self._given.what, self._mode, self._kwargs)
        if self._given.form == "object":
            return _copied(self._given.what, self._kwargs)
        if self._mode and "render_mode" in _parameters(self.function):
            more["render_mode"] = self._mode
        env = self.function(**dict(self._kwargs, **more))
        if not callable(getattr(env, "reset", None)) or not callable(getattr(env, "step", None)):
            raise InputError("The function given as env returns {}; an environment is needed.".format(quoted(env)))
        return env


def _parameters(function):
    try:
        return inspect.signature(function).parameters
    except (TypeError, ValueError):
        return {}


def _copied(env, make_kwargs):
    """A copy of an environment that was given as an object, which stays as it is."""
    if make_kwargs:
        raise InputError("make_kwargs given with an environment that is made already. Leave them out.")
    try:
        return copy.deepcopy(env)
    except Exception as error:  # An environment's own code may raise anything.
        raise InputError(
            "The environment {} cannot be copied for games side by side ({}: {}). Give a function that makes one: "
            "env=lambda: ...".format(type(env).__name__, type(error).__name__, error)
        ) from error


def game_of(env_name):
    """The `base.Game` of a name. Raises InputError for one that may not be made."""
    given = find_given(env_name)
    return base.Game(_ONE_VECTOR if given.form == "vector" else GymnasiumEnvironment, OPTIONS, TEXTS, points=True)


class _ONE_VECTOR(GymnasiumEnvironment):
    several_at_once = False


OPEN = {KIND: (game_of, base.Game(GymnasiumEnvironment, OPTIONS, TEXTS, points=True))}
