"""The commands: each is a folder of its name with a __main__.py, whose first line tells what it does."""

import ast
import pathlib

PACKAGE = __name__.rpartition(".")[0]

# As the list has them; others follow by name.
ORDER = ("run", "find", "measure", "edit", "evaluate", "visualize", "synthesize", "train", "study")


def commands():
    """Name -> what it does, in a few words, of every command."""
    paths = pathlib.Path(__file__).parent.glob("*/__main__.py")
    found = {path.parent.name: _told(path) for path in paths}
    return {name: found[name] for name in sorted(found, key=lambda name: ([*ORDER, name].index(name), name))}


def _told(path):
    """What stands after the colon in the first line of a file, without importing it."""
    line = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))).splitlines()[0]
    return line.partition(": ")[2].rstrip(".")


def module_of(name):
    """The module that is a command."""
    return "{}.{}".format(PACKAGE, name)
