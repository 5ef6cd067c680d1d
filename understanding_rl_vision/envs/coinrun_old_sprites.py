"""The images of OpenAI's package coinrun that its pictures are drawn with, as far as telling causes needs them."""

import os

import numpy as np
import PIL.Image

from understanding_rl_vision.envs.coinrun_causes import BUZZSAW, ENEMY_LEFT, ENEMY_RIGHT
from understanding_rl_vision.envs.coinrun_old_causes import UNIT
from understanding_rl_vision.envs.sprite_matching import Sprite, Sprites

SAW = "sawHalf"
WALKING = ("slimeBlock", "slimePurple", "slimeBlue", "slimeGreen", "mouse", "snail", "ladybug", "wormGreen", "wormPink")
# Only in levels of platforms.
FLYING = ("bee",)

LAVA = ("lavaTop_low", "lava")


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


def _load(assets, *path):
    with PIL.Image.open(os.path.join(assets, "kenney", *path) + ".png") as image:
        return np.asarray(image.convert("RGBA"), np.float32) / 255
