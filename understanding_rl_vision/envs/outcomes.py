"""What became of episodes: their returns and lengths, and what "solved" means, for all that play."""

import collections

import numpy as np

from understanding_rl_vision.envs.base import UNKNOWN

Outcome = collections.namedtuple("Outcome", "level solved cause total steps")
Outcome.__doc__ = """What became of an episode.

level: its number, or None where levels have none. solved: True, False, or None where nothing tells. cause: what ended
an episode that was not solved (`base.UNKNOWN` where that is not known) or, where the game tells it, one of which nobody
knows whether it was, else None. total: the sum of its rewards.
steps: how many it had, without one that was one too many (see `base.Environment.overruns`).
"""


def was_solved(said, total, tells_solved):
    """Whether an episode was solved: the game's word, else whether its return is above 0, else None.

    said: what the game says, True or False, or None where it says nothing. total: the sum of the episode's rewards; one
    reward, such as the last, does not tell. tells_solved: whether a return above 0 stands for success; in games of
    points it does not.
    """
    if said is not None:
        return bool(said)
    return bool(total > 0) if tells_solved else None


class Tally:
    """Counts the episodes of an environment's games.

    env: an Environment that has just been made.
    """

    def __init__(self, env):
        self._env = env
        self._totals = np.zeros(env.num_envs)
        self._steps = np.zeros(env.num_envs, np.int64)

    def step(self, rewards, firsts):
        """Count a step that `env.observe` has told of. Returns game -> Outcome of the episodes that it ended."""
        self._totals += rewards
        self._steps += 1
        if not firsts.any():
            return {}
        endings = self._env.endings()
        self._steps -= self._env.overruns()
        ended = {int(game): self._outcome(game, endings[game]) for game in np.flatnonzero(firsts)}
        self._totals[firsts] = 0
        self._steps[firsts] = 0
        return ended

    def _outcome(self, game, ending):
        total = float(self._totals[game])
        solved = was_solved(ending.solved, total, self._env.tells_solved)
        told = solved is False or solved is None and ending.cause != UNKNOWN
        return Outcome(ending.level, solved, ending.cause if told else None, total, int(self._steps[game]))

    def get_state(self):
        return {"total_rewards": self._totals.copy(), "lengths": self._steps.copy()}

    def set_state(self, state):
        self._totals, self._steps = state["total_rewards"].copy(), state["lengths"].copy()
