"""rl-clarity run CHECKPOINT OUTPUT_DIR: write the interface of a checkpoint."""

import sys

from understanding_rl_vision.command_line import CHECKPOINT, command_parser, main
from understanding_rl_vision.run.flags import RUN_GROUPS
from understanding_rl_vision.run.running import run

POSITIONAL = {
    "checkpoint_path": {
        "metavar": "CHECKPOINT",
        "nargs": "+",
        "help": "the checkpoint, or several to compare: each " + CHECKPOINT,
    },
    "output_dir": {"metavar": "OUTPUT_DIR", "help": "folder for interface.html and its images"},
}


def make_parser():
    return command_parser(
        "run",
        "Play a checkpoint's agent and write the interface that looks into it.",
        POSITIONAL,
        RUN_GROUPS,
        quiet="no progress bars and no closing line",
        forecast=True,
    )


if __name__ == "__main__":
    sys.exit(main(run, make_parser()))
