"""Train an agent for about a minute, then build a small interface of what it has learned, which is little.

    python examples/train_and_run.py [ENV] [OUTPUT_DIR]

ENV: a game of Procgen (default coinrun), coinrun_old, or a game of Atari.
"""

import argparse
import os

from understanding_rl_vision import rl_clarity
from understanding_rl_vision.envs import env_names
from understanding_rl_vision.rl_clarity.training import train
from understanding_rl_vision.train.logs import read_progress

SECONDS = 60
NUM_ENVS, NUM_STEPS = 8, 32


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("env", nargs="?", default="coinrun")
    parser.add_argument("output_dir", nargs="?", default="trained")
    arguments = parser.parse_args()
    folder = os.path.join(arguments.output_dir, "agent")
    train_for(SECONDS, folder, arguments.env)
    page = rl_clarity.run(
        os.path.join(folder, "checkpoint.jd"),
        arguments.output_dir,
        trajectories_kwargs={"num_envs": 2, "num_steps": 64},
        observations_kwargs={"num_envs": 8, "num_obs": 8, "obs_every": 16},
        layer_kwargs={"name_contains_one_of": ["2b", "3a"]},
    )
    print("Open {} in a browser.".format(page))


def train_for(seconds, folder, env):
    """Train on a game, of whatever kind: two updates to see how fast the machine is, then as many as fit."""
    game = {"env_kind": "atari", "env_id": env} if env in env_names("atari") else {"env_name": env}
    steps = NUM_ENVS * NUM_STEPS
    train(
        save_dir=folder,
        num_envs=NUM_ENVS,
        num_steps=NUM_STEPS,
        timesteps_per_proc=2 * steps,
        save_interval=2,
        **game,
    )
    rows = read_progress(os.path.join(folder, "progress.csv"))
    left = seconds - float(rows[-1]["seconds"])
    num_updates = 2 + max(0, int(left * float(rows[-1]["frames_per_second"]) / steps))
    train(resume=folder, timesteps_per_proc=num_updates * steps)


if __name__ == "__main__":
    main()
