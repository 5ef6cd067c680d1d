"""Plain values of what a file says beside its tensors: what JSON has, of a length that can be shown and kept."""

import math

import numpy as np

from understanding_rl_vision.errors import cut
from understanding_rl_vision.rl_util.placeholders import Placeholder

# Of one file, with all that is in them.
MOST_VALUES = 20_000
MOST_LEFT_OUT = 100
LONGEST_TEXT = 100_000
LONGEST_NAME = 200
DEEPEST = 20


class Facts(dict):
    """Facts by name, as far as they are plain; "left_out" lists what else there was."""

    def __init__(self):
        super().__init__()
        self._left = MOST_VALUES

    def tell(self, name, value):
        """Add a fact, or what it was that is left out. Returns whether it was plain.

        Numbers that are not finite become texts, tuples become lists, and NumPy's numbers become Python's.
        """
        name = cut(str(name), LONGEST_NAME)
        try:
            self[name] = self._plain(value, 0)
            return True
        except TypeError:
            of = value.name if isinstance(value, Placeholder) else type(value).__name__
            self.leave_out("{} ({})".format(name, cut(of, LONGEST_NAME)))
            return False

    def leave_out(self, *told):
        self["left_out"] = (self.get("left_out", []) + list(told))[:MOST_LEFT_OUT]

    def _plain(self, value, depth):
        self._left -= 1
        if self._left < 0 or depth > DEEPEST:
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
            return [self._plain(item, depth + 1) for item in value]
        if isinstance(value, dict) and all(isinstance(key, (str, int)) for key in value):
            return {str(key): self._plain(item, depth + 1) for key, item in value.items()}
        raise TypeError
