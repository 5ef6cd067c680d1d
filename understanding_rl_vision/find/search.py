"""Ranking episodes by what stands out in them."""

import collections

import numpy as np

from understanding_rl_vision.play.advantages import episode_gae, value_spikes

# What is looked for, and how the number found at the frame that shows it is called.
KINDS = {"failure": "lowest advantage", "advantage": "advantage", "spike": "value spike"}
# What can be looked for without a value function, likewise.
KINDS_WITHOUT_VALUE = {"failure": "return"}

# index: in the order in which the episodes ended; steps: how many; total: the sum of the rewards.
Searched = collections.namedtuple("Searched", "index level solved cause steps total")

# What of a kind an episode has: the frame that shows it, the number found there, and its size, by which it is ranked.
Find = collections.namedtuple("Find", "searched frame score size")


class Search:
    """Ranks episodes as they come, and keeps those that stand out.

    kinds: some of KINDS; top: how many of each; gamma, lam: of the advantages; has_value: whether episodes have values.
    """

    def __init__(self, kinds, top, gamma, lam, has_value=True):
        self._top, self._gamma, self._lam, self.has_value = top, gamma, lam, has_value
        self._lowest_value, self._highest_value = np.inf, -np.inf
        self._count = 0
        self._found = {kind: [] for kind in kinds}
        self._leading = {kind: [] for kind in kinds}
        self._kept = {}

    def add(self, episode):
        steps = episode.steps
        facts = episode.level, episode.solved, episode.cause
        searched = Searched(self._count, *facts, len(steps["rewards"]), float(steps["rewards"].sum()))
        self._count += 1
        self._kept[searched.index] = episode
        for kind, scored in self._of(episode).items():
            if kind in self._found:
                find = Find(searched, *scored)
                self._found[kind].append(find)
                self._leading[kind] = ranked(self._leading[kind] + [find])[: self._top]
        leading = {find.searched.index for finds in self._leading.values() for find in finds}
        self._kept = {index: kept for index, kept in self._kept.items() if index in leading}

    def _of(self, episode):
        """Kind → frame, score and size of what the episode has of it."""
        if not self.has_value:
            rewards = episode.steps["rewards"]
            total = float(rewards.sum())
            return {} if episode.solved else {"failure": (len(rewards) - 1, total, -total)}
        values = episode.steps["values"]
        self._lowest_value = min(self._lowest_value, float(values.min()))
        self._highest_value = max(self._highest_value, float(values.max()))
        advantages = episode_gae(episode.steps["rewards"], values, self._gamma, self._lam)
        spikes = value_spikes(values)
        scores_of = {}
        if episode.solved is False:
            frame = int(np.argmin(advantages))
            scores_of["failure"] = frame, float(advantages[frame]), -float(advantages[frame])
        for kind, scores in (("advantage", advantages), ("spike", spikes)):
            frame = int(np.argmax(np.abs(scores)))
            if scores[frame]:
                scores_of[kind] = frame, float(scores[frame]), abs(float(scores[frame]))
        return scores_of

    @property
    def constant_value(self):
        """The value of all frames where they have but one, else None."""
        return self._lowest_value if self._lowest_value == self._highest_value else None

    @property
    def found(self):
        """Kind → all Finds of it, the largest first."""
        return {kind: ranked(finds) for kind, finds in self._found.items()}

    @property
    def leading(self):
        """Kind → the largest Finds of it."""
        return self._leading

    @property
    def episodes(self):
        """Index → Episode of those in `leading`."""
        return self._kept


def ranked(finds):
    """Finds in falling order of size; equal ones in that of their episodes."""
    return sorted(finds, key=lambda find: (-find.size, find.searched.index))
