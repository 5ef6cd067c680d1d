"""A small training, and its learning curve."""

import os

from understanding_rl_vision.train.logs import read_progress

# A training on Procgen that is over in a second.
SMALL = {
    "env_name": "coinrun",
    "distribution_mode": "easy",
    "num_envs": 2,
    "num_steps": 8,
    "num_minibatches": 2,
    "ppo_epochs": 1,
    "save_interval": 1,
    "cnn": "impala",
    "stack_channels": "4",
    "emb_size": 8,
}
TIMES = ("seconds", "frames_per_second")


def curve(folder):
    """The rows of progress.csv without what tells the time."""
    rows = read_progress(os.path.join(str(folder), "progress.csv"))
    return [{name: value for name, value in row.items() if name not in TIMES} for row in rows]
