"""Errors that a caller can mend: the command line prints them in a sentence and exits with status 2."""

import collections
import difflib
import os

import numpy as np

# How much of a value a message shows: letters of a text, items of a container, containers in one another, and in all.
SHOWN_LETTERS = 300
SHOWN_ITEMS = 6
SHOWN_DEPTH = 3
SHOWN = 600
LONGEST_MESSAGE = 2000


class InputError(ValueError):
    """What was given cannot be used. The message names it, says what is accepted and what to do next."""

    def __init__(self, message=""):
        super().__init__(cut(str(message), LONGEST_MESSAGE))


class UnsafePickleError(InputError):
    """A file holds pickled objects other than arrays, numbers and plain containers."""


class MissingPackageError(InputError, ImportError):
    """A feature needs a package that is not installed. The message says how to get it."""


class InputWarning(UserWarning):
    """Something that was given has no effect. The command line prints it in a sentence and goes on."""


def cut(text, length):
    """A text, or so much of it, with dots for the rest."""
    return text if len(text) <= length else text[: length - 4] + " ..."


def quoted(value):
    """A value as a message shows it: as Python writes it, but no more than some of it, however long or deep it is."""
    return cut(_shown(value, SHOWN_DEPTH), SHOWN)


def _shown(value, depth):
    if isinstance(value, os.PathLike):
        value = os.fspath(value)
    if isinstance(value, (str, bytes, bytearray)):
        return repr(value[:SHOWN_LETTERS]) + "..." * (len(value) > SHOWN_LETTERS)
    if isinstance(value, np.ndarray):
        return "array of shape {} and type {}".format(value.shape, cut(str(value.dtype), SHOWN_LETTERS))
    if isinstance(value, int) and value.bit_length() > 4 * SHOWN_LETTERS:
        return "a whole number of {} bits".format(value.bit_length())
    if isinstance(value, dict):
        left, opening, closing = len(value), "{", "}"
        items = ("{}: {}".format(_shown(key, 1), _shown(item, depth - 1)) for key, item in value.items())
    elif isinstance(value, (list, tuple, set, frozenset, collections.deque)) and (
        value or type(value) in (list, tuple)
    ):
        left = len(value)
        opening, closing = {list: "[]", tuple: "()"}.get(type(value), "{}")
        items = (_shown(item, depth - 1) for item in value)
    else:
        return cut(_written(value), SHOWN_LETTERS)
    if left and not depth:
        return opening + "..." + closing
    parts = [item for item, _ in zip(items, range(SHOWN_ITEMS))] + ["..."] * (left > SHOWN_ITEMS)
    return opening + ", ".join(parts) + "," * (left == 1 and type(value) is tuple) + closing


def _written(value):
    try:
        return repr(value)
    except Exception:  # Whatever an object's own code does.
        return "a {}".format(type(value).__name__)


def close_to(name, accepted):
    """Those of the accepted names that are like a given one."""
    return difflib.get_close_matches(cut(str(name), SHOWN_LETTERS), accepted, 3, 0.5) if isinstance(name, str) else []


def check_options(given, accepted, what, elsewhere=None):
    """Raise InputError for the first name in `given` that is not in `accepted`, naming where it belongs or close ones.

    `what` says whose options they are, for instance "run()" or "procgen environment". elsewhere: other places, such as
    "trajectories_kwargs", and the names that are accepted there.
    """
    for name in given:
        if name not in accepted:
            places = [place for place, names in (elsewhere or {}).items() if name in names and place != what]
            if places:
                raise InputError(
                    "Unknown option {} of {}; it belongs to {}.".format(quoted(name), what, " or ".join(places))
                )
            close = close_to(name, accepted)
            hint = "did you mean {}?".format(" or ".join(map(repr, close))) if close else ""
            raise InputError(
                "Unknown option {} of {}; {}".format(
                    quoted(name), what, hint or "accepted are {}.".format(", ".join(sorted(accepted)))
                )
            )
