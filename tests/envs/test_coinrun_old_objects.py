"""Objects told from pictures: made ones with made sprites, and those of OpenAI's package, if it is there."""

import contextlib
import importlib.util
import subprocess
import sys

import numpy as np
import pytest

from tests.helpers.made_sprites import blob, draw, lava_image
from understanding_rl_vision.envs import make_env
from understanding_rl_vision.envs.coinrun_causes import BUZZSAW, ENEMY_LEFT, ENEMY_RIGHT, LAVA
from understanding_rl_vision.envs.coinrun_old_causes import UNIT
from understanding_rl_vision.envs.coinrun_old_objects import (
    AGENT,
    COIN,
    CRATE,
    GROUND,
    LEFT_END,
    NOTHING,
    RIGHT_END,
    UNKNOWN,
    VELOCITY,
    WALL,
    Things,
    objects_in_picture,
    with_ends,
)
from understanding_rl_vision.envs.sprite_matching import Sprite

installed = pytest.mark.skipif(
    importlib.util.find_spec("coinrun") is None, reason="OpenAI's package coinrun is not installed"
)

FULL_SIZE = 512


def tile(seed):
    """An image that fills a cell: waves of low contrast, (128, 128, 4)."""
    random = np.random.RandomState(seed)
    y, x = np.mgrid[:128, :128] / 128
    waves = [
        random.uniform(0.2, 0.8) + 0.15 * np.sin(2 * np.pi * (random.randint(1, 3) * x + y)) + 0.1 * y for _ in "rgb"
    ]
    return np.clip(np.stack(waves + [np.ones_like(x)], axis=-1), 0, 1).astype(np.float32)


IMAGES = {GROUND: tile(1), WALL: tile(2), CRATE: tile(3), COIN: blob(4, (0.9, 0.8, 0.1)), BUZZSAW: blob(0, 0.6)}
# Of one colour but for its face.
ENEMY = blob(1, (0.5, 0.74, 0.12))
ENEMY[:, 70:, :3] = (0.5, 0.74, 0.12)
LAVA_IMAGE = lava_image()
THINGS = Things(
    list(IMAGES.items()),
    [(LAVA, LAVA_IMAGE)],
    [Sprite(ENEMY_LEFT, "enemy", ENEMY, UNIT), Sprite(ENEMY_RIGHT, "enemy", ENEMY[:, ::-1], UNIT)],
)


def background():
    random = np.random.RandomState(5)
    y, x = np.mgrid[:FULL_SIZE, :FULL_SIZE] / FULL_SIZE
    return np.stack([0.5 + 0.4 * np.sin(random.rand() * 9 * x + random.rand() * 9 * y) for _ in "rgb"], axis=-1)


def level(column, row, floor, things=()):
    """A picture: floor, the kinds of the cells of a row, from the cell at (column, row) on, with walls below, and
    things, each (image, cells to the right, cells above the floor). Cells are drawn left to right and upwards.
    """
    picture = background()
    for number, kind in enumerate(floor):
        if kind:
            draw(picture, IMAGES[WALL], column + UNIT * number, row + UNIT, UNIT)
            draw(picture, IMAGES[kind], column + UNIT * number, row, UNIT)
    for image, x, y in things:
        draw(picture, image, column + x * UNIT, row - y * UNIT, UNIT)
    return np.uint8(np.round(picture * 255))


def told(picture, velocity=False):
    """(kind, column, row) of what is seen, in pixels of the observation."""
    kinds, boxes = objects_in_picture(picture, THINGS, velocity)
    return [(kind, *(64 * box[:2])) for kind, box in zip(kinds, boxes)]


def of_kind(found, kind):
    return [place for name, *place in found if name == kind]


def observed(column, row):
    """The middle of a cell of a picture, in the observation: the agent's lower half is at (255, 257) and (31, 33)."""
    return [pytest.approx((column + 20 - 255) / 8 + 31, abs=0.1), pytest.approx((row + 20 - 257) / 8 + 33, abs=0.1)]


FLOOR = [GROUND] * 4 + [None] * 2 + [GROUND] * 3


@pytest.mark.parametrize("column, row", [(75, 317), (61.4, 301.6), (80.5, 322.5)])
def test_what_fills_cells_is_told_wherever_the_grid_lies(column, row):
    things = [(IMAGES[COIN], 7, 1), (IMAGES[BUZZSAW], 1, 1), (IMAGES[CRATE], 3, 1), (IMAGES[CRATE], 3, 2)]
    found = told(level(column, row, FLOOR, things))
    assert of_kind(found, AGENT) == [[31, 30.5]]
    assert of_kind(found, COIN) == [observed(column + 7 * UNIT, row - UNIT)]
    assert of_kind(found, BUZZSAW) == [observed(column + UNIT, row - UNIT)]
    assert sorted(of_kind(found, CRATE)) == [
        observed(column + 3 * UNIT, row - 2 * UNIT),
        observed(column + 3 * UNIT, row - UNIT),
    ]
    assert of_kind(found, LEFT_END) == [observed(column, row), observed(column + 6 * UNIT, row)]
    assert of_kind(found, RIGHT_END) == [observed(column + 3 * UNIT, row), observed(column + 8 * UNIT, row)]
    assert len(of_kind(found, GROUND)) == 3 and len(of_kind(found, WALL)) == 7
    assert (
        not of_kind(found, ENEMY_LEFT) + of_kind(found, ENEMY_RIGHT) + of_kind(found, LAVA) + of_kind(found, VELOCITY)
    )


