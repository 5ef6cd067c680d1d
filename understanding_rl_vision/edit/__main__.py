"""python -m understanding_rl_vision.edit CHECKPOINT EDITED: blind a checkpoint's agent to features."""

import argparse
import sys

from understanding_rl_vision.command_line import CHECKPOINT, add_options, alone, main
from understanding_rl_vision.edit.editing import EDIT_OPTIONS, edit


def make_parser():
    parser = argparse.ArgumentParser(
        prog="python -m understanding_rl_vision.edit",
        description="Blind a checkpoint's agent to features that an interface shows, and save the edited checkpoint.",
    )
    parser.add_argument("checkpoint_path", metavar="CHECKPOINT", help="the checkpoint: " + CHECKPOINT)
    parser.add_argument("output_path", metavar="EDITED", help="where to write the edited checkpoint (.jd)")
    parser.add_argument("--layer", required=True, metavar="NAME", help="the layer, under the name that the page shows")
    add_options(parser, EDIT_OPTIONS)
    return parser


if __name__ == "__main__":
    sys.exit(main(alone(edit), make_parser()))
