"""Causes read from pictures: made ones with made sprites, and the 183 endings that the game's state told, if there."""

import collections
import importlib.util
import os

import numpy as np
import pytest

from tests.helpers.made_sprites import blob, draw, lava_image
from understanding_rl_vision.envs.coinrun_causes import BUZZSAW, ENEMY_LEFT, ENEMY_RIGHT, LAVA, MULTIPLE, OTHER
from understanding_rl_vision.envs.coinrun_old_causes import SPEED, UNIT, cause
from understanding_rl_vision.envs.coinrun_old_sprites import load_lava, load_sprites
from understanding_rl_vision.envs.sprite_matching import Sprite, Sprites

SIZE = 256


SAW, ENEMY, OTHER_ENEMY = blob(0, 0.6), blob(1, (0.2, 0.7, 0.3)), blob(2, (0.9, 0.6, 0.8))
SPRITES = Sprites(
    [Sprite(BUZZSAW, "saw", SAW, UNIT)]
    + [
        Sprite(kind, name, image[:, ::step], UNIT)
        for name, image in (("enemy", ENEMY), ("other", OTHER_ENEMY))
        for kind, step in ((ENEMY_LEFT, 1), (ENEMY_RIGHT, -1))
    ]
)


LAVA_IMAGE = lava_image()


def background(seed=0):
    """A picture with large soft shapes and an agent in its middle, colours from 0 to 1."""
    random = np.random.RandomState(seed)
    y, x = np.mgrid[:SIZE, :SIZE] / SIZE
    waves = [0.5 + 0.4 * np.sin(random.rand() * 9 * x + random.rand() * 9 * y + random.rand() * 6) for _ in range(3)]
    picture = np.stack(waves, axis=-1)
    left, top = corner()
    picture[top - UNIT : top + UNIT, left + 8 : left + UNIT - 8] = (0.9, 0.8, 0.2)
    return picture


def corner():
    return SIZE // 2 - 1 - UNIT // 2, SIZE // 2 + 1 - UNIT // 2


def put(picture, image, x, y, size=UNIT):
    """Draw an image x units to the right of the agent and y above."""
    left, top = corner()
    return draw(picture, image, left + x * UNIT, top - y * UNIT, size)


def veil(picture, share, columns):
    """Cover columns with white, of which `share` hides."""
    picture[:, columns] = 1 - (1 - share) * (1 - picture[:, columns])
    return picture


def pixels(picture):
    return np.uint8(np.round(picture * 255))


def told(before, after=None):
    after = background(1) if after is None else after
    return cause(pixels(before), pixels(after), SPRITES, [LAVA_IMAGE])


@pytest.mark.parametrize("x, y", [(0.9, 0), (-0.6, 0), (0.03, -0.4), (-0.31, -0.5), (0.111, 0.2)])
def test_what_touches_the_agent_is_told(x, y):
    assert told(put(background(), SAW, x, y)) == BUZZSAW
    assert told(put(background(), ENEMY, x, y)) == ENEMY_LEFT
    assert told(put(background(), OTHER_ENEMY, x, y)) == ENEMY_LEFT


def test_what_moves_right_is_mirrored():
    assert told(put(background(), ENEMY[:, ::-1], -0.8, 0)) == ENEMY_RIGHT


def test_enemies_come_nearer_before_the_game_looks_and_saws_do_not():
    reach = 1 + SPEED - 0.03
    assert told(put(put(background(), ENEMY, reach, 0), SAW, -reach - 0.05, 0)) == ENEMY_LEFT
    # One that moves away from the agent is out of reach, and the saw within.
    assert told(put(put(background(), ENEMY[:, ::-1], 0.9, 0), SAW, -0.97, 0)) == BUZZSAW


def test_an_enemy_that_has_turned_moves_as_it_does_after_the_step():
    after = put(background(1), ENEMY[:, ::-1], 0.2, -1)
    assert told(put(background(), ENEMY, 0.5, 0), after) == ENEMY_RIGHT
    # Where it is cut off by the edge too.
    cut = put(background(1), ENEMY[:, ::-1], 0.2, -1)[26:-26, 26:-26]
    assert cause(pixels(put(background(), ENEMY, 0.5, 0)), pixels(cut), SPRITES, []) == ENEMY_RIGHT


