"""The objects that Procgen's games show, told from their state: what each is, and where in the observation.

Types and images are those of the games' source (Procgen 0.10.7). Types that are not drawn, or not always, have no name.
"""

import numpy as np

from understanding_rl_vision.envs.base import Seen
from understanding_rl_vision.envs.coinrun_causes import BUZZSAW, LAVA
from understanding_rl_vision.envs.procgen_state import State

# Those that all games have. Trails are of what leaves them.
AGENT = 0
COMMON = {AGENT: "agent", 51: "wall", 54: "explosion"}

# What has several names is told apart by its theme, that is its image.
KEYS = ("blue key", "green key", "red key")
DOORS = ("blue door", "green door", "red door")

TYPES = {
    "bigfish": {2: "fish"},
    "bossfight": {1: "own bullet", 2: "boss", 4: "bullet", 5: "laser trail", 6: "reflected bullet", 7: "barrier"},
    "caveflyer": {1: "goal", 2: "obstacle", 3: "target", 4: "own bullet", 5: "enemy", 8: "wall", 9: "exhaust"},
    "chaser": {2: "large orb", 3: "weak enemy", 4: "egg", 5: "wall", 6: "enemy", 1002: "orb"},
    "climber": {1: "coin", 5: "enemy", 15: "wall", 16: "ground"},
    "coinrun": {1: "coin", 2: BUZZSAW, 5: "enemy", 15: "wall", 16: "ground", 17: LAVA, 18: LAVA, 20: "crate"},
    "dodgeball": {
        1: "lava wall",
        3: "own ball",
        4: "enemy",
        5: "closed door",
        6: "enemy's ball",
        7: "open door",
        8: "dust cloud",
    },
    "fruitbot": {
        1: "barrier",
        3: "thrown key",
        4: "other food",
        7: "fruit",
        10: "locked door",
        11: "lock",
        12: "present",
    },
    "heist": {1: DOORS, 2: KEYS, 9: "gem"},
    "jumper": {1: "carrot", 2: "spike", 6: "wall", 7: "ground"},
    "leaper": {1: "log", 2: "road", 3: "water", 4: "car", 5: "finish line"},
    "maze": {2: "cheese"},
    "miner": {
        1: "boulder",
        2: "diamond",
        3: "moving boulder",
        4: "moving diamond",
        6: "exit",
        9: "dirt",
    },
    "ninja": {1: "mushroom", 6: "bomb", 7: "throwing star", 14: "fire", 20: "wall"},
    "plunder": {1: "own bullet", 2: "sign of the target", 6: "panel", 7: "ship"},
    "starpilot": {
        1: "own bullet",
        2: "bullet",
        3: "turret's bullet",
        4: "flyer",
        5: "meteor",
        6: "cloud",
        7: "turret",
        8: "fast flyer",
        9: "finish line",
    },
}

# Those whose direction tells them apart: they turn round, or come from both sides.
TURNING = {
    "bigfish": ("fish",),
    "climber": ("enemy",),
    "coinrun": ("enemy",),
    "leaper": ("log", "car"),
    "plunder": ("ship",),
}

# The two squares in the upper left that the velocity is painted into, as sizes of the observation.
VELOCITY, VELOCITY_BOX = "velocity", (0.2, 0.1, 0.2, 0.1)


# What is told of each thing: a field of ENTITY.
_FIELDS = ("type", "image_theme", "vx", "x", "y", "rx", "ry")


def objects_in_view(game, state):
    """The Seen of one game's state (bytes): what has its centre in view. game: its name."""
    state = State(state)
    names = {**COMMON, **TYPES.get(game, {})}
    things = np.concatenate([_entities(state.entities, names), _cells(state.grid, names)], axis=1)
    boxes = _on_screen(things[3:].T, state.numbers)
    shown = np.all((boxes[:, :2] > 0) & (boxes[:, :2] < 1), axis=1)
    painted = bool(state.numbers["paint_vel_info"] and state.numbers["has_useful_vel_info"])
    if painted:
        x, y, half_width, half_height = VELOCITY_BOX
        shown &= (boxes[:, 0] > x + half_width) | (boxes[:, 1] > y + half_height)
    kinds = [_name(names[int(kind)], theme, vx, TURNING.get(game, ())) for kind, theme, vx in things[:3, shown].T]
    kinds += [VELOCITY] * painted
    return Seen(np.array(kinds, object), np.concatenate([boxes[shown], np.reshape([VELOCITY_BOX] * painted, (-1, 4))]))


def _entities(entities, names):
    """_FIELDS (7, n) of the entities that have a name and lie among the cells."""
    kept = entities[np.isin(entities["type"], list(names)) & (entities["use_abs_coords"] == 0)]
    return np.stack([kept[field].astype(float) for field in _FIELDS])


def _cells(grid, names):
    """The same of the cells that have a name."""
    rows, columns = np.nonzero(np.isin(grid, [kind for kind in names if kind != AGENT]))
    still, half = np.zeros(len(rows)), np.full(len(rows), 0.5)
    return np.stack([grid[rows, columns], still, still, columns + 0.5, rows + 0.5, half, half])


def _name(name, theme, vx, turning):
    if isinstance(name, tuple):
        return name[min(int(theme), len(name) - 1)]
    return "{} moving {}".format(name, "left" if vx < 0 else "right") if name in turning else name


def _on_screen(boxes, numbers):
    """Boxes (n, 4) in cells from the lower left as parts of the observation, from its upper left."""
    size = numbers["unit"] * numbers["view_dim"]
    x = (boxes[:, 0] * numbers["unit"] - numbers["x_off"]) / size
    y = ((numbers["view_dim"] - boxes[:, 1]) * numbers["unit"] + numbers["y_off"]) / size
    return np.stack([x, y, *(boxes[:, 2:] / numbers["view_dim"]).T], axis=-1)
