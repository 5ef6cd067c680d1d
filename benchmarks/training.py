"""Frames a second of training: ours on either stack beside Baselines' PPO2, with the same games and settings.

    python benchmarks/training.py FAITHFUL_PYTHON MODERN_PYTHON

FAITHFUL_PYTHON: a Python 3.7 with this package, procgen, OpenAI Baselines (github.com/openai/baselines), gym 0.15
and OpenCV. MODERN_PYTHON: a later Python with this package and procgen. They take turns, so that whatever else the
machine does falls on all of them.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time

import numpy as np

SETTINGS = {
    "num_envs": 32,
    "num_steps": 32,
    "num_minibatches": 4,
    "ppo_epochs": 3,
    "learning_rate": 5e-4,
    "entropy_coeff": 0.01,
    "clip_range": 0.2,
    "gamma": 0.999,
    "lambda": 0.95,
}
GAME = {"distribution_mode": "hard", "paint_vel_info": True}
STEPS = SETTINGS["num_envs"] * SETTINGS["num_steps"]


def time_ours(num_updates):
    """Frames a second without the first update."""
    from understanding_rl_vision.rl_clarity.training import train
    from understanding_rl_vision.training.logs import read_progress

    with tempfile.TemporaryDirectory() as folder:
        train(save_dir=folder, env_name="coinrun", timesteps_per_proc=num_updates * STEPS, **SETTINGS, **GAME)
        seconds = [float(row["seconds"]) for row in read_progress(os.path.join(folder, "progress.csv"))]
    return (num_updates - 1) * STEPS / (seconds[-1] - seconds[0])


def time_baselines(num_updates):
    """Frames a second without the first update."""
    import gym
    from baselines.common.vec_env import VecEnv, VecMonitor
    from baselines.ppo2 import ppo2

    from understanding_rl_vision.envs import make_env
    from understanding_rl_vision.rl_util import clear_cnn

    class Games(VecEnv):
        """Our games as Baselines wants them."""

        def __init__(self, env):
            spaces = gym.spaces.Box(0, 255, env.observation_shape, np.uint8), gym.spaces.Discrete(env.num_actions)
            super().__init__(env.num_envs, *spaces)
            self._env = env

        def reset(self):
            return self._env.observe()[1]

        def step_async(self, actions):
            self._env.act(actions)

        def step_wait(self):
            rewards, observations, firsts = self._env.observe()
            return observations, rewards, firsts, [{} for _ in range(self.num_envs)]

    times = []
    ppo2.learn(
        network=clear_cnn,
        env=VecMonitor(Games(make_env("procgen", "coinrun", SETTINGS["num_envs"], **GAME))),
        total_timesteps=num_updates * STEPS,
        nsteps=SETTINGS["num_steps"],
        nminibatches=SETTINGS["num_minibatches"],
        noptepochs=SETTINGS["ppo_epochs"],
        ent_coef=SETTINGS["entropy_coeff"],
        lr=SETTINGS["learning_rate"],
        cliprange=SETTINGS["clip_range"],
        gamma=SETTINGS["gamma"],
        lam=SETTINGS["lambda"],
        update_fn=lambda update: times.append(time.perf_counter()),
    )
    return (num_updates - 1) * STEPS / (times[-1] - times[0])


def measure(python, side, num_updates):
    """Run one side in a process of its own."""
    command = [python, "-W", "ignore", os.path.abspath(__file__), "--side", side, "--updates", str(num_updates)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return float(done.stdout.split()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pythons", nargs="*", help="FAITHFUL_PYTHON MODERN_PYTHON")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--updates", type=int, default=3)
    parser.add_argument("--side", choices=["ours", "baselines"], help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.side:
        print({"ours": time_ours, "baselines": time_baselines}[arguments.side](arguments.updates))
        return
    if len(arguments.pythons) != 2:
        parser.error("give FAITHFUL_PYTHON and MODERN_PYTHON")
    faithful, modern = arguments.pythons
    sides = {
        "Baselines": (faithful, "baselines"),
        "ours, faithful": (faithful, "ours"),
        "ours, modern": (modern, "ours"),
    }
    rates = {name: [] for name in sides}
    for _ in range(arguments.rounds):
        for name, (python, side) in sides.items():
            rates[name].append(measure(python, side, arguments.updates))
            print("{}: {:.1f} frames/s".format(name, rates[name][-1]), file=sys.stderr)
    for name, values in rates.items():
        ratio = np.median(np.divide(values, rates["Baselines"]))
        print("{}: median {:.1f} frames/s, {:.2f} of Baselines".format(name, np.median(values), ratio))


if __name__ == "__main__":
    main()
