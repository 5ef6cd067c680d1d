"""What stands for the objects of a pickle that are not read."""

import collections

CONTAINERS = (dict, list, tuple, set, frozenset, collections.deque)


class Placeholder:
    """Stands for an object that is not read, and does nothing. `name`: of its class, or of what was to make it."""

    def __init__(self, name):
        self.name = name

    def __repr__(self):
        return "<{}>".format(self.name)

    # Pickles fill containers of their own kinds, too.
    def append(self, item):
        pass

    def __setitem__(self, key, item):
        pass

    add = extend = append


def placeholders(value):
    """Yield place and Placeholder of each one in plain containers; the place as Python writes it: "['args'][0]"."""
    seen, waiting = set(), [(None, None, value)]
    while waiting:
        entry = waiting.pop()
        value = entry[-1]
        if isinstance(value, Placeholder):
            yield _place(entry), value
        elif isinstance(value, CONTAINERS) and id(value) not in seen:
            seen.add(id(value))
            for key, item in value.items() if isinstance(value, dict) else enumerate(value):
                for part in (key, item):
                    if isinstance(part, CONTAINERS + (Placeholder,)):
                        waiting.append((entry, key, part))


def _place(entry):
    keys = []
    while entry[0] is not None:
        keys.append("[{!r}]".format(entry[1]) if isinstance(entry[1], (str, int)) else "[...]")
        entry = entry[0]
    return "".join(reversed(keys))
