"""What shells complete of the command line, as shtab writes it."""

import argparse
import importlib

from understanding_rl_vision.commands import module_of
from understanding_rl_vision.errors import MissingPackageError

SHELLS = ("bash", "zsh")

# What is shown for the value of an argument that names a file.
PATHS = ("PATH", "CHECKPOINT", "OUTPUT_DIR", "EDITED", "FILE", "IN", "OUT", "FOLDER")


def completion(program, names, shell):
    """The script that a shell takes to complete a program's commands and their flags.

    names: name of each command -> what it does. Raises MissingPackageError without shtab.
    """
    try:
        import shtab
    except ImportError as error:
        raise MissingPackageError(
            "Completion needs the package shtab, which cannot be imported ({}). Install it with: pip install "
            "shtab".format(error)
        ) from error
    parser = argparse.ArgumentParser(prog=program)
    parsers = parser.add_subparsers()
    for name, told in names.items():
        command = importlib.import_module(module_of(name) + ".__main__").make_parser()
        for action in command._actions:
            if action.metavar in PATHS:
                action.complete = shtab.FILE
            elif isinstance(action.metavar, str) and action.metavar.startswith("{"):
                action.choices = action.metavar[1:-1].split(",")
        parsers.add_parser(name, help=told, parents=[command], add_help=False)
    return shtab.complete(parser, shell)
