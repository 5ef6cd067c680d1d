"""rl-clarity synthesize CHECKPOINT OUTPUT_DIR --target T-: make states it fears or seeks."""

import sys

from understanding_rl_vision.command_line import CHECKPOINT, alone, command_parser, main
from understanding_rl_vision.synthesize.options import GROUPS, TARGET_OPTIONS
from understanding_rl_vision.synthesize.synthesizing import synthesize

POSITIONAL = {
    "checkpoint_path": {
        "metavar": "CHECKPOINT",
        "help": "the checkpoint: {}; or a frozen model (.pb)".format(CHECKPOINT),
    },
    "output_dir": {"metavar": "OUTPUT_DIR", "help": "folder for states.html and what belongs to it"},
}


def make_parser():
    return command_parser(
        "synthesize",
        "Train a generative model of an agent's frames, and synthesise the states that targets ask for.",
        POSITIONAL,
        dict({None: TARGET_OPTIONS}, **GROUPS),
        quiet="no progress bars and no closing line",
        forecast=True,
    )


if __name__ == "__main__":
    sys.exit(main(alone(synthesize), make_parser()))
