"""rl-clarity train --env-name NAME --save-dir DIR: train an agent, save checkpoints."""

import sys

from understanding_rl_vision.command_line import command_parser, main
from understanding_rl_vision.train.loop import train
from understanding_rl_vision.train.options import ENV_OPTIONS, PATH_OPTIONS, TRAIN_OPTIONS


def make_parser():
    return command_parser(
        "train",
        "Train an agent with PPO; its checkpoints are what interfaces are made from.",
        {},
        {None: PATH_OPTIONS, "training": TRAIN_OPTIONS, "options of the environment": ENV_OPTIONS},
        quiet="no progress bars and no closing line",
        forecast=True,
    )


if __name__ == "__main__":
    sys.exit(main(train, make_parser()))
