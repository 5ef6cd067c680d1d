"""What values options accept: checks, each a function (name, value) -> the value to use that raises InputError.

Those with more parameters make a check (`integer(low=1)`), or are called directly (`check_integer(name, value, low)`).
A check of texts has `is_text`, by which the command line knows that 2024 is a name and no number; a check of
dictionaries has `keys`, the names that these may hold.
"""

import functools
import math
import numbers
import os
import re
from typing import Any

import numpy as np

from understanding_rl_vision.errors import InputError, check_options, quoted
from understanding_rl_vision.remote import address_of

LARGEST_INTEGER = 2**31 - 1

_SIZE = re.compile(r"[0-9]{0,6}(\.[0-9]{1,6})?(?<=[0-9])(px|em|rem|ex|ch|vw|vh|vmin|vmax|cm|mm|in|pt|pc|%)", re.ASCII)
_COLOUR = re.compile(r"[a-zA-Z]{1,30}|#[0-9a-fA-F]{3,8}|(rgb|hsl)a?\([0-9., %/deg]{1,60}\)", re.ASCII)


def refuse(name, value, accepted):
    """Raise InputError for a value. accepted: what would have been, as the subject of a sentence."""
    raise InputError("{}={} given; {} is accepted.".format(name, quoted(value), accepted))


def check_integer(name, value, low, high=LARGEST_INTEGER):
    """Return `value` as an int, or raise InputError when it is not a whole number from `low` to `high`."""
    if not isinstance(value, (numbers.Integral, np.bool_)) or not low <= value <= high:
        refuse(name, value, "a whole number from {} to {}".format(low, high))
    return int(value)


def check_number(name, value, low, high):
    """Return `value` as a float, or raise InputError when it is not a number from `low` to `high`."""
    if not isinstance(value, numbers.Real) or not low <= value <= high:
        refuse(name, value, "a number from {:g} to {:g}".format(low, high))
    return float(value)


def check_flag(name, value):
    """Return `value` as a bool. Checkpoints also write flags as 0 and 1."""
    if not isinstance(value, (numbers.Integral, np.bool_)) or value not in (0, 1):
        refuse(name, value, "True or False")
    return bool(value)


def check_choice(name, value, choices):
    """Return `value`, or raise InputError when it is not one of `choices`."""
    if not isinstance(value, (str, numbers.Number, np.bool_, type(None))) or value not in choices:
        raise InputError(
            "{}={} given; accepted are {}.".format(name, quoted(value), ", ".join(repr(choice) for choice in choices))
        )
    return value


def check_path(name: str, path: Any) -> str:
    """Return a path as a text. A number would be taken for an open file."""
    if not isinstance(path, (str, os.PathLike)) or "\0" in os.fspath(path):
        refuse(name, path, "the path of a file or folder")
    return address_of(path)


def is_inside(path):
    """Whether a path, a text, leads from a folder to something in it."""
    return not os.path.isabs(path) and os.pardir not in path.replace("\\", "/").split("/")


def check_subfolder(name, value):
    """Return a text, or a path as one, of a folder in another."""
    if not is_inside(check_text(name, value)):
        refuse(name, value, "a path inside of the output folder")
    return os.fspath(value)


def check_directory(name, path):
    """Return the path of a folder as a text, or raise InputError where there is none."""
    if not isinstance(path, (str, os.PathLike)) or "\0" in os.fspath(path) or not os.path.isdir(path):
        refuse(name, path, "the path of an existing folder")
    return os.fspath(path)


def check_text(name, value):
    """Return a text, or a path as one."""
    if not isinstance(value, (str, os.PathLike)):
        refuse(name, value, "a text")
    return os.fspath(value)


def check_positive(name, value):
    """Return a finite number above 0 as it is."""
    if not isinstance(value, numbers.Real) or not 0 < value < math.inf:
        refuse(name, value, "a number above 0")
    return value


def check_size(name, value):
    """Return a length as CSS has it. It goes into a page's style, where other texts could fetch."""
    if not isinstance(value, str) or not _SIZE.fullmatch(value):
        refuse(name, value, "a number with its unit, such as '16em' or '300px',")
    return value


def check_colour(name, value):
    """Return a colour as CSS has it: a name, '#rrggbb', or numbers in rgb(), rgba(), hsl() or hsla()."""
    if not isinstance(value, str) or not _COLOUR.fullmatch(value):
        refuse(name, value, "a colour, such as 'green', '#00ff00' or 'rgb(0, 255, 0)',")
    return value


def checked_elsewhere(name, value):
    """Return any value: what it must be depends on more than its option, and is checked where that is known."""
    return value


def of_text(check, shown="TEXT"):
    """The check, as one of texts: the command line takes them as they are. shown: what its help has for one."""

    @functools.wraps(check)
    def check_text_of(name, value):
        return check(name, value)

    check_text_of.is_text, check_text_of.shown = True, shown
    return check_text_of


def of_list(check, shown="VALUE"):
    """The check, as one of lists: the command line takes one item or several. shown: what its help has for an item."""

    @functools.wraps(check)
    def check_list_of(name, value):
        return check(name, value)

    check_list_of.is_list, check_list_of.shown = True, shown
    return check_list_of


def integer(low, high=LARGEST_INTEGER):
    """A check of whole numbers."""
    return functools.partial(check_integer, low=low, high=high)


def number(low, high):
    """A check of numbers, which become floats."""
    return functools.partial(check_number, low=low, high=high)


def choice(*choices):
    """A check of a few values."""
    check = functools.partial(check_choice, choices=choices)
    check.is_text = all(isinstance(value, str) for value in choices)
    return check


def list_of(check, accepted, least=1, types=(list, tuple)):
    """A check of a list of at least `least` items, each of which passes another check. accepted: what that is."""

    def check_list(name, value):
        if not isinstance(value, types) or len(value) < least:
            refuse(name, value, accepted)
        for item in value:
            check("an item of " + name, item)
        return value

    check_list.is_list, check_list.is_text = True, getattr(check, "is_text", False)
    check_list.item = check
    return check_list


def dict_of(checks, accepted=None):
    """A check of a dictionary with some of the keys of `checks`, name -> the check of the value under that name."""
    keys = tuple(checks)

    def check_dict(name, value):
        if not isinstance(value, dict):
            refuse(name, value, "a dictionary of {}".format(accepted or ", ".join(keys)))
        check_options(value, list(keys), name)
        return {key: checks[key]("{} of {}".format(key, name), item) for key, item in value.items()}

    check_dict.keys = keys
    return check_dict


def predicates(name, value):
    """Return a list of functions."""
    if not isinstance(value, (list, tuple)) or not all(map(callable, value)):
        refuse(name, value, "a list of functions of an action's keys")
    return value


flag = check_flag
positive = check_positive
text = of_text(check_text)
size = of_text(check_size, "SIZE")
colour = of_text(check_colour, "COLOUR")
path = of_text(check_path, "PATH")
subfolder = of_text(check_subfolder, "PATH")
count = integer(1)
whole = integer(0)
fraction = number(0, 1)
