"""What ends an episode of the first CoinRun, read from its last two pictures, which are all that its library tells.

The agent is in the middle of every picture, 1 unit wide and 2 high. Everything else is drawn where it is, to a fraction
of a pixel. Saws and enemies are drawn after the agent; over them lie only others of their kind and the white trails of
enemies. In a step they move first, and end the level if |dx| + |dy| < 1 unit between them and the agent, which has not
moved yet; then it moves, and dies in cells of lava. So the picture before the step tells of saws and enemies, and
the one after it of lava.

Pictures are (rows, columns, 3), uint8, cut from 512 × 512 around the middle; rows and columns are even in number.
"""

import collections

import numpy as np

from understanding_rl_vision.envs import sprite_matching
from understanding_rl_vision.envs.coinrun_causes import BUZZSAW, ENEMY_LEFT, ENEMY_RIGHT, LAVA, MULTIPLE, OTHER

# Pixels of a unit, at the zoom that levels have.
UNIT = 40

# Units that enemies move in a step.
SPEED = 0.15
MOVES = {BUZZSAW: 0, ENEMY_LEFT: -SPEED, ENEMY_RIGHT: SPEED}

REACH = 1.0
# Positions are exact to some 0.02 units. What is farther than REACH may have been slower or faster than SPEED.
EXACT, NEAR = 0.02, 0.15

# Farthest that the enemy and the agent move against each other in a step, in units, across and up.
MOST_ACROSS, MOST_UP = 0.8, 1.7

# Shares of a sprite's contrast: left unexplained where a sprite is in plain sight, and explained where it is veiled.
# FIRST_GLANCE: what is left where a sprite may be, before fractions of a pixel are tried.
FIRST_GLANCE, PLAIN, VEILED, VEILED_AND_MORE = 0.6, 0.25, 0.25, 0.45

# Sprites that are nearer to each other than this, in units, are one, seen as two.
APART = 0.3

Found = collections.namedtuple("Found", "kind name x y fit")
Found.__doc__ = """A sprite in a picture: the cause and the name that it has, and its place from the agent's, in units.

fit: how sure it is, more for better ones.
"""


def cause(before, after, sprites, lava):
    """Return the one of CAUSES that ended an episode without a coin, and before its time was over.

    before: the picture before the last action, after: the one after it. sprites: a `sprite_matching.Sprites` of saws
    and enemies, whose kinds are causes. lava: images of cells of lava, a list of (height, width, 4).
    """
    causes = {LAVA} if touches_lava(after, lava) else set()
    found = _within_reach(_in_plain_sight(before, sprites), NEAR)
    if not found and not causes:
        found = _veiled(before, sprites)
    # If nothing else did it, it was the nearest.
    close = _within_reach(found, EXACT) or ([] if causes else found[:1])
    causes.update(_kind_after(one, after, sprites) for one in close)
    if len(causes) > 1:
        return MULTIPLE
    return causes.pop() if causes else OTHER


