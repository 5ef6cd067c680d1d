"""Plain values of what a file says beside its tensors: what JSON has, of a length that can be shown and kept."""

import math

import numpy as np

MOST_ITEMS = 10_000
LONGEST_TEXT = 100_000
DEEPEST = 20


def plain(value):
    """(True, the value as JSON has it), or (False, None) where it, or anything in it, is no plain value.

    Numbers that are not finite become texts, tuples become lists, and NumPy's numbers become Python's.
    """
    try:
        return True, _Plain().of(value, 0)
    except TypeError:
        return False, None


class _Plain:
    def __init__(self):
        self._items = 0

    def of(self, value, depth):
        self._items += 1
        if self._items > MOST_ITEMS or depth > DEEPEST:
            raise TypeError
        if isinstance(value, np.generic):
            value = value.item()
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str) and len(value) <= LONGEST_TEXT:
            return value
        if isinstance(value, int) and value.bit_length() <= 64:
            return value
        if isinstance(value, float):
            return value if math.isfinite(value) else str(value)
        if isinstance(value, (list, tuple)):
            return [self.of(item, depth + 1) for item in value]
        if isinstance(value, dict) and all(isinstance(key, (str, int)) for key in value):
            return {str(key): self.of(item, depth + 1) for key, item in value.items()}
        raise TypeError
