"""Generalised advantage estimation and the bookmarks made from it (article, "Hallucinations")."""

import numpy as np


def dones_from_firsts(firsts):
    """Whether each step (trajectories, steps) is its episode's last: the next is a first; 0 at the very end."""
    dones = np.zeros(firsts.shape, np.float32)
    dones[:, :-1] = firsts[:, 1:]
    return dones


def gae(rewards, values, dones, gamma, lam):
    """Advantages (trajectories, steps) by Schulman et al., 2016.

    A_t = delta_t + gamma lam (1 - done_t) A_{t+1}, delta_t = r_t + gamma (1 - done_t) V_{t+1} - V_t. What follows the
    last step is not known: its advantage is 0.
    """
    advantages = np.zeros(values.shape, np.float64)
    for t in reversed(range(values.shape[1] - 1)):
        going_on = 1.0 - dones[:, t]
        delta = rewards[:, t] + gamma * going_on * values[:, t + 1] - values[:, t]
        advantages[:, t] = delta + gamma * lam * going_on * advantages[:, t + 1]
    return advantages


def with_final_values(rewards, final_values, gamma):
    """Rewards to which the value of what follows is added, discounted, where a limit cut an episode off.

    final_values: of the observation that the episode was cut off at, with its last step, else 0; None where none was.
    So an episode that could have gone on is not taken for one after which nothing comes (Pardo et al. 2018, "Time
    Limits in Reinforcement Learning").
    """
    return rewards if final_values is None else rewards + gamma * final_values


def episode_gae(rewards, values, gamma, lam):
    """Advantages (steps,) of one whole episode: nothing follows its last step, so that this has an advantage too."""
    rewards, values = (np.append(array, 0.0)[np.newaxis] for array in (rewards, values))
    return gae(rewards, values, np.zeros(rewards.shape), gamma, lam)[0, :-1]


def value_spikes(values):
    """How far each value of an episode (steps,) sticks out from both its neighbours, as the page counts it.

    With a = V_t - V_{t-1} and b = V_t - V_{t+1}: the smaller of the two in size when they have the same sign, else 0; 0
    at the ends.
    """
    spikes = np.zeros(len(values))
    before, after = values[1:-1] - values[:-2], values[1:-1] - values[2:]
    spikes[1:-1] = np.where(before * after > 0, np.where(np.abs(before) < np.abs(after), before, after), 0)
    return spikes


def episodes(dones):
    """(trajectory, first step, end) of each episode; a trajectory's end ends an episode too."""
    spans = []
    for trajectory, row in enumerate(dones):
        ends = [int(t) + 1 for t in np.flatnonzero(row)]
        if not ends or ends[-1] < len(row):
            ends.append(len(row))
        spans.extend((trajectory, start, end) for start, end in zip([0] + ends, ends))
    return spans


def bookmarks(advantages, dones, count):
    """The `count` best and worst steps, at most one an episode: {'high': [[trajectory, step], ...], 'low': ...}.

    advantages, dones: an array of steps for each trajectory.
    High: an episode's highest advantage, if above 0, highest first. Low: its lowest, if below 0, lowest first.
    """

    def best(sign):
        steps = [[i, start + int(np.argmax(sign * advantages[i][start:end]))] for i, start, end in episodes(dones)]
        advantages_and_steps = [(sign * advantages[i][t], [i, t]) for i, t in steps]
        ranked = sorted(advantages_and_steps, key=lambda item: -item[0])
        return [step for advantage, step in ranked if advantage > 0][:count]

    return {"high": best(1), "low": best(-1)}
