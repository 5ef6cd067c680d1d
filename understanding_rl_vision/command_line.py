"""Command lines made from tables of options."""

import argparse
import ast
import functools
import json
import os
import re
import sys
import warnings

from understanding_rl_vision.errors import InputError, InputWarning, check_options
from understanding_rl_vision.files import FULL, GONE, unwritable
from understanding_rl_vision.interrupts import Terminated, end_with_parent, ending_in_order, status_of
from understanding_rl_vision.options import places
from understanding_rl_vision.ranks import launched_communicator, said_of_several

# What may stand for a checkpoint (see `agents`).
CHECKPOINT = (
    "a file (.jd, or of another tool, see docs/agents.md), openai:NAME (python -m understanding_rl_vision.agents lists "
    "them), example:coinrun, which comes with the package, or an http(s) address"
)

DRY_RUN = "only say what it will take: time, memory and room on the disk"

# A command has its process to itself, and is not the place for what TensorFlow tells of processors.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")


def parse_value(text):
    """A flag's text as a value: JSON, or a Python literal, or the text itself."""
    for parse in (json.loads, ast.literal_eval):
        try:
            return parse(text)
        except (ValueError, SyntaxError):
            pass
    return text


def parse_text(text):
    """A flag's text as the text itself, whatever it looks like; as JSON it may stand in quotes, and null is None."""
    value = parse_value(text)
    return value if value is None or isinstance(value, str) else text


def _default_text(default):
    return "" if default is None else " (default: {})".format(json.dumps(default))


def _flag(name):
    return "--" + name.replace("_", "-")


def flags_of(options):
    """Options, a dictionary, as the arguments of a command that takes them."""
    return [text for name, value in options.items() for text in (_flag(name), json.dumps(value))]


def add_options(parser, options, title=None):
    """Add a flag, the name with dashes, for each option of a table that can be one. Dicts and lists are JSON.

    options: dictionary name -> Option, whose check tells how a text is read. title: of a group of their own.
    """
    parser.places = dict(getattr(parser, "places", {}), **places(options))
    group = parser.add_argument_group(title) if title else parser
    for name, option in options.items():
        if option.flag:
            group.add_argument(
                _flag(name),
                dest=name,
                # A text such as 16_32_32 would be read as a number.
                type=parse_text if getattr(option.check, "is_text", False) else parse_value,
                default=argparse.SUPPRESS,
                metavar="JSON" if isinstance(option.default, (dict, list, tuple)) else "VALUE",
                help=(option.help + _default_text(option.default)).replace("%", "%%"),
            )


def command_parser(verb, description, positional, tables, quiet=None, forecast=False):
    """The parser of a command, `python -m understanding_rl_vision.VERB`.

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
    parser = argparse.ArgumentParser(prog="python -m understanding_rl_vision." + verb, description=description)
    for name, known in positional.items():
        parser.add_argument(name, **known)
    if quiet:
        parser.add_argument("--quiet", action="store_true", help=quiet)
    if forecast:
        parser.add_argument("--dry-run", action="store_true", help=DRY_RUN)
    for title, options in tables.items():
        add_options(parser, options, title)
    return parser


def _parse(parser, argv):
    """The arguments by name. Unlike argparse alone, says where an unknown flag belongs, or names the close ones."""
    arguments, unknown = parser.parse_known_args(argv)
    flags = [text.split("=")[0] for text in unknown if text.startswith("--")]
    elsewhere = {
        _flag(place): [_flag(name) for name in names] for place, names in getattr(parser, "places", {}).items()
    }
    check_options(flags, re.findall(r"--[\w-]+", parser.format_usage()), parser.prog, elsewhere)
    if unknown:
        parser.error("unrecognized arguments: {}".format(" ".join(unknown)))
    return vars(arguments)


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


def _refused(parser, why):
    print("{}: {}".format(parser.prog, why), file=sys.stderr)
    return 2


def main(command, parser, argv=None):
    """Run `command` with the parsed arguments; returns the exit status: 2, with a sentence, for what cannot be used."""
    try:
        with ending_in_order(), warnings.catch_warnings():
            end_with_parent()
            warnings.showwarning = functools.partial(_show_warning, parser.prog, warnings.showwarning)
            command(**_parse(parser, argv))
    except InputError as error:
        return _refused(parser, error)
    except OSError as error:
        # Whoever met it may not have known of what.
        if error.errno not in FULL + GONE:
            raise
        return _refused(parser, unwritable(error.filename or "to its files", error))
    except MemoryError:
        return _refused(
            parser, "There is too little memory. Ask for less (--dry-run tells what it takes), or free some."
        )
    except KeyboardInterrupt as interrupt:
        how = "terminated" if isinstance(interrupt, Terminated) else "interrupted"
        print("{}: {}.".format(parser.prog, how), file=sys.stderr)
        return status_of(interrupt)
    return 0