def touches_lava(picture, lava):
    """Whether the agent's feet are in a cell of lava: pits are wider than the agent, so that it shows beside it."""
    left, top = _corner(picture)
    picture = picture.astype(np.float32) / 255
    tops = range(top - UNIT + 1, top + UNIT + 1)
    for column in (left - UNIT // 2, left + UNIT):
        strip = picture[:, column : column + UNIT // 2]
        windows = np.stack([strip[row : row + UNIT] for row in tops])
        if any(_is_flowing(windows, cell) for cell in lava):
            return True
    return False


def _is_flowing(windows, image):
    """Whether one of windows (N, UNIT, UNIT / 2, 3) shows part of a cell whose image flows through it."""
    drawn, opaque = sprite_matching.drawn(image, UNIT, 0, 0, UNIT)
    phases = [np.roll(np.arange(UNIT), shift)[: UNIT // 2] for shift in range(UNIT)]
    masks = np.stack([opaque[:, columns] for columns in phases]).reshape(UNIT, -1).astype(np.float32)
    cells = np.stack([drawn[:, columns] for columns in phases]).reshape(UNIT, -1, 3)
    cells = cells * masks[..., None]
    sizes = masks.sum(axis=1)
    contrast = (cells**2).sum(axis=(1, 2)) - (cells.sum(axis=1) ** 2).sum(axis=-1) / sizes
    windows = windows.reshape(len(windows), -1, 3)
    squares = (windows**2).sum(axis=-1) @ masks.T
    products = windows.reshape(len(windows), -1) @ cells.reshape(UNIT, -1).T
    return bool(((squares - 2 * products + (cells**2).sum(axis=(1, 2))) < PLAIN * contrast).any())


def _corner(picture):
    """Column and row of the upper left corner of the lower half of the agent."""
    rows, columns = picture.shape[:2]
    return columns // 2 - 1 - UNIT // 2, rows // 2 + 1 - UNIT // 2


def _distance(one):
    """From where the agent is to where a saw or an enemy will be when the game looks, in units."""
    return abs(one.x + MOVES[one.kind]) + abs(one.y)


def _within_reach(found, more):
    return sorted((one for one in found if _distance(one) < REACH + more), key=_distance)


def _in_plain_sight(picture, sprites):
    """The sprites around the agent that nothing covers, as a list of Found."""
    left, top = _corner(picture)
    most = int((REACH + SPEED + NEAR) * UNIT)
    around = picture[top - most : top + UNIT + most, left - most : left + UNIT + most]
    offsets = np.arange(-most, most) / UNIT
    found = []
    for sprite, unexplained in zip(sprites, sprites.unexplained(around)):
        far = np.abs(offsets + MOVES[sprite.kind]) + np.abs(offsets[:, None]) >= REACH + NEAR
        unexplained = np.where(far, np.inf, unexplained)
        row, column = np.unravel_index(unexplained.argmin(), unexplained.shape)
        if unexplained[row, column] < FIRST_GLANCE:
            value, column, row = sprite_matching.refined(around, sprite, column, row)
            found.append(Found(sprite.kind, sprite.name, (column - most) / UNIT, (most - row) / UNIT, -value))
    return _distinct([one for one in found if one.fit > -PLAIN])


def _veiled(picture, sprites):
    """Sprites that stand where the agent does, half hidden by trails and others; the surest first."""
    left, top = _corner(picture)
    most = int((REACH + SPEED) * UNIT)
    row = picture[top : top + UNIT + 1, left - most : left + UNIT + 1 + most]
    found = []
    for sprite in sprites:
        explained, column = sprite_matching.explained_in_row(row, sprite)
        found.append(Found(sprite.kind, sprite.name, (column - most) / UNIT, 0, explained))
    found = _within_reach(found, EXACT)
    found = _distinct([one for one in found if one.fit > VEILED])
    return [one for number, one in enumerate(found) if number == 0 or one.fit > VEILED_AND_MORE]


def _distinct(found):
    """Of sprites in the same place the surest, in order."""
    kept = []
    for one in sorted(found, key=lambda one: -one.fit):
        if all(max(abs(one.x - other.x), abs(one.y - other.y)) > APART for other in kept):
            kept.append(one)
    return kept


def _kind_after(one, after, sprites):
    """What a sprite is after the step: an enemy may have turned."""
    if one.kind == BUZZSAW:
        return one.kind
    left, top = _corner(after)
    across, up = (int(most * UNIT) for most in (REACH + SPEED + NEAR + MOST_ACROSS, REACH + MOST_UP))
    first_row, first_column = max(top - UNIT, 0), max(left - across, 0)
    around = after[first_row : top + UNIT + up, first_column : left + UNIT + across]
    matched = []
    for sprite, value, column, row in sprite_matching.best_cut_off(around, sprites.named(one.name)):
        x, y = (first_column + column - left) / UNIT, (top - first_row - row) / UNIT
        if abs(x - one.x) < MOST_ACROSS and abs(y - one.y) < MOST_UP:
            matched.append((value, sprite.kind))
    value, kind = min(matched, default=(1, None))
    return kind if value < PLAIN else one.kind
