"""The vector interface: several games in one environment, which begins them anew itself."""

import numbers

import numpy as np

from understanding_rl_vision.envs.gymnasium_games import (
    MAX_LEVEL,
    Ended,
    Step,
    accepts,
    actions_of,
    meanings_of,
    space_of,
)

NEXT_STEP, SAME_STEP, DISABLED = "NEXT_STEP", "SAME_STEP", "DISABLED"


class VectorGames:
    """Games of a vector environment: Gymnasium's, or as of Stable-Baselines3 and Baselines.

    env: with num_envs, reset and step. seed: of the first episodes; levels: see `gymnasium_games.SingleGames`, used
    where the vector does not begin episodes itself (AutoresetMode.DISABLED).
    """

    def __init__(self, env, seed, levels):
        self._env, self._seed, self._levels = env, seed, levels
        self.num_envs = int(env.num_envs)
        self.observation_space = space_of(env)
        space = getattr(env, "single_action_space", None) or env.action_space
        self.num_actions, self._first_action = actions_of(space, env)
        self.meanings = _meanings(env)
        self._mode = autoreset_mode(env)
        self.can_choose_levels = self._mode == DISABLED
        self._random = np.random.RandomState(seed)
        self._numbers = [None] * self.num_envs
        self._ended = {}
        self._observations = None

    def start(self, levels=None):
        """Begin levels, game -> number, or all games; returns game -> observation."""
        if levels is not None:
            return self._begin(levels)
        if self.can_choose_levels:
            drawn = {game: self._drawn() for game in range(self.num_envs)}
            self._numbers = [drawn[game] for game in range(self.num_envs)]
            found = self._env.reset(seed=self._numbers)
        elif callable(getattr(self._env, "seed", None)):
            self._env.seed(self._seed)
            found = self._env.reset()
        else:
            found = self._env.reset(**({"seed": self._seed} if accepts(self._env.reset, "seed") else {}))
        self._ended = {}
        self._observations = _rows(found[0] if isinstance(found, tuple) else found, self.num_envs)
        return dict(enumerate(self._observations))

    def _drawn(self):
        count, first = self._levels
        return first + int(self._random.randint(count or MAX_LEVEL - first, dtype=np.int64))

    def _begin(self, levels):
        mask = np.array([game in levels for game in range(self.num_envs)])
        seeds = [levels.get(game, 0) for game in range(self.num_envs)]
        found, _ = self._env.reset(seed=seeds, options={"reset_mask": mask})
        for game, level in levels.items():
            self._numbers[game] = level
        rows = _rows(found, self.num_envs)
        self._observations = [rows[game] if mask[game] else old for game, old in enumerate(self._observations)]
        return {game: rows[game] for game in levels}

    def step(self, actions):
        before = self._observations
        found = self._env.step(np.asarray(actions) + self._first_action)
        observations, rewards, terminated, truncated, infos = _five(found)
        self._observations = _rows(observations, self.num_envs)
        rewards = np.array(rewards, np.float64)
        ended = {
            int(game): Ended(self._numbers[game], bool(truncated[game] and not terminated[game]), info)
            for game, info in _of_ends(infos, terminated | truncated).items()
        }
        if self._mode == NEXT_STEP:
            return self._filled(before, rewards, ended)
        cuts = {}
        for game in (game for game, end in ended.items() if end.truncated):
            last = self._observations[game] if self._mode == DISABLED else _last_observation(infos, game)
            if last is not None:
                cuts[game] = last
        if self._mode == DISABLED and ended:
            self._begin({game: self._drawn() for game in ended})
        nothing = np.zeros(self.num_envs, bool)
        return Step(self._observations, rewards, _mask(ended, self.num_envs), nothing, nothing, ended, cuts)

    def _filled(self, before, rewards, ended):
        """A step of which those of games that had ended belong to no episode."""
        endings, self._ended = self._ended, ended
        fillers = _mask(endings, self.num_envs)
        rewards[fillers] = 0
        cuts = {game: before[game] for game, end in endings.items() if end.truncated}
        over = _mask([game for game, end in ended.items() if not end.truncated], self.num_envs)
        return Step(self._observations, rewards, fillers, fillers, over, endings, cuts)

    def frames(self):
        images = getattr(self._env, "get_images", None)
        return list(images() if callable(images) else self._env.render())

    def close(self):
        self._env.close()


def autoreset_mode(env):
    """When a vector environment begins its games anew."""
    if type(env).__module__.startswith("procgen_gym"):
        # It says NEXT_STEP, but the first observation comes with the last reward.
        return SAME_STEP
    mode = (getattr(env, "metadata", None) or {}).get("autoreset_mode")
    if mode is not None:
        return getattr(mode, "name", str(mode)).upper()
    # Before Gymnasium 1.0, and in libraries of before, games began anew in the same step.
    kinds = [kind for kind in type(env).__mro__ if kind.__module__.split(".")[0] == "gymnasium"]
    return NEXT_STEP if kinds and not hasattr(kinds[-1], "step_wait") else SAME_STEP


def _mask(games, count):
    mask = np.zeros(count, bool)
    mask[list(games)] = True
    return mask


def _rows(observations, count):
    """The observation of each game, copied: the environment may write the next ones to the same place."""
    if hasattr(observations, "items"):
        return [{key: np.array(value[game]) for key, value in observations.items()} for game in range(count)]
    return [np.array(observation) for observation in observations]


def _five(found):
    """What a step tells in Gymnasium's way, of one that tells four things too."""
    if len(found) == 5:
        observations, rewards, terminated, truncated, infos = found
        return observations, rewards, np.asarray(terminated, bool), np.asarray(truncated, bool), infos
    observations, rewards, dones, infos = found
    dones = np.asarray(dones, bool)
    truncated = dones & np.array([bool(info.get("TimeLimit.truncated", False)) for info in infos])
    return observations, rewards, dones & ~truncated, truncated, infos


def _of_ends(infos, ended):
    """Game -> the info of an episode's last step."""
    return {int(game): _info_of(infos, int(game)) for game in np.flatnonzero(ended)}


def _info_of(infos, game):
    if isinstance(infos, (list, tuple)):
        return infos[game]
    infos = infos.get("final_info", infos)
    if not isinstance(infos, dict):
        return infos[game] or {}
    return {
        key: values[game]
        for key, values in infos.items()
        if isinstance(values, (np.ndarray, list))
        and len(values) > game
        and infos.get("_" + key, [True] * (game + 1))[game]
    }


def _last_observation(infos, game):
    """The last observation of an episode after which the game has begun anew, or None where it is not told."""
    if isinstance(infos, (list, tuple)):
        return infos[game].get("terminal_observation")
    for key in ("final_obs", "final_observation"):
        values = infos.get(key)
        if hasattr(values, "items"):
            return {name: value[game] for name, value in values.items()}
        if values is not None and not isinstance(values, numbers.Number):
            return values[game]
    return None


def _meanings(env):
    """The names of the actions, which a vector's first game tells."""
    inner = getattr(env, "envs", None)
    return meanings_of(inner[0] if isinstance(inner, (list, tuple)) and inner else env)
