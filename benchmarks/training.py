"""Frames a second of training: ours on either stack beside Baselines' PPO2, with the same games and settings.

    python benchmarks/training.py FAITHFUL_PYTHON MODERN_PYTHON

FAITHFUL_PYTHON: a Python 3.7 with this package, procgen, OpenAI Baselines (github.com/openai/baselines), gym 0.15
and OpenCV. MODERN_PYTHON: a later Python with this package and procgen. The three take turns, one update each, so that
whatever else the machine does falls on all of them.
"""

import argparse
import os
import statistics
import subprocess
import tempfile
import time

from understanding_rl_vision.envs import make_env
from understanding_rl_vision.envs.wrappers import Wrapper
from understanding_rl_vision.ranks import Ranks
from understanding_rl_vision.rl_util import clear_cnn
from understanding_rl_vision.train.loop import Training
from understanding_rl_vision.train.options import complete_options

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


class Turns(Wrapper):
    """Games whose player stops before every rollout until it is its turn."""

    def __init__(self, env):
        super().__init__(env)
        self._steps = 0
        self._start = None

    def act(self, actions):
        if self._steps % SETTINGS["num_steps"] == 0:
            print("seconds", time.perf_counter() - self._start if self._steps else 0.0, flush=True)
            input()
            self._start = time.perf_counter()
        self._steps += 1
        super().act(actions)


def make_games():
    return Turns(make_env("procgen", "coinrun", SETTINGS["num_envs"], **GAME))


def train_ours():
    settings = complete_options(dict(SETTINGS, save_interval=10**6, env_name="coinrun"))
    with tempfile.TemporaryDirectory() as folder:
        Training(make_games(), settings, Ranks(), folder).run()


def train_baselines():
    import gym
    from baselines.common.vec_env import VecEnv, VecMonitor
    from baselines.ppo2 import ppo2

    class Games(VecEnv):
        """Our games as Baselines wants them."""

        def __init__(self, env):
            spaces = gym.spaces.Box(0, 255, env.observation_shape, "uint8"), gym.spaces.Discrete(env.num_actions)
            super().__init__(env.num_envs, *spaces)
            self._env = env

        def reset(self):
            return self._env.observe()[1]

        def step_async(self, actions):
            self._env.act(actions)

        def step_wait(self):
            rewards, observations, firsts = self._env.observe()
            return observations, rewards, firsts, [{} for _ in range(self.num_envs)]

    ppo2.learn(
        network=clear_cnn,
        env=VecMonitor(Games(make_games())),
        total_timesteps=10**9,
        nsteps=SETTINGS["num_steps"],
        nminibatches=SETTINGS["num_minibatches"],
        noptepochs=SETTINGS["ppo_epochs"],
        ent_coef=SETTINGS["entropy_coeff"],
        lr=SETTINGS["learning_rate"],
        cliprange=SETTINGS["clip_range"],
        gamma=SETTINGS["gamma"],
        lam=SETTINGS["lambda"],
    )


class Side:
    """A training in a process of its own."""

    def __init__(self, python, side):
        command = [python, "-W", "ignore", os.path.abspath(__file__), "--side", side]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, universal_newlines=True
        )
        self._seconds()

    def make_update(self):
        """Let it make one update. Returns its frames a second."""
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return SETTINGS["num_envs"] * SETTINGS["num_steps"] / self._seconds()

    def _seconds(self):
        for line in self._process.stdout:
            if line.startswith("seconds "):
                return float(line.split()[1])
        raise RuntimeError("{} ended.".format(" ".join(self._process.args)))

    def end(self):
        self._process.kill()
        self._process.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pythons", nargs="*", help="FAITHFUL_PYTHON MODERN_PYTHON")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--side", choices=["ours", "baselines"], help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.side:
        {"ours": train_ours, "baselines": train_baselines}[arguments.side]()
        return
    if len(arguments.pythons) != 2:
        parser.error("give FAITHFUL_PYTHON and MODERN_PYTHON")
    faithful, modern = arguments.pythons
    sides = {
        "Baselines": Side(faithful, "baselines"),
        "ours, faithful": Side(faithful, "ours"),
        "ours, modern": Side(modern, "ours"),
    }
    rates = {name: [] for name in sides}
    # The first round warms up.
    for number in range(arguments.rounds + 1):
        for name, side in sides.items():
            rate = side.make_update()
            if number:
                rates[name].append(rate)
        print("round", number, {name: round(values[-1], 1) for name, values in rates.items() if values}, flush=True)
    for side in sides.values():
        side.end()
    for name, values in rates.items():
        ratio = statistics.median(ours / theirs for ours, theirs in zip(values, rates["Baselines"]))
        print("{}: median {:.1f} frames/s, {:.2f} of Baselines".format(name, statistics.median(values), ratio))


if __name__ == "__main__":
    main()
