"""rl-clarity index FOLDER: a page that leads to all results below a folder."""

import sys

from understanding_rl_vision.command_line import alone, command_parser, main
from understanding_rl_vision.index.indexing import index
from understanding_rl_vision.index.options import INDEX_OPTIONS

POSITIONAL = {"folder": {"metavar": "FOLDER", "help": "folder of results; index.html is written there"}}


def make_parser():
    return command_parser(
        "index",
        "Write a page that leads to the interfaces, finds, feature pages, measurements, states, evaluations and "
        "studies below a folder.",
        POSITIONAL,
        {None: INDEX_OPTIONS},
        quiet="no closing line",
    )


if __name__ == "__main__":
    sys.exit(main(alone(index), make_parser()))
