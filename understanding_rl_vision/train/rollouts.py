"""Playing: from games and a policy to steps to learn from."""

import collections

import numpy as np

from understanding_rl_vision.envs.outcomes import Tally
from understanding_rl_vision.play.advantages import gae, with_final_values
from understanding_rl_vision.play.draws import draw_actions
from understanding_rl_vision.train.ppo import Batch

# solved: True, False, or None where nothing tells.
EpisodeStats = collections.namedtuple("EpisodeStats", "total_reward length solved")


class Rollouts:
    """Steps of games to learn from, played with a policy, and the statistics of their episodes.

    Parameters
    ----------
    env
        An Environment.
    process_rewards
        A RewardProcessor; episodes are counted in the games' own rewards.
    random
        RandomState that actions are drawn with.
    """

    def __init__(self, env, process_rewards, random):
        self._env = env
        self._process_rewards = process_rewards
        self._random = random
        self._tally = Tally(env)

    def play(self, evaluate, num_steps, gamma, lam):
        """Play T = `num_steps` steps in each of N games.

        Parameters
        ----------
        evaluate
            Function from observations (N, H, W, C) to logits (N, A) and values (N,).
        gamma, lam
            Discount and lambda of the advantages.

        Returns
        -------
        A Batch of N · T rows, ordered by game, then by time, and the EpisodeStats of the episodes that ended. Steps
        of no episode (see `Environment.overruns`) have others in their place.
        """
        num_envs = self._env.num_envs
        arrays = Batch(
            np.empty((num_envs, num_steps) + tuple(self._env.observation_shape), np.uint8),
            np.empty((num_envs, num_steps), np.int32),
            *(np.empty((num_envs, num_steps), np.float32) for _ in range(4)),
        )
        values = np.empty((num_envs, num_steps + 1), np.float32)
        rewards = np.empty((num_envs, num_steps), np.float32)
        dones = np.empty((num_envs, num_steps), bool)
        overruns = np.empty((num_envs, num_steps), bool)
        episodes = []
        _, observations, _ = self._env.observe()
        cuts = {}
        for t in range(num_steps):
            logits, values[:, t] = evaluate(observations)
            actions = draw_actions(logits, self._random)
            self._env.act(actions)
            # The games play on while the step is put down.
            arrays.observations[:, t] = observations
            arrays.actions[:, t] = actions
            arrays.neglogps[:, t] = negative_log_probabilities(logits, actions)
            raw_rewards, observations, dones[:, t] = self._env.observe()
            rewards[:, t] = self._process_rewards(raw_rewards, dones[:, t])
            episodes.extend(map(_episode_stats, self._tally.step(raw_rewards, dones[:, t]).values()))
            overruns[:, t] = self._env.overruns()
            cuts.update(((game, t - overruns[game, t]), cut) for game, cut in self._env.truncations().items())
        _, values[:, num_steps] = evaluate(observations)
        arrays.values[:] = values[:, :-1]
        # The step before an overrun was the episode's last. Of a batch that ends there, some games tell of it.
        dones[:, :-1] |= overruns[:, 1:]
        dones[:, -1] |= self._env.over()
        rewards = with_final_values(rewards, _values_of_cuts(cuts, rewards.shape, evaluate), gamma)
        arrays.advantages[:] = gae(rewards, values, dones, gamma, lam)[:, :-1]
        arrays.returns[:] = arrays.advantages + arrays.values
        batch = Batch(*(array.reshape((-1,) + array.shape[2:]) for array in arrays))
        self._replace(batch, overruns.ravel())
        return batch, episodes

    def _replace(self, batch, overruns):
        """Put others, drawn from all, in the place of steps of a batch that belong to no episode."""
        if overruns.any():
            drawn = self._random.choice(np.flatnonzero(~overruns), overruns.sum())
            for array in batch:
                array[overruns] = array[drawn]

    def get_state(self):
        """What it takes to play on as if nothing had happened, or None for games that cannot be saved."""
        env_state = self._env.get_state()
        if env_state is None:
            return None
        state = {
            "env": env_state,
            "rewards": self._process_rewards.get_state(),
            "random": self._random.get_state(),
        }
        return dict(state, **self._tally.get_state())

    def set_state(self, state):
        """Play on from what `get_state` has returned, or a file holds. Raises InputError where that is damaged."""
        self._env.check_state(state["env"])
        self._env.set_state(state["env"])
        self._process_rewards.set_state(state["rewards"])
        self._random.set_state(state["random"])
        self._tally.set_state(state)


def _values_of_cuts(cuts, shape, evaluate):
    """The values of the observations at which episodes were cut off, with their last steps, 0 elsewhere.

    cuts: (game, step) -> observation; a step before the first was in an earlier batch.
    """
    found = {place: observation for place, observation in cuts.items() if place[1] >= 0}
    if not found:
        return None
    values = np.zeros(shape, np.float32)
    values[tuple(zip(*found))] = evaluate(np.stack(list(found.values())))[1]
    return values


def _episode_stats(outcome):
    return EpisodeStats(outcome.total, outcome.steps, outcome.solved)


def negative_log_probabilities(logits, actions):
    """-log of the probability that logits (N, A) give to actions (N,)."""
    largest = logits.max(axis=1)
    log_sums = largest + np.log(np.exp(logits - largest[:, np.newaxis]).sum(axis=1))
    return log_sums - logits[np.arange(len(actions)), actions]


def minibatches(batch, num_minibatches, random):
    """Split a Batch into equal parts of rows in random order."""
    order = random.permutation(len(batch.actions))
    for rows in np.split(order, num_minibatches):
        yield Batch(*(array[rows] for array in batch))


def env_seed(seed, rank, update):
    """A seed for a rank's games. A training that goes on with new games has others than those it started with."""
    base = int(np.random.RandomState([seed, update]).randint(2**31 - 1))
    return (base + rank) % (2**31 - 1)
