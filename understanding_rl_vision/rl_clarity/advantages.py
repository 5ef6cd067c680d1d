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


def episodes(dones):
    """(trajectory, first step, end) of each episode; a trajectory's end ends an episode too."""
    found = []
    for trajectory, row in enumerate(dones):
        ends = [int(t) + 1 for t in np.flatnonzero(row)]
        if not ends or ends[-1] < len(row):
            ends.append(len(row))
        found.extend((trajectory, start, end) for start, end in zip([0] + ends, ends))
    return found


def bookmarks(advantages, dones, count):
    """The `count` best and worst steps, at most one an episode: {'high': [[trajectory, step], ...], 'low': ...}.

    High: an episode's highest advantage, if above 0, highest first. Low: its lowest, if below 0, lowest first.
    """

    def best(signed):
        steps = [(i, start + int(np.argmax(signed[i, start:end]))) for i, start, end in episodes(dones)]
        steps = [step for step in steps if signed[step] > 0]
        return [list(step) for step in sorted(steps, key=lambda step: -signed[step])[:count]]

    return {"high": best(advantages), "low": best(-advantages)}
