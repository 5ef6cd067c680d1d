"""Run as a program by test_loop: train in child processes, kill each at some moment, look at what it left.

A process of its own, because it must fork, and a process in which TensorFlow has run must not. It has imported it, so
that its children need not.
"""

import os
import random
import signal
import sys
import time

from tests.train.games import CoinGame
from understanding_rl_vision.ranks import Ranks
from understanding_rl_vision.tensorflow1 import tf
from understanding_rl_vision.train import saving
from understanding_rl_vision.train.loop import Training
from understanding_rl_vision.train.options import complete_options

NUM_KILLS = 10
# Seconds within which a child must write a checkpoint.
LONGEST = 300


def train(save_dir, num_updates):
    settings = complete_options(
        {
            "env_name": "coinrun",
            "num_envs": 2,
            "num_steps": 2,
            "num_minibatches": 1,
            "ppo_epochs": 1,
            "cnn": "impala",
            "stack_channels": "4",
            "emb_size": 8,
        }
    )
    settings.update(save_interval=1, timesteps_per_proc=4 * num_updates)
    content = saving.read_last_checkpoint(save_dir) if saving.find_checkpoints(save_dir) else None
    Training(CoinGame(2), settings, Ranks(), save_dir, content).run()


def start(save_dir, num_updates):
    child = os.fork()
    if child == 0:
        train(save_dir, num_updates)
        os._exit(0)
    return child


def kill_while_saving(save_dir, delay):
    """Kill a training that goes on from the last checkpoint, `delay` seconds after its first checkpoint."""
    before = [os.stat(path).st_mtime_ns for path in saving.find_checkpoints(save_dir)]
    child = start(save_dir, num_updates=10**6)
    end = time.monotonic() + LONGEST
    while [os.stat(path).st_mtime_ns for path in saving.find_checkpoints(save_dir)] == before:
        done, status = os.waitpid(child, os.WNOHANG)
        assert not done, "a child ended with status {} before it had written a checkpoint".format(status)
        if time.monotonic() > end:
            os.kill(child, signal.SIGKILL)
            raise AssertionError("no checkpoint was written in {} s".format(LONGEST))
        time.sleep(0.002)
    time.sleep(delay)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def main(save_dir):
    assert tf.Graph  # Whatever is asked of it: it is imported now.
    update, leftovers = 0, set()
    delays = random.Random(0)
    for _ in range(NUM_KILLS):
        kill_while_saving(save_dir, delays.uniform(0, 0.1))
        reached = saving.read_last_checkpoint(save_dir)["training"]["update"]
        assert reached > update, (reached, update)
        update = reached
        leftovers.update(name for name in os.listdir(save_dir) if name.endswith(".tmp"))
    _, status = os.waitpid(start(save_dir, update + 2), 0)
    assert status == 0
    print("{} kills, {} of them while writing; {} updates".format(NUM_KILLS, len(leftovers), update + 2))


if __name__ == "__main__":
    main(sys.argv[1])
