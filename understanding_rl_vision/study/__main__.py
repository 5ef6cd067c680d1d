"""rl-clarity study OUTPUT_DIR AGENT_OR_LEVELS ...: compare agents by their training levels."""

import sys

from understanding_rl_vision.command_line import command_parser, main
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.play.options import OBSERVATIONS_FLAGS
from understanding_rl_vision.study.options import STUDY_OPTIONS
from understanding_rl_vision.study.studying import study

POSITIONAL = {
    "output_dir": {"metavar": "OUTPUT_DIR", "help": "folder for the study; one that was stopped goes on there"},
    "agents_or_levels": {
        "metavar": "AGENT_OR_LEVELS",
        "nargs": "+",
        "help": "numbers of levels to train agents on, such as 100 1000 10000; or agents: PATH=LEVELS, or openai:NAME "
        "where its number of levels is known",
    },
}


def run(agents_or_levels, **arguments):
    """`study` of what the command line names."""
    return study(list(map(_parsed, agents_or_levels)), **arguments)


def _parsed(text):
    if text.isdigit():
        return int(text)
    path, equals, levels = text.rpartition("=")
    if not equals:
        return text
    if not levels.isdigit():
        raise InputError("{} given; PATH=LEVELS has a number of levels.".format(text))
    return path, int(levels)


def make_parser():
    return command_parser(
        "study",
        "Compare agents of different numbers of training levels: how they generalise, and whether their features can "
        "be told what they see.",
        POSITIONAL,
        {None: dict(STUDY_OPTIONS, **OBSERVATIONS_FLAGS)},
        quiet="no progress bars and no closing lines",
        forecast=True,
    )


if __name__ == "__main__":
    sys.exit(main(run, make_parser()))
