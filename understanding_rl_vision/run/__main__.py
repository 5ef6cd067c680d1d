"""python -m understanding_rl_vision.run CHECKPOINT OUTPUT_DIR: write the interface of a checkpoint."""

import argparse
import sys

from understanding_rl_vision.command_line import CHECKPOINT, add_options, main
from understanding_rl_vision.run.running import RUN_OPTIONS, run

# Functions cannot be given as flags.
FLAGS = {name: option for name, option in RUN_OPTIONS.items() if name != "action_group_fns"}


def make_parser():
    parser = argparse.ArgumentParser(
        prog="python -m understanding_rl_vision.run",
        description="Play a checkpoint's agent and write the interface that looks into it.",
    )
    parser.add_argument(
        "checkpoint_path",
        metavar="CHECKPOINT",
        nargs="+",
        help="the checkpoint, or several to compare: each {}".format(CHECKPOINT),
    )
    parser.add_argument("output_dir", metavar="OUTPUT_DIR", help="folder for interface.html and its images")
    parser.add_argument("--quiet", action="store_true", help="no progress bars and no closing line")
    add_options(parser, FLAGS)
    return parser


if __name__ == "__main__":
    sys.exit(main(run, make_parser()))
