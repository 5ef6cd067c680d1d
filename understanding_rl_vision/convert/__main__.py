"""rl-clarity convert IN OUT: write an agent of another tool as .jd or .safetensors."""

import sys

from understanding_rl_vision.agents.games import AGENT_OPTIONS
from understanding_rl_vision.command_line import CHECKPOINT, alone, command_parser, main
from understanding_rl_vision.convert.converting import convert

POSITIONAL = {
    "checkpoint_path": {"metavar": "IN", "help": "the agent's file: " + CHECKPOINT},
    "output_path": {"metavar": "OUT", "help": "where to write: NAME.jd or NAME.safetensors"},
}


def make_parser():
    return command_parser(
        "convert",
        "Write an agent that another tool trained as a checkpoint (.jd) or as safetensors.",
        POSITIONAL,
        {None: {"args": AGENT_OPTIONS["args"]}},
        quiet="no progress bar of a download and no closing line",
    )


if __name__ == "__main__":
    sys.exit(main(alone(convert), make_parser()))
