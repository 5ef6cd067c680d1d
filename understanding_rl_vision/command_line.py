"""Command lines made from tables of options."""

import argparse
import collections
import contextlib
import functools
import sys
import warnings

from understanding_rl_vision.errors import InputError, InputWarning, check_options
from understanding_rl_vision.files import FULL, GONE, unwritable
from understanding_rl_vision.flags import add_options, flag_of, folded, joined
from understanding_rl_vision.interrupts import Terminated, end_with_parent, ending_in_order, status_of
from understanding_rl_vision.progress import progress_as_json
from understanding_rl_vision.ranks import launched_communicator, said_of_several
from understanding_rl_vision.terminal import cannot_be_written, ending_unread, terminal_of_command
from understanding_rl_vision.versions import versions_line

# What may stand for a checkpoint (see `agents`).
CHECKPOINT = (
    "a file (.jd, or of another tool, see docs/agents.md), openai:NAME (rl-clarity agents lists them), "
    "example:coinrun, which comes with the package, or an http(s) address"
)

DRY_RUN = "only say what it will take: time, memory and room on the disk"
LOG_JSON = "progress as lines of JSON on stderr: stage, done, total and seconds of it"
VERBOSE = "also show what TensorFlow and packages of games tell of themselves"


# What a command is called by, with its verb; see `called_as`.
_program = "python -m understanding_rl_vision.{}"


def called_as(program):
    """Let the parsers made from now on call their commands so; program: with {} for the verb."""
    global _program
    _program = program


class TellVersion(argparse.Action):
    """A flag that prints versions and ends the process."""

    def __init__(self, option_strings, dest, **known):
        super().__init__(option_strings, argparse.SUPPRESS, nargs=0, **known)

    def __call__(self, parser, *_):
        print(versions_line())
        parser.exit()


class CommandParser(argparse.ArgumentParser):
    """A parser that takes the words after a flag of a table as `flags.joined` does."""

    def parse_known_args(self, args=None, namespace=None):
        """As argparse's."""
        args = joined(sys.argv[1:] if args is None else args, getattr(self, "options", {}))
        return super().parse_known_args(args, namespace)

    def print_help(self, file=None):
        """As argparse's, which takes no notice where it cannot be written."""
        print(self.format_help(), end="", file=file)


def command_parser(verb, description, positional, tables, quiet=None, forecast=False):
    """The parser of a command, `python -m understanding_rl_vision.VERB` or what `called_as` says.

    Parameters
    ----------
    verb
        Name of the command's folder.
    description
        What it does, in a sentence.
    positional
        What is no option of a table: the name, or flag, of each argument -> what argparse is to know of it.
    tables
        Title of a group of flags (None: no title) -> table of options.
    quiet
        What the flag --quiet leaves out; None: there is no such flag.
    forecast
        Whether there is a flag --dry-run.
    """
    parser = CommandParser(
        prog=_program.format(verb),
        description=description,
        usage=" ".join(["%(prog)s", *map(_in_usage, positional.items()), "[OPTION ...]"]),
        formatter_class=functools.partial(argparse.HelpFormatter, max_help_position=30),
        add_help=False,
        allow_abbrev=False,
    )
    required = parser.add_argument_group("required")
    for name, known in positional.items():
        (required if name.startswith("-") else parser).add_argument(name, **known)
    for title, options in tables.items():
        add_options(parser, options, title or "options")
    terminal = parser.add_argument_group("on the terminal")
    terminal.add_argument("-h", "--help", action="help", help="show this and exit")
    terminal.add_argument("--version", action=TellVersion, help="show versions and exit")
    if forecast:
        terminal.add_argument("--dry-run", action="store_true", help=DRY_RUN)
    terminal.add_argument("--verbose", action="store_true", default=argparse.SUPPRESS, help=VERBOSE)
    terminal.add_argument("--log-json", action="store_true", default=argparse.SUPPRESS, help=LOG_JSON)
    if quiet:
        terminal.add_argument("--quiet", action="store_true", help=quiet)
    return parser


def _in_usage(argument):
    """An argument that is no option, as the usage shows it."""
    name, known = argument
    shown = {"+": "{0} [{0} ...]", "?": "[{}]"}.get(known.get("nargs"), "{}").format(known["metavar"])
    return "{} {}".format(name, shown) if name.startswith("-") else shown


def _parse(parser, argv):
    """The arguments by name. Unlike argparse alone, says where an unknown flag belongs, or names the close ones."""
    options = getattr(parser, "options", {})
    arguments, unknown = parser.parse_known_args(argv)
    flags = [text.split("=")[0] for text in unknown if text.startswith("--")]
    known = [text for action in parser._actions for text in action.option_strings]
    check_options(flags, known, parser.prog, _elsewhere(parser, options))
    if unknown:
        parser.error("unrecognized arguments: {}".format(" ".join(unknown)))
    return folded(vars(arguments))


def _elsewhere(parser, options):
    """Where what is no flag may belong -> the flags that belong there."""
    alone = {option.within: flag for flag, option in options.items() if option.within}
    elsewhere = collections.defaultdict(list)
    for place, keys in getattr(parser, "places", {}).items():
        for key in keys:
            flag = alone.get((place, key))
            elsewhere[flag_of(place) + (" (as a flag: {})".format(flag) if flag else "")].append(flag_of(key))
    return elsewhere


def _show_warning(prog, show, message, category, *where, **more):
    """Print our own warnings as a sentence, and others as `show` does."""
    if issubclass(category, InputWarning):
        print("{}: {}".format(prog, message), file=sys.stderr)
    else:
        show(message, category, *where, **more)


def alone(command):
    """A command whose work is not shared: several processes, which would write the same files, are refused."""

    @functools.wraps(command)
    def run_alone(**arguments):
        launch_variables = said_of_several()
        if launch_variables or launched_communicator() is not None:
            raise InputError(
                "Several processes were started ({}), but this command is the work of one. Start it without mpiexec or "
                "srun; run, find, evaluate and train share theirs.".format(launch_variables or "by PMIx")
            )
        return command(**arguments)

    return run_alone


def refused(parser, why):
    """Say why a command cannot do what it is asked; returns its exit status."""
    print("{}: {}".format(parser.prog, why), file=sys.stderr)
    return 2


def main(command, parser, argv=None):
    """Run `command` with the parsed arguments; returns the exit status: 2, with a sentence, for what cannot be used."""
    with ending_unread(parser.prog):
        return _status(command, parser, argv)


def _status(command, parser, argv):
    """The exit status of a command that is run."""
    try:
        with ending_in_order(), warnings.catch_warnings():
            end_with_parent()
            warnings.showwarning = functools.partial(_show_warning, parser.prog, warnings.showwarning)
            arguments = _parse(parser, argv)
            log_json = arguments.pop("log_json", False)
            with terminal_of_command(arguments.pop("verbose", False)):
                with progress_as_json() if log_json else contextlib.nullcontext():
                    command(**arguments)
    except InputError as error:
        return refused(parser, error)
    except OSError as error:
        # Whoever met it may not have known of what.
        if error.errno not in FULL + GONE or cannot_be_written(sys.stdout):
            raise
        return refused(parser, unwritable(error.filename or "its files or what it prints", error))
    except MemoryError:
        return refused(
            parser, "There is too little memory. Ask for less (--dry-run tells what it takes), or free some."
        )
    except KeyboardInterrupt as interrupt:
        how = "terminated" if isinstance(interrupt, Terminated) else "interrupted"
        print("{}: {}.".format(parser.prog, how), file=sys.stderr)
        return status_of(interrupt)
    return 0
