"""Games played at random."""

import numpy as np


def play(env, steps, actions=None):
    """Rewards, observations and firsts of this many steps, each (steps, games, ...); actions: to draw from, or all."""
    random = np.random.RandomState(0)
    record = []
    for _ in range(steps):
        record.append(env.observe())
        env.act(random.choice(actions or env.num_actions, size=env.num_envs))
    return [np.array(part) for part in zip(*record)]
