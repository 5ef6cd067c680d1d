"""python -m understanding_rl_vision.find CHECKPOINT [OUTPUT_DIR]: the interface of episodes that stand out."""

import argparse
import sys

from understanding_rl_vision.command_line import CHECKPOINT, add_options, main
from understanding_rl_vision.find.finding import FIND_OPTIONS, SEARCH_OPTIONS, find

# Functions cannot be given as flags.
GENERATE_FLAGS = {
    name: option for name, option in FIND_OPTIONS.items() if name not in SEARCH_OPTIONS and name != "action_group_fns"
}


def make_parser():
    parser = argparse.ArgumentParser(
        prog="python -m understanding_rl_vision.find",
        description="Search episodes for failures, surprises and odd values, list them and write the interface of the "
        "first ones.",
    )
    parser.add_argument("checkpoint_path", metavar="CHECKPOINT", help="the checkpoint: " + CHECKPOINT)
    parser.add_argument(
        "output_dir",
        metavar="OUTPUT_DIR",
        nargs="?",
        help="folder for the list and the page (default: rl-clarity/NAME.finds beside the checkpoint)",
    )
    parser.add_argument("--quiet", action="store_true", help="no progress bars and no closing line")
    add_options(parser, SEARCH_OPTIONS)
    add_options(parser, GENERATE_FLAGS, "the interface")
    return parser


if __name__ == "__main__":
    sys.exit(main(find, make_parser()))
