"""python -m understanding_rl_vision.visualize CHECKPOINT OUTPUT_DIR --layer NAME: what activates a layer's features."""

import argparse
import sys

from understanding_rl_vision.command_line import CHECKPOINT, add_options, alone, main
from understanding_rl_vision.visualize.options import VISUALIZE_OPTIONS
from understanding_rl_vision.visualize.visualizing import visualize


def make_parser():
    parser = argparse.ArgumentParser(
        prog="python -m understanding_rl_vision.visualize",
        description="Write a page of what activates the features of layers: images made by gradient beside examples "
        "from a checkpoint's agent at play.",
    )
    parser.add_argument("checkpoint_or_model", metavar="CHECKPOINT", help="the checkpoint: " + CHECKPOINT)
    parser.add_argument("output_dir", metavar="OUTPUT_DIR", help="folder for features.html and its images")
    parser.add_argument("--layer", nargs="+", required=True, metavar="NAME", help="layers, such as 2b")
    parser.add_argument("--quiet", action="store_true", help="no progress bars and no closing line")
    add_options(parser, VISUALIZE_OPTIONS)
    return parser


if __name__ == "__main__":
    sys.exit(main(alone(visualize), make_parser()))
