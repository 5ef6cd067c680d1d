"""The objects that the first CoinRun shows, told from its pictures at full size: its library tells nothing.

All but the agent and enemies fill cells of a grid, and enemies are in its rows. So first it is found where the grid
lies, by what fills cells; then each cell is compared with what may fill it, and rows are searched for enemies. What the
edge cuts off, and what is covered by more than a little, is not told.

Pictures are (512, 512, 3), uint8.
"""

import numpy as np

from understanding_rl_vision.envs import sprite_matching
from understanding_rl_vision.envs.base import Seen
from understanding_rl_vision.envs.coinrun_old_causes import FIRST_GLANCE, PLAIN, UNIT
from understanding_rl_vision.envs.coinrun_old_library import FULL_SIZE, SIZE
from understanding_rl_vision.envs.sprite_matching import Sprite, Sprites
from understanding_rl_vision.later import fft

AGENT, COIN, CRATE, GROUND, WALL, VELOCITY = "agent", "coin", "crate", "ground", "wall", "velocity"
LEFT_END, RIGHT_END = "left end of ground", "right end of ground"
SOLID = (GROUND, WALL)
NOTHING, UNKNOWN = "", "unknown"

# What flows moves by a tenth of a cell in a step.
FLOWS = 10

# At whole pixels the edge of a sprite that is nearly of one colour differs more than there is contrast in it. So there
# each of its pixels counts as if it had this much more.
EDGES = 0.01

# How near to each other, in pixels, enemies are one, and how many images are tried where one may be.
APART, TRIES = UNIT // 2, 4

