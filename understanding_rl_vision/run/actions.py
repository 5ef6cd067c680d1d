"""Names and groups of actions, and their colours."""

import numpy as np

from understanding_rl_vision.checks import check_integer
from understanding_rl_vision.errors import InputError

# What the name of an action's output begins with; its number or its keys follow.
ACTION = "action:"

# A group is named by a key that its actions press, or is that of the actions that press none of these.
DIRECTION_KEYS = ("RIGHT", "LEFT", "UP", "DOWN")


def action_index(text, num_actions, action_combos, option):
    """The number of an action that is named by its number, or by its keys joined with '+'.

    action_combos: keys of each action, where they are known; option: whose value it is. Raises InputError for an action
    that there is not.
    """
    if text.lstrip("-").isdigit():
        return check_integer("action", int(text), 0, num_actions - 1)
    combos = ["+".join(combo) for combo in action_combos or []]
    if text not in combos:
        raise InputError(
            "{}='{}{}' given; actions have the numbers 0 to {}{}.".format(
                option,
                ACTION,
                text,
                num_actions - 1,
                " and the keys {}".format(", ".join(map(repr, filter(None, combos)))) if combos else "",
            )
        )
    return combos.index(text)


def complete_combos(combos, num_actions):
    """The keys of each action, a list of lists; numbers where `combos` is None. Raises InputError for a wrong count."""
    if combos is None:
        return [[str(action)] for action in range(num_actions)]
    if len(combos) != num_actions:
        raise InputError("action_combos names {} actions, but the policy has {}.".format(len(combos), num_actions))
    return [list(combo) for combo in combos]


def _presses(key):
    return lambda combo: key in combo


def default_action_group_fns():
    """Predicates on an action's keys: has RIGHT; has LEFT; has UP; has DOWN; has none of them."""
    return [_presses(key) for key in DIRECTION_KEYS] + [lambda combo: not set(combo) & set(DIRECTION_KEYS)]


def action_groups(action_combos, group_fns):
    """Indices of the actions of each group that holds more than one action."""
    groups = [[i for i, combo in enumerate(action_combos) if in_group(combo)] for in_group in group_fns]
    return [group for group in groups if len(group) > 1]


def action_levels(count):
    """Grey levels in [0, 1] of the actions in the policy bar: spread out, but drawn a quarter of the way to 0.75."""
    return 0.75 * np.linspace(0, 1, count) + 0.25 * 0.75
