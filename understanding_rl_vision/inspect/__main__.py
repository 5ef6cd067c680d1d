"""rl-clarity inspect FILE: tell what was understood of an agent's file."""

import sys

from understanding_rl_vision.agents.games import AGENT_OPTIONS
from understanding_rl_vision.command_line import CHECKPOINT, alone, command_parser, main
from understanding_rl_vision.inspect.inspecting import inspect
from understanding_rl_vision.inspect.report import lines

POSITIONAL = {"checkpoint_path": {"metavar": "FILE", "help": "the agent's file: " + CHECKPOINT}}


def print_inspected(checkpoint_path, args=None):
    """Print what was understood of a file."""
    args = AGENT_OPTIONS["args"].check("args", args or {})
    print("\n".join(lines(inspect(checkpoint_path, args=args))))


def make_parser():
    return command_parser(
        "inspect",
        "Tell what was understood of an agent's file: whose it is, its network, games that it fits, what is missing.",
        POSITIONAL,
        {None: {"args": AGENT_OPTIONS["args"]}},
    )


if __name__ == "__main__":
    sys.exit(main(alone(print_inspected), make_parser()))
