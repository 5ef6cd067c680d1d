"""Groups of actions and the colours of actions."""

import numpy as np

# A group is named by a key that its actions press, or is that of the actions that press none of these.
DIRECTION_KEYS = ("RIGHT", "LEFT", "UP", "DOWN")


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
