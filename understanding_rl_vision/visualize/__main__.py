"""rl-clarity visualize CHECKPOINT OUTPUT_DIR --layer NAME: show what activates its features."""

import sys

from understanding_rl_vision.command_line import CHECKPOINT, alone, command_parser, main
from understanding_rl_vision.play.options import OBSERVATIONS_FLAGS
from understanding_rl_vision.run.flags import LOAD_FLAGS
from understanding_rl_vision.visualize.options import VISUALIZE_OPTIONS
from understanding_rl_vision.visualize.visualizing import visualize

POSITIONAL = {
    "checkpoint_or_model": {"metavar": "CHECKPOINT", "help": "the checkpoint: " + CHECKPOINT},
    "output_dir": {"metavar": "OUTPUT_DIR", "help": "folder for features.html and its images"},
    "--layer": {"nargs": "+", "required": True, "metavar": "NAME", "help": "layers, such as 2b"},
}


def make_parser():
    return command_parser(
        "visualize",
        "Write a page of what activates the features of layers: images made by gradient beside examples from a "
        "checkpoint's agent at play.",
        POSITIONAL,
        {None: dict(VISUALIZE_OPTIONS, **OBSERVATIONS_FLAGS), "files of the agent": LOAD_FLAGS},
        quiet="no progress bars and no closing line",
        forecast=True,
    )


if __name__ == "__main__":
    sys.exit(main(alone(visualize), make_parser()))
