"""python -m understanding_rl_vision.train --env-name NAME --save-dir DIR: train an agent, save checkpoints."""

import argparse
import sys

from understanding_rl_vision.command_line import CHECKPOINT, add_options, main
from understanding_rl_vision.rl_clarity.training import train
from understanding_rl_vision.run.options import Option
from understanding_rl_vision.train.options import ENV_OPTIONS, TRAIN_OPTIONS

PATHS = {
    "save_dir": Option("", "folder to write to (default: a temporary one)"),
    "resume": Option("", "folder of a training to go on from, with its options where no others are given"),
    "load_path": Option("", "checkpoint to begin with, with its options where no others are given: " + CHECKPOINT),
}


def make_parser():
    parser = argparse.ArgumentParser(
        prog="python -m understanding_rl_vision.train",
        description="Train an agent with PPO; its checkpoints are what interfaces are made from.",
    )
    add_options(parser, PATHS)
    add_options(parser, TRAIN_OPTIONS, "training")
    add_options(parser, ENV_OPTIONS, "options of the environment")
    return parser


if __name__ == "__main__":
    sys.exit(main(train, make_parser()))
