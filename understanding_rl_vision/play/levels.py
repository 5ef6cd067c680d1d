"""Playing levels, each once to its end, and keeping what became of them."""

import collections
import concurrent.futures

import numpy as np

from understanding_rl_vision.envs.outcomes import Tally
from understanding_rl_vision.play.draws import draw_actions

# index: of the level among all to be played; the others as in `envs.outcomes.Outcome`.
Played = collections.namedtuple("Played", "index level solved cause steps total")


class _Games:
    """Parallel games of one environment. A game's entry of `indices` is the level that it plays now, or None.

    waiting: for each game the queue of what it plays next, pairs of index and level number; games may share a queue.
    """

    def __init__(self, env, waiting, seed):
        self._env, self._waiting, self._seed = env, waiting, seed
        self._tally = Tally(env)
        self._randoms = [None] * env.num_envs
        self.indices = [None] * env.num_envs
        env.watch_endings()
        self._begin(range(env.num_envs))

    def _begin(self, games):
        chosen = {}
        for game in games:
            self.indices[game], level = self._waiting[game].popleft() if self._waiting[game] else (None, None)
            if self.indices[game] is not None:
                # Of each level's own: what happens in it depends on no other level, game or process.
                self._randoms[game] = np.random.RandomState([self._seed, self.indices[game]])
                if level is not None:
                    chosen[game] = level
        if chosen:
            self._env.start_levels(chosen)

    @property
    def playing(self):
        return [game for game, index in enumerate(self.indices) if index is not None]

    def observations(self):
        """Of all games: the logits of an image may depend a little on how many there are."""
        return self._env.observe()[1]

    def act(self, logits):
        """Start a step of all games, given their logits; those that have nothing to play do anything."""
        actions = np.zeros(self._env.num_envs, np.int32)
        for game in self.playing:
            actions[game] = draw_actions(logits[game], self._randoms[game])
        self._env.act(actions)

    def finished(self):
        """Wait for the step, begin new levels where some have ended and return those, as a list of Played."""
        rewards, _, firsts = self._env.observe()
        outcomes = self._tally.step(rewards, firsts)
        ended = [game for game in self.playing if game in outcomes]
        played = [_played(self.indices[game], outcomes[game]) for game in ended]
        self._begin(ended)
        return played


def _played(index, outcome):
    return Played(index, outcome.level, outcome.solved, outcome.cause, outcome.steps, outcome.total)


def play_levels(envs, logits, levels, seed):
    """Play levels, each once, and yield Played as they end. While some environments step, the policy works for others.

    envs: Environments that have just been made. logits: function of observations (N, H, W, C), called in several
    threads. levels: list of pairs of index and level number; numbers are None where the game draws levels itself.
    seed: of the actions, which are drawn from the policy.

    Levels that are chosen go to whichever game is free: as all are played to the end, that favours none. Where the game
    draws them, the first to end would be the short ones, so each game plays a fixed share.
    """
    counts = [env.num_envs for env in envs]
    if envs[0].can_choose_levels:
        shared = collections.deque(levels)
        waiting = [shared] * sum(counts)
    else:
        waiting = [collections.deque(levels[game :: sum(counts)]) for game in range(sum(counts))]
    starts = np.cumsum([0] + counts)
    groups = [_Games(env, waiting[start:], seed) for env, start in zip(envs, starts)]
    with concurrent.futures.ThreadPoolExecutor(len(groups)) as threads:
        # The groups take turns, so that which game gets a level does not depend on how long anything takes.
        in_turn = collections.deque(
            (group, threads.submit(logits, group.observations())) for group in groups if group.playing
        )
        while in_turn:
            group, logits_of_group = in_turn.popleft()
            group.act(logits_of_group.result())
            yield from group.finished()
            if group.playing:
                in_turn.append((group, threads.submit(logits, group.observations())))
