"""The images of OpenAI's package coinrun that its pictures are drawn with, as far as causes and objects need them."""

import functools
import os

import numpy as np
import PIL.Image

from understanding_rl_vision.envs import coinrun_causes
from understanding_rl_vision.envs.coinrun_causes import BUZZSAW, ENEMY_LEFT, ENEMY_RIGHT
from understanding_rl_vision.envs.coinrun_old_causes import UNIT
from understanding_rl_vision.envs.coinrun_old_objects import COIN, CRATE, GROUND, WALL, Things
from understanding_rl_vision.envs.sprite_matching import Sprite, Sprites

SAW = "sawHalf"
WALKING = ("slimeBlock", "slimePurple", "slimeBlue", "slimeGreen", "mouse", "snail", "ladybug", "wormGreen", "wormPink")
# Only in levels of platforms.
FLYING = ("bee",)

LAVA = ("lavaTop_low", "lava")
GROUNDS = ("Dirt", "Grass", "Planet", "Sand", "Snow", "Stone")
CRATES = ("boxCrate", "boxCrate_double", "boxCrate_single", "boxCrate_warning")


def load_sprites(assets, flying=False):
    """Return the Sprites of saws and enemies from a folder of assets; flying: those of enemies that fly too.

    Each has two images that take turns. They face left; of what moves right they are mirrored, and of saws always.
    """
    sprites = []
    for name in (SAW,) + WALKING + (FLYING if flying else ()):
        for pose in ("", "_move"):
            image = _load(assets, "Enemies", name + pose)
            mirrored = image[:, ::-1]
            if name == SAW:
                sprites.append(Sprite(BUZZSAW, name, mirrored, UNIT))
            else:
                sprites += [Sprite(ENEMY_LEFT, name, image, UNIT), Sprite(ENEMY_RIGHT, name, mirrored, UNIT)]
    return Sprites(sprites)


def load_lava(assets):
    """Return the images of cells of lava, at the surface and below it."""
    return [_load(assets, "Tiles", name) for name in LAVA]


@functools.lru_cache(maxsize=1)
def load_things(assets):
    """Return the Things that pictures are searched for, from a folder of assets."""
    sprites = load_sprites(assets, flying=True)
    cells = [
        (kind, _load(assets, "Ground", theme, theme.lower() + part))
        for theme in GROUNDS
        for kind, part in ((GROUND, "Mid"), (WALL, "Center"))
    ]
    cells += [(CRATE, _load(assets, "Tiles", name)) for name in CRATES]
    cells.append((COIN, _load(assets, "Items", "coinGold")))
    cells += [(BUZZSAW, sprite.image) for sprite in sprites.named(SAW)]
    flowing = [(coinrun_causes.LAVA, image) for image in load_lava(assets)]
    return Things(cells, flowing, [sprite for sprite in sprites if sprite.kind != BUZZSAW])


def _load(assets, *path):
    with PIL.Image.open(os.path.join(assets, "kenney", *path) + ".png") as image:
        return np.asarray(image.convert("RGBA"), np.float32) / 255
