"""rl-clarity COMMAND ..., or python -m understanding_rl_vision COMMAND ...: every command by its name."""

import argparse
import os
import runpy
import sys

from understanding_rl_vision import command_line
from understanding_rl_vision.commands import PACKAGE, commands, module_of
from understanding_rl_vision.completion import SHELLS, completion
from understanding_rl_vision.errors import InputError, close_to, quoted
from understanding_rl_vision.interrupts import SCRIPT
from understanding_rl_vision.terminal import ending_unread


def make_parser(program, names):
    """The parser of what stands before a command. names: name of each command -> what it does."""
    width = max(map(len, names)) + 2
    listed = "\n".join("  {}{}".format(name.ljust(width), told) for name, told in names.items())
    parser = command_line.CommandParser(
        prog=program,
        usage="%(prog)s COMMAND ...",
        description="Look into reinforcement-learning agents that see pixels.\n\ncommands:\n" + listed,
        epilog="{0} COMMAND --help tells the options of a command.\nThe first page of an agent, within a minute:\n"
        "  {0} run CHECKPOINT OUTPUT_DIR --quick".format(program),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=command_line.TellVersion, help="show versions and exit")
    parser.add_argument(
        "--print-completion",
        metavar="SHELL",
        choices=SHELLS,
        help="print the completion of a shell: " + ", ".join(SHELLS),
    )
    return parser


def main(argv=None):
    """Run the command that is named; returns the exit status."""
    program = SCRIPT if os.path.splitext(os.path.basename(sys.argv[0]))[0] == SCRIPT else "python -m " + PACKAGE
    with ending_unread(program):
        return _status(program, sys.argv[1:] if argv is None else list(argv))


def _status(program, argv):
    names = commands()
    parser = make_parser(program, names)
    if argv and not argv[0].startswith("-"):
        return _run(argv, names, parser)
    shell = parser.parse_args(argv).print_completion
    try:
        print(completion(program, names, shell) if shell else parser.format_help().rstrip("\n"))
    except InputError as error:
        return command_line.refused(parser, error)
    return 0


def _run(argv, names, parser):
    name, *rest = argv
    if name not in names:
        close = close_to(name, list(names))
        hint = "did you mean {}?".format(" or ".join(close)) if close else "there are {}.".format(", ".join(names))
        return command_line.refused(parser, "There is no command {}; {}".format(quoted(name), hint))
    command_line.called_as(parser.prog + " {}")
    sys.argv[1:] = rest
    runpy.run_module(module_of(name), run_name="__main__", alter_sys=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
