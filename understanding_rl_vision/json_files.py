"""JSON that is read from files of any origin, and JSON that is written: valid, without NaN."""

import json
import math
import os

import numpy as np

from understanding_rl_vision.errors import InputError, cut
from understanding_rl_vision.files import here
from understanding_rl_vision.rl_util.placeholders import check_nesting

LONGEST_FILE = 256 << 20
LONGEST_NUMBER = 300


def read_json(path, what):
    """What a JSON file holds, here or at a remote address. what: it is to be, for messages.

    Raises InputError where it cannot be read, is no JSON, or lies too deep in itself.
    """
    copy = here(path)
    try:
        if os.path.getsize(copy) > LONGEST_FILE:
            raise ValueError("more than {} MB".format(LONGEST_FILE >> 20))
        with open(copy, encoding="utf-8") as file:
            text = file.read()
    except OSError as error:
        raise InputError("Cannot read {} {}: {}.".format(what, path, error.strerror)) from None
    except ValueError as error:
        raise InputError("Of {} {}: it is not JSON ({}).".format(what, path, cut(str(error), 200))) from None
    try:
        return parse_json(text)
    except InputError as error:
        raise InputError("Of {} {}: {}".format(what, path, error)) from None


def parse_json(text, most_parts=None):
    """What JSON says. Raises InputError where a text is none, lies too deep in itself, or has too many parts."""
    if most_parts is not None and sum(map(text.count, "[{,")) > most_parts:
        raise InputError("Its JSON has more than {:,} parts.".format(most_parts))
    try:
        content = json.loads(text, parse_int=_whole_number)
    except (ValueError, RecursionError) as error:
        raise InputError("It is not JSON ({}).".format(cut(str(error), 200))) from None
    check_nesting(content)
    return content


def _whole_number(digits):
    # Reading takes time that grows with the square of the digits.
    if len(digits) > LONGEST_NUMBER:
        raise ValueError("a number of {} digits".format(len(digits)))
    return int(digits)


def to_json(value, indent=None):
    """The JSON of plain values and NumPy's; what is not finite is null."""
    return json.dumps(_finite(value), indent=indent, allow_nan=False)


def _finite(value):
    if isinstance(value, (np.ndarray, np.generic)):
        value = value.tolist()
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
