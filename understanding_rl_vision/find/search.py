"""Ranking episodes by what stands out in them."""

import collections
import itertools

import numpy as np

from understanding_rl_vision.play.advantages import episode_gae, value_spikes, with_final_values

# What is looked for, in the order of the page.
KINDS = ("failure", "spike", "high", "low")
KINDS_WITHOUT_VALUE = ("failure",)

# Finds of an episode whose frames are so near to each other are one case.
SAME_CASE = 10

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
        # Those of the episodes kept: what leads no longer never leads again.
        self._candidates = {kind: [] for kind in kinds}
        self._leading = {kind: [] for kind in kinds}
        self._kept = {}

    def add(self, episode):
        steps = episode.steps
        facts = episode.level, episode.solved, episode.cause
        searched = Searched(self._count, *facts, len(steps["rewards"]), float(steps["rewards"].sum()))
        self._count += 1
        self._kept[searched.index] = episode
        for kind, found in self._of(episode).items():
            if kind in self._found:
                self._found[kind].append(Find(searched, *found))
                self._candidates[kind].append(self._found[kind][-1])
        self._leading = cases(self._candidates, self._top)
        leading = {find.searched.index for finds in self._leading.values() for find in finds}
        self._kept = {index: kept for index, kept in self._kept.items() if index in leading}
        for kind, finds in self._candidates.items():
            self._candidates[kind] = [find for find in finds if find.searched.index in leading]

    def _of(self, episode):
        """Kind → frame, score and size of what the episode has of it."""
        if not self.has_value:
            rewards = episode.steps["rewards"]
            total = float(rewards.sum())
            return {} if episode.solved else {"failure": (len(rewards) - 1, total, -total)}
        values = episode.steps["values"]
        self._lowest_value = min(self._lowest_value, float(values.min()))
        self._highest_value = max(self._highest_value, float(values.max()))
        rewards = with_final_values(episode.steps["rewards"], episode.steps.get("final_values"), self._gamma)
        advantages = episode_gae(rewards, values, self._gamma, self._lam)
        spikes = value_spikes(values)
        lowest, highest, spike = (int(np.argmax(sizes)) for sizes in (-advantages, advantages, np.abs(spikes)))
        found = {}
        if episode.solved is False:
            found["failure"] = lowest, float(advantages[lowest]), -float(advantages[lowest])
        elif advantages[lowest] < 0:
            found["low"] = lowest, float(advantages[lowest]), -float(advantages[lowest])
        if advantages[highest] > 0:
            found["high"] = highest, float(advantages[highest]), float(advantages[highest])
        if spikes[spike]:
            found["spike"] = spike, float(spikes[spike]), abs(float(spikes[spike]))
        return found

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
        """Kind → the largest Finds of it that are not cases of a kind before."""
        return self._leading

    @property
    def episodes(self):
        """Index → Episode of those in `leading`."""
        return self._kept


def cases(found, top):
    """Kind → the `top` largest Finds of it; a case that a kind before has already is left to that. found: by kind."""
    chosen = {}
    for kind, finds in found.items():
        before = [find for earlier in chosen.values() for find in earlier]
        new = (find for find in ranked(finds) if not any(same_case(find, other) for other in before))
        chosen[kind] = list(itertools.islice(new, top))
    return chosen


def same_case(find, other):
    return find.searched.index == other.searched.index and abs(find.frame - other.frame) <= SAME_CASE


def ranked(finds):
    """Finds in falling order of size; equal ones in that of their episodes."""
    return sorted(finds, key=lambda find: (-find.size, find.searched.index))
