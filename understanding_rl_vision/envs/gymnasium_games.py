"""Games of Gymnasium, of the Gym before it, and of whatever has their interface, stepped together.

Single games are begun anew as soon as they are over, each episode with a seed of its own. Those of a vector begin anew
by themselves, in the same step or, by Gymnasium's default, in one more step that belongs to no episode.
"""

import collections
import inspect
import numbers

import numpy as np

from understanding_rl_vision.errors import InputError, quoted

MAX_LEVEL = 2**31 - 2

Step = collections.namedtuple("Step", "observations rewards firsts overruns over endings cuts")
Step.__doc__ = """What a step of N games led to.

observations: a list; rewards (N,); firsts, overruns (N,): as in `base.Environment`; over (N,): whether the game ended,
though its observation is still the last and the next step is one too many; endings: game -> Ended of those that firsts
tells of; cuts: game -> the last observation of an episode that was cut off.
"""

Ended = collections.namedtuple("Ended", "level truncated info")
Ended.__doc__ = (
    """level: the seed that the episode began with, or None; truncated: whether it was cut off by a limit."""
)


class Game:
    """One environment, of Gymnasium's interface or of the older one, in which a step tells of four things."""

    def __init__(self, env):
        self.env = env
        self.observation_space = space_of(env)
        self.num_actions, self._first_action = actions_of(getattr(env, "action_space", None), env)
        self.meanings = meanings_of(env)
        self._seeds_apart = callable(getattr(env, "seed", None))
        self.seeded = self._seeds_apart or accepts(env.reset, "seed")
        self.began_whole = True

    def reset(self, seed=None, whole=False):
        """Observation and info of a new episode."""
        if seed is not None and self._seeds_apart:
            self.env.seed(seed)
        found = self.env.reset(**({"seed": seed} if seed is not None and not self._seeds_apart else {}))
        return found if _is_with_info(found) else (found, {})

    def step(self, action):
        """Observation, reward, terminated, truncated and info."""
        found = self.env.step(int(action) + self._first_action)
        if len(found) == 5:
            return found
        observation, reward, done, info = found
        truncated = bool(done and info.get("TimeLimit.truncated", False))
        return observation, reward, bool(done) and not truncated, truncated, info

    def frame(self):
        """What people see: (H, W, 3)."""
        parameters = inspect.signature(self.env.render).parameters
        old = "mode" in parameters and getattr(self.env, "render_mode", None) is None
        return self.env.render(mode="rgb_array") if old else self.env.render()

    def close(self):
        getattr(self.env, "close", lambda: None)()


def _is_with_info(found):
    return isinstance(found, tuple) and len(found) == 2 and isinstance(found[1], dict)


def accepts(function, name):
    parameters = inspect.signature(function).parameters
    return name in parameters or any(one.kind == one.VAR_KEYWORD for one in parameters.values())


def space_of(env):
    space = getattr(env, "single_observation_space", None) or getattr(env, "observation_space", None)
    if getattr(space, "shape", None) is None and not hasattr(space, "spaces"):
        raise InputError(
            "The environment {} has no observation_space with a shape, by which its pictures are known.".format(
                type(env).__name__
            )
        )
    return space


def actions_of(space, env):
    """How many actions there are, and the number of the first. Raises InputError where they are no choice of one."""
    count = getattr(space, "n", None)
    if not isinstance(count, numbers.Integral):
        raise InputError(
            "The environment {} has actions {}; agents here choose one of several (Discrete).".format(
                type(env).__name__, quoted(space)
            )
        )
    return int(count), int(getattr(space, "start", 0))


def meanings_of(env):
    """The names of the actions, or None."""
    tell = getattr(getattr(env, "unwrapped", env), "get_action_meanings", None)
    return [str(name) for name in tell()] if callable(tell) else None


class SingleGames:
    """Games that are environments of their own.

    games: a list of Game or PresetGame; seed: of the episodes' own seeds; levels: (how many seeds there are, the first
    of them), 0: any number of them.
    """

    def __init__(self, games, seed, levels):
        self._games, self._levels = games, levels
        self._randoms = [np.random.RandomState([seed, index]) for index in range(len(games))]
        self._numbers = [None] * len(games)
        self.num_envs = len(games)
        self.observation_space, self.num_actions = games[0].observation_space, games[0].num_actions
        self.meanings = games[0].meanings
        self.can_choose_levels = all(game.seeded for game in games)

    def start(self, levels=None):
        """Begin levels, game -> number, or all games; returns game -> observation."""
        if levels is None:
            return {game: self._begin(game, self._drawn(game), False) for game in range(self.num_envs)}
        return {game: self._begin(game, level, True) for game, level in levels.items()}

    def _drawn(self, game):
        count, first = self._levels
        return first + int(self._randoms[game].randint(count or MAX_LEVEL - first, dtype=np.int64))

    def _begin(self, game, level, whole):
        seeded = self._games[game].seeded
        observation, _ = self._games[game].reset(level if seeded else None, whole)
        self._numbers[game] = level if seeded and self._games[game].began_whole else None
        return observation

    def step(self, actions):
        observations, endings, cuts = [], {}, {}
        rewards, firsts = np.zeros(self.num_envs), np.zeros(self.num_envs, bool)
        for game, action in enumerate(actions):
            observation, rewards[game], terminated, truncated, info = self._games[game].step(action)
            if terminated or truncated:
                firsts[game] = True
                truncated = bool(truncated and not terminated)
                endings[game] = Ended(self._numbers[game], truncated, info)
                if truncated:
                    cuts[game] = observation
                observation = self._begin(game, self._drawn(game), False)
            observations.append(observation)
        nothing = np.zeros(self.num_envs, bool)
        return Step(observations, rewards, firsts, nothing, nothing, endings, cuts)

    def frames(self):
        return [game.frame() for game in self._games]

    def close(self):
        for game in self._games:
            game.close()