def test_two_kinds_are_multiple():
    both = put(put(background(), SAW, -0.7, 0), ENEMY, 0.6, 0)
    assert told(both) == MULTIPLE
    assert told(put(put(background(), ENEMY[:, ::-1], -0.7, 0), OTHER_ENEMY, 0.6, 0)) == MULTIPLE
    assert told(put(put(background(), ENEMY, -0.7, 0), OTHER_ENEMY, 0.6, 0)) == ENEMY_LEFT


def test_what_is_half_hidden_is_told_by_its_other_half():
    picture = put(background(), ENEMY, 0.4, 0)
    left, top = corner()
    right = slice(int(left + 0.4 * UNIT + UNIT // 2), left + 2 * UNIT)
    picture[top : top + UNIT + 1, right] = background(3)[top : top + UNIT + 1, right]
    assert told(picture) == ENEMY_LEFT


def test_trails_hide_nothing():
    left, _ = corner()
    for image, expected in ((SAW, BUZZSAW), (ENEMY, ENEMY_LEFT), (OTHER_ENEMY[:, ::-1], ENEMY_RIGHT)):
        picture = put(background(), image, -0.5, 0)
        veil(picture, 0.6, slice(left - 20, left + 8))
        veil(picture, 0.4, slice(left - 4, left + UNIT))
        assert told(picture) == expected


def test_other_sizes_and_other_things_are_not_told():
    assert told(put(background(), SAW, 0.3, 0, size=28)) == OTHER
    assert told(put(background(), blob(7, (0.5, 0.2, 0.9)), 0.3, 0)) == OTHER
    assert told(background()) == OTHER
    # In sight, and out of reach.
    assert told(put(background(), SAW, 1.4, 0)) == OTHER


def with_lava(top, phase):
    """A picture of a pit of lava as wide as it is, whose cells begin `top` pixels below the agent's middle."""
    picture = background(1)
    image = np.roll(LAVA_IMAGE, phase, axis=1)
    left, middle = corner()
    agent = picture[middle - UNIT : middle + UNIT, left : left + UNIT].copy()
    for x in range(-2, 3):
        put(picture, image, x, -top / UNIT)
    picture[middle - UNIT : middle + UNIT, left : left + UNIT] = agent
    return picture


@pytest.mark.parametrize("phase", [0, 29, 77, 120])
def test_lava_ends_what_dips_into_it_after_the_step(phase):
    assert told(background(), with_lava(30, phase)) == LAVA
    assert told(background(), with_lava(1, phase)) == LAVA
    assert told(background(), with_lava(UNIT + 4, phase)) == OTHER
    assert told(put(background(), SAW, 0.5, 0), with_lava(20, phase)) == MULTIPLE


@pytest.mark.skipif(importlib.util.find_spec("coinrun") is None, reason="OpenAI's package coinrun is not installed")
def test_endings_whose_causes_the_state_of_the_game_told(shared):
    path = shared / "openai" / "endings.npz"
    if not path.exists():
        pytest.skip("no openai/endings.npz in the folder `shared`")
    assets = os.path.join(os.path.dirname(importlib.util.find_spec("coinrun").origin), "assets")
    sprites, lava = load_sprites(assets), load_lava(assets)
    with np.load(str(path)) as endings:
        causes, frames = endings["causes"], endings["frames"]
    right, common = 0, collections.defaultdict(list)
    for (before, after), expected in zip(frames, causes):
        # Coins are told by the reward, and the time limit by the length.
        known = expected in ("coin", "time limit")
        found = expected if known else cause(before, after, sprites, lava)
        right += found == expected
        common[expected].append(found == expected)
    assert right >= 0.97 * len(causes)
    assert all(np.mean(told) >= 0.95 for expected, told in common.items() if len(told) > 10)