# Where the middle of the agent's lower half is in a picture and in an observation, in pixels.
MIDDLE = np.array([FULL_SIZE // 2 - 1, FULL_SIZE // 2 + 1])
MIDDLE_OBSERVED = np.array([SIZE // 2 - 1, SIZE // 2 + 1])

# The two squares in the upper left that the velocity is painted into, as parts of the observation.
VELOCITY_BOX = (0.2, 0.1, 0.2, 0.1)


class Things:
    """What pictures are searched for.

    cells: list of (kind, image) of what may fill cells, images (height, width, 4) from 0 to 1; flowing: the same of
    what flows through them; enemies: list of Sprite. Those that are transparent are not searched for.
    """

    def __init__(self, cells, flowing, enemies):
        self.cells = Sprites(_visible(Sprite(kind, None, image, UNIT) for kind, image in cells))
        flows = [
            Sprite(kind, None, np.roll(image, -step * image.shape[1] // FLOWS, axis=1), UNIT)
            for kind, image in flowing
            for step in range(FLOWS)
        ]
        self.flowing, self.enemies = _visible(flows), _visible(enemies)
        self.rows = _Rows(self.enemies) if self.enemies else None


def _visible(sprites):
    return [sprite for sprite in sprites if sprite.drawn()[1].any()]


def objects_in_picture(picture, things, velocity=False):
    """The Seen of a picture, in places of the observation. velocity: whether it is painted into the picture."""
    found = [(AGENT, MIDDLE[0], MIDDLE[1] - UNIT / 2, UNIT / 2, UNIT)]
    maps = list(things.cells.unexplained(picture))
    grid = grid_of(maps)
    if grid is not None:
        column, row = grid
        kinds = _kinds_of_cells(picture, things, maps, column, row)
        if velocity:
            across, down = ((2 * part * FULL_SIZE - first) / UNIT for part, first in zip(VELOCITY_BOX[2:], grid))
            # Of what it covers in part nothing is known.
            kinds[: int(np.ceil(down)), : int(np.ceil(across))] = UNKNOWN
        kinds = with_ends(kinds)
        for y, x in zip(*np.nonzero(np.isin(kinds.astype(str), (NOTHING, UNKNOWN), invert=True))):
            found.append((kinds[y, x], *_middle(column + x * UNIT, row + y * UNIT)))
        if things.rows is not None:
            found += [(kind, *_middle(left, top)) for kind, left, top in _enemies(picture, things, row)]
    boxes = [_observed(*box) for _, *box in found] + [VELOCITY_BOX] * velocity
    return Seen(np.array([kind for kind, *_ in found] + [VELOCITY] * velocity, object), np.array(boxes))


def grid_of(maps):
    """Column and row of the first whole cell, from what each place leaves unexplained (n maps), or None."""
    explained = np.zeros((UNIT, UNIT))
    for unexplained in maps:
        shown = np.clip(FIRST_GLANCE - unexplained, 0, None)
        shown = np.pad(shown, [(0, -length % UNIT) for length in shown.shape], "constant")
        explained += shown.reshape(shown.shape[0] // UNIT, UNIT, shown.shape[1] // UNIT, UNIT).sum(axis=(0, 2))
    row, column = np.unravel_index(explained.argmax(), explained.shape)
    return (int(column), int(row)) if explained[row, column] > 0 else None


def _kinds_of_cells(picture, things, maps, column, row):
    """Kinds (rows, columns) of the whole cells of a grid."""
    left = np.stack([unexplained[row::UNIT, column::UNIT] for unexplained in maps])
    kinds = _best(left, [sprite.kind for sprite in things.cells])
    if things.flowing:
        flowing = _best(_unexplained_cells(picture, things.flowing, column, row), [s.kind for s in things.flowing])
        kinds = np.where(kinds == NOTHING, flowing[: kinds.shape[0], : kinds.shape[1]], kinds)
    return kinds


def _best(unexplained, kinds):
    """The kind that leaves least, of unexplained (kinds, rows, columns), where it is little."""
    best = unexplained.argmin(axis=0)
    return np.where(unexplained.min(axis=0) < FIRST_GLANCE, np.array(kinds, object)[best], NOTHING)


def _unexplained_cells(picture, sprites, column, row):
    """What each whole cell of a grid leaves unexplained of sprites, (sprites, rows, columns)."""
    inside = picture[row:, column:].astype(np.float32) / 255
    down, across = (length // UNIT for length in inside.shape[:2])
    cells = inside[: down * UNIT, : across * UNIT].reshape(down, UNIT, across, UNIT, 3)
    cells = cells.transpose(0, 2, 1, 3, 4).reshape(down * across, UNIT * UNIT, 3)
    drawn = [[part[:UNIT, :UNIT] for part in sprite.drawn()] for sprite in sprites]
    masks = np.stack([opaque.reshape(-1) for _, opaque in drawn]).astype(np.float32)
    colours = np.stack([colours.reshape(-1, 3) for colours, _ in drawn]) * masks[..., None]
    contrast = (colours**2).sum(axis=(1, 2)) - (colours.sum(axis=1) ** 2).sum(axis=-1) / masks.sum(axis=1)
    squares = (cells**2).sum(axis=-1) @ masks.T
    products = cells.reshape(len(cells), -1) @ colours.reshape(len(sprites), -1).T
    left = (squares - 2 * products + (colours**2).sum(axis=(1, 2))) / contrast
    return left.T.reshape(len(sprites), down, across)


def with_ends(kinds):
    """Kinds (rows, columns) of cells, with the ends of ground as kinds of their own: nothing solid is beside them."""
    solid = np.isin(kinds.astype(str), SOLID + (UNKNOWN,))
    ground = kinds == GROUND
    kinds = kinds.copy()
    kinds[:, 1:][ground[:, 1:] & ~solid[:, :-1]] = LEFT_END
    kinds[:, :-1][ground[:, :-1] & ~solid[:, 1:]] = RIGHT_END
    return kinds


class _Rows:
    """Enemies, transformed so that all are sought in all rows at once."""

    def __init__(self, enemies):
        drawn = [sprite.drawn() for sprite in enemies]
        masks = np.stack([opaque for _, opaque in drawn]).astype(np.float32)
        colours = np.stack([colours for colours, _ in drawn]) * masks[..., None]
        self._constant = (colours**2).sum(axis=(1, 2, 3))
        sizes = masks.sum(axis=(1, 2))
        self._contrast = self._constant - (colours.sum(axis=(1, 2)) ** 2).sum(axis=-1) / sizes + EDGES * sizes
        # (enemies, rows of pixels, columns, channels), the last that of squares.
        parts = np.concatenate([-2 * colours, masks[..., None]], axis=-1)
        self._transformed = np.conj(_by_frequency(parts, FULL_SIZE)).transpose(0, 2, 1)

    def unexplained(self, picture, tops):
        """What each place in rows leaves unexplained at first glance, (rows, enemies, places); tops: of the rows."""
        height = UNIT + 1
        strips = np.stack([picture[top : top + height] for top in tops]).astype(np.float32) / 255
        strips = np.concatenate([strips, (strips**2).sum(axis=-1, keepdims=True)], axis=-1)
        found = _by_frequency(strips, FULL_SIZE) @ self._transformed
        found = fft.irfft(found, FULL_SIZE, axis=0)[: FULL_SIZE - UNIT].transpose(1, 2, 0)
        return (found + self._constant[:, None]) / self._contrast[:, None]


def _by_frequency(parts, length):
    """Transforms along columns of (n, rows, columns, channels), as (frequencies, n, rows · channels)."""
    transformed = fft.rfft(parts, length, axis=2).transpose(2, 0, 1, 3)
    return np.ascontiguousarray(transformed.reshape(*transformed.shape[:2], -1))


def _enemies(picture, things, row):
    """(kind, left, top) of the enemies in the rows of a grid."""
    tops = range(row, FULL_SIZE - UNIT, UNIT)
    found = []
    for top, unexplained in zip(tops, things.rows.unexplained(picture, tops)):
        while unexplained.min() < FIRST_GLANCE:
            column = int(unexplained.min(axis=0).argmin())
            around = slice(max(column - APART, 0), column + APART)
            tried = [
                (*sprite_matching.refined(picture, things.enemies[i], _lowest(unexplained[i], around), top), i)
                for i in unexplained[:, around].min(axis=1).argsort()[:TRIES]
            ]
            value, left, exact_top, best = min(tried)
            if value < PLAIN:
                found.append((things.enemies[best].kind, left, exact_top))
            unexplained[:, around] = np.inf
    return found


def _lowest(values, around):
    return around.start + int(values[around].argmin())


def _middle(left, top):
    return left + UNIT / 2, top + UNIT / 2, UNIT / 2, UNIT / 2


def _observed(x, y, half_width, half_height):
    """A box in pixels of a picture, as parts of the observation, which is drawn a little aside."""
    x, y = (np.array([x, y]) - MIDDLE) * SIZE / FULL_SIZE + MIDDLE_OBSERVED
    return x / SIZE, y / SIZE, half_width / FULL_SIZE, half_height / FULL_SIZE
