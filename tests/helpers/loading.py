"""Loading the example checkpoint by playing a few frames."""

import os

EXAMPLE = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "coinrun.jd")
FEW = {
    "trajectories_kwargs": {"num_envs": 2, "num_steps": 6},
    "observations_kwargs": {"num_envs": 3, "num_obs": 2, "obs_every": 4},
}


def link_example(folder):
    """The path of a copy of the example checkpoint in a folder."""
    path = os.path.join(str(folder), "agent.jd")
    os.symlink(EXAMPLE, path)
    return path
