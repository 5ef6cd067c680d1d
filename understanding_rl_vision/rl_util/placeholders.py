"""What stands for the objects of a pickle that are not read."""

import collections

from understanding_rl_vision.errors import InputError, quoted

CONTAINERS = (dict, list, tuple, set, frozenset, collections.deque)
DEEPEST = 100
_TOO_DEEP = "Lists and dictionaries in it lie more than {} deep in one another.".format(DEEPEST)
# How much longer a value may be when it is written out than it is in its file, beside what any may be.
WRITTEN_OUT = 10
ANY_WRITTEN = 10**6


class Placeholder:
    """Stands for an object that is not read, and does nothing. `name`: of its class, or of what was to make it."""

    def __init__(self, name):
        self.name = name

    def __repr__(self):
        return "<{}>".format(self.name)

    def keep(self, state):
        """Take an object's state, or drop it."""

    # Pickles fill containers of their own kinds, too.
    def append(self, item):
        pass

    def __setitem__(self, key, item):
        pass

    add = extend = append


def _parts(container):
    """The containers in one."""
    parts = container.values() if isinstance(container, dict) else container
    return [part for part in parts if isinstance(part, CONTAINERS)]


def check_nesting(value):
    """Raise InputError where containers lie too deep in one another, or again and again in what they hold.

    Then whatever follows them one by one, as comparing and printing do, ends.
    """
    if not isinstance(value, CONTAINERS):
        return
    # By identity, of those that are done: how deep they are, and how long with all that they hold written out.
    done, open_ones, held = {}, {id(value)}, 0
    stack = [(value, iter(_parts(value)))]
    while stack:
        container, left = stack[-1]
        part = next((part for part in left if id(part) not in done), None)
        if part is not None:
            if id(part) in open_ones:
                raise InputError("A list or dictionary in it holds itself.")
            open_ones.add(id(part))
            stack.append((part, iter(_parts(part))))
            if len(stack) > DEEPEST:
                raise InputError(_TOO_DEEP)
            continue
        stack.pop()
        open_ones.discard(id(container))
        inner = [done[id(part)] for part in _parts(container)]
        held += len(container)
        depth = 1 + max([depth for depth, _ in inner], default=0)
        length = len(container) + sum(length for _, length in inner)
        done[id(container)] = depth, length
        if depth > DEEPEST:
            raise InputError(_TOO_DEEP)
        if length > ANY_WRITTEN + WRITTEN_OUT * held:
            raise InputError("Lists and dictionaries in it are repeated in one another again and again.")


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
        keys.append("[{}]".format(quoted(entry[1])) if isinstance(entry[1], (str, int)) else "[...]")
        entry = entry[0]
    return "".join(reversed(keys))