@pytest.mark.parametrize("x", [0.5, 1.3125, 2.7])
def test_enemies_are_told_with_their_direction_anywhere_in_a_row(x):
    things = [(ENEMY, x, 1), (ENEMY[:, ::-1], x + 4, 1)]
    found = told(level(70, 317, FLOOR, things))
    assert of_kind(found, ENEMY_LEFT) == [observed(70 + x * UNIT, 317 - UNIT)]
    assert of_kind(found, ENEMY_RIGHT) == [observed(70 + (x + 4) * UNIT, 317 - UNIT)]


@pytest.mark.parametrize("step", [0, 3, 8])
def test_lava_is_told_however_far_it_has_flowed(step):
    flowed = np.roll(LAVA_IMAGE, -step * 128 // 10, axis=1)
    found = told(level(70, 317, FLOOR, [(flowed, 4, 0), (flowed, 5, 0)]))
    assert of_kind(found, LAVA) == [observed(70 + 4 * UNIT, 317), observed(70 + 5 * UNIT, 317)]


def test_what_the_velocity_covers_is_not_told():
    picture = level(75, 77, [GROUND] * 4, [(ENEMY, 6, 1)])
    assert len(of_kind(told(picture), GROUND)) == 2
    # It reaches to column 205 and row 102.
    picture[:103, :205] = 128
    found = told(picture, velocity=True)
    assert of_kind(found, VELOCITY) == [[12.8, 6.4]] and not of_kind(found, GROUND)
    # What is beside something covered has no end there.
    assert not of_kind(found, LEFT_END) and not of_kind(found, RIGHT_END)
    assert not of_kind(told(picture), VELOCITY)


def test_where_nothing_is_known_there_is_only_the_agent():
    picture = np.uint8(background() * 255)
    assert [kind for kind, *_ in told(picture)] == [AGENT]
    assert [kind for kind, *_ in told(picture, velocity=True)] == [AGENT, VELOCITY]
    # Of another size.
    smaller = draw(background(), IMAGES[BUZZSAW], 100, 300, 28)
    assert [kind for kind, *_ in told(np.uint8(smaller * 255))] == [AGENT]


def test_what_is_transparent_is_not_searched_for():
    clear = np.zeros_like(ENEMY)
    cells = [(kind, clear if kind == COIN else image) for kind, image in IMAGES.items()]
    things = Things(cells, [(LAVA, clear)], [Sprite(ENEMY_LEFT, "enemy", clear, UNIT)])
    picture = level(75, 317, FLOOR, [(IMAGES[COIN], 7, 1), (IMAGES[BUZZSAW], 1, 1), (ENEMY, 2.3, 1)])
    kinds, _ = objects_in_picture(picture, things)
    assert set(kinds) == {AGENT, BUZZSAW, GROUND, WALL, LEFT_END, RIGHT_END}


def test_ends_are_those_of_ground_beside_which_it_is_known_that_nothing_solid_is():
    rows = [[NOTHING, GROUND, GROUND, CRATE], [UNKNOWN, GROUND, WALL, GROUND], [WALL, LAVA, GROUND, NOTHING]]
    assert with_ends(np.array(rows, object)).tolist() == [
        [NOTHING, LEFT_END, RIGHT_END, CRATE],
        [UNKNOWN, GROUND, WALL, GROUND],
        [WALL, LAVA, RIGHT_END, NOTHING],
    ]


@installed
def test_levels_begin_between_a_wall_and_ground():
    with contextlib.closing(make_env("procgen", "coinrun_old", 8, seed=4, full_resolution=True)) as env:
        assert env.tells_objects
        for kinds, boxes in env.objects():
            places = {(round(64 * x), round(64 * y)): kind for kind, (x, y) in zip(kinds, boxes[:, :2])}
            assert places[31, 30] == AGENT and places[13, 6] == VELOCITY
            assert [places[26, 33 - 5 * up] for up in range(3)] == [WALL] * 3
            # To the right there is ground for three cells at least.
            assert [places[31 + 5 * right, 38] for right in range(3)] == [GROUND] * 3


@installed
def test_all_kinds_are_met_on_the_way():
    met = set()
    with contextlib.closing(make_env("procgen", "coinrun_old", 4, seed=3, full_resolution=True)) as env:
        for step in range(120):
            env.act(np.full(4, [1, 1, 4, 4][step % 4]))
            if step % 12 == 11:
                met.update(kind for kinds, _ in env.objects() for kind in kinds)
    assert {AGENT, BUZZSAW, CRATE, GROUND, WALL, LEFT_END, VELOCITY} <= met
    assert met & {ENEMY_LEFT, ENEMY_RIGHT}


NOTHING_TOLD = """
from understanding_rl_vision.envs import make_env
env = make_env("procgen", "coinrun_old", 1, {})
assert not env.tells_objects and env.objects() is None
"""


@installed
@pytest.mark.parametrize("options", ["full_resolution=False", "full_resolution=True, game_type='maze'"])
def test_without_pictures_and_in_mazes_nothing_is_told(options):
    # A process has one set of options.
    subprocess.run([sys.executable, "-c", NOTHING_TOLD.format(options)], check=True)
