"""python -m understanding_rl_vision.evaluate CHECKPOINT ...: play levels and count what ended them."""

import argparse
import sys

from understanding_rl_vision.command_line import CHECKPOINT, add_options, main
from understanding_rl_vision.evaluate.evaluating import EVALUATE_OPTIONS, evaluate


def make_parser():
    parser = argparse.ArgumentParser(
        prog="python -m understanding_rl_vision.evaluate",
        description="Play levels with checkpoints' agents, count what ended them, and compare the models.",
    )
    parser.add_argument("checkpoint_path", metavar="CHECKPOINT", nargs="+", help="checkpoints: each " + CHECKPOINT)
    parser.add_argument("--quiet", action="store_true", help="no progress bars and no table")
    add_options(parser, EVALUATE_OPTIONS)
    return parser


if __name__ == "__main__":
    sys.exit(main(evaluate, make_parser()))
