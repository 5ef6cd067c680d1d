"""python -m understanding_rl_vision.find CHECKPOINT [OUTPUT_DIR]: the interface of episodes that stand out."""

import sys

from understanding_rl_vision.command_line import CHECKPOINT, command_parser, main
from understanding_rl_vision.find.finding import find
from understanding_rl_vision.find.options import PAGE_OPTIONS, SEARCH_OPTIONS

POSITIONAL = {
    "checkpoint_path": {"metavar": "CHECKPOINT", "help": "the checkpoint: " + CHECKPOINT},
    "output_dir": {
        "metavar": "OUTPUT_DIR",
        "nargs": "?",
        "help": "folder for the list and the page (default: rl-clarity/NAME.finds beside the checkpoint)",
    },
}


def make_parser():
    return command_parser(
        "find",
        "Search episodes for failures, surprises and odd values, list them and write the interface of the first ones.",
        POSITIONAL,
        {None: SEARCH_OPTIONS, "the interface": PAGE_OPTIONS},
        quiet="no progress bars and no closing line",
        forecast=True,
    )


if __name__ == "__main__":
    sys.exit(main(find, make_parser()))
