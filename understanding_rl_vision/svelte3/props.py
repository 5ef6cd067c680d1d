"""JSON for a page, from props that may hold NumPy values."""

import json
import math
from typing import Any, Optional

import numpy as np

from understanding_rl_vision.errors import InputError


def _number(value, precision):
    if not math.isfinite(value):
        return None
    if precision is not None:
        value = float("{:.{}g}".format(value, precision))
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def plain(value, precision=None):
    """`value` in what JSON knows: arrays become lists, NumPy scalars numbers, NaN and infinities None.

    Floats are rounded to `precision` significant figures (None: as they are), and become integers where they
    are whole. Raises InputError for anything else, such as a function or a set.
    """
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (np.bool_, np.str_)):
        return value.item()
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return _number(float(value), precision)
    if isinstance(value, dict):
        return {str(key): plain(item, precision) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return plain(value.tolist(), precision)
    if isinstance(value, (list, tuple)):
        return [plain(item, precision) for item in value]
    raise InputError(
        "Props hold a {}, which JSON has no form for; use numbers, strings, lists, dicts and NumPy arrays.".format(
            type(value).__name__
        )
    )


def to_json(value: Any, precision: Optional[int] = None) -> str:
    """JSON without spaces, safe between the tags of a script element.

    Parameters
    ----------
    value : object
        Numbers, strings, lists, dicts and NumPy arrays; NaN and infinities become null.
    precision : int, optional
        Significant figures of floats; default: all.

    Returns
    -------
    str

    Raises
    ------
    InputError
        A value is something else, such as a function or a set.
    """
    text = json.dumps(plain(value, precision), separators=(",", ":"), allow_nan=False)
    # Inside a string of JSON, \u003c is "<": "</script>" and "<!--" cannot end or hide the element.
    return text.replace("<", "\\u003c")
