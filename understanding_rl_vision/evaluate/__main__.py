"""rl-clarity evaluate CHECKPOINT ...: play levels, count what ended them, compare agents."""

import sys

from understanding_rl_vision.command_line import CHECKPOINT, command_parser, main
from understanding_rl_vision.evaluate.evaluating import evaluate
from understanding_rl_vision.evaluate.options import EVALUATE_OPTIONS

POSITIONAL = {
    "checkpoint_path": {"metavar": "CHECKPOINT", "nargs": "+", "help": "checkpoints: each " + CHECKPOINT},
}


def make_parser():
    return command_parser(
        "evaluate",
        "Play levels with checkpoints' agents, count what ended them, and compare the models.",
        POSITIONAL,
        {None: EVALUATE_OPTIONS},
        quiet="no progress bars and no table",
        forecast=True,
    )


if __name__ == "__main__":
    sys.exit(main(evaluate, make_parser()))
