"""Games with some objects invisible: a copy of the game's images in which theirs are transparent."""

import functools
import glob
import os
import shutil

import PIL.Image

from understanding_rl_vision.envs import procgen_images
from understanding_rl_vision.envs.coinrun_causes import BUZZSAW, ENEMY_LEFT, ENEMY_RIGHT, LAVA
from understanding_rl_vision.envs.coinrun_old_library import assets_of, find_folder
from understanding_rl_vision.envs.procgen_package import import_procgen
from understanding_rl_vision.errors import InputError, quoted
from understanding_rl_vision.temporary import folder_until_exit

_ENEMIES = "slimeBlock slimePurple slimeBlue slimeGreen mouse snail ladybug wormGreen wormPink bee"

# The images of what can be hidden, in both CoinRuns; each has some of them.
IMAGES = {
    "agent": ["kenney/Players/128x256/*/*.png"],
    "buzzsaw": ["kenney/Enemies/sawHalf*.png"],
    "coin": ["kenney/Items/coinGold.png"],
    "crates": ["kenney/Tiles/boxCrate*.png"],
    "enemies": ["kenney/Enemies/{}{}.png".format(name, suffix) for name in _ENEMIES.split() for suffix in ("", "_move")]
    # The trail that they draw behind them, which the first CoinRun draws without an image.
    + ["misc_assets/iconCircle_white.png"],
    "lava": ["kenney/Tiles/lava.png", "kenney/Tiles/lavaTop_low.png"],
}

# Where each game's own images are.
_OWN_IMAGES = {
    "coinrun": lambda: procgen_images.own_folder(import_procgen("Hiding objects")),
    "coinrun_old": lambda: assets_of(find_folder("Hiding objects")),
}

# The failures that hiding something is expected to cause.
CAUSES = {"buzzsaw": (BUZZSAW,), "enemies": (ENEMY_LEFT, ENEMY_RIGHT), "lava": (LAVA,)}


def check_names(name, hidden):
    """Return names of objects, a list or one of them, as a sorted tuple. Raises InputError for what has no images."""
    if not isinstance(hidden, (str, list, tuple)):
        raise InputError(
            "{}={} given; a list of {} is accepted.".format(name, quoted(hidden), ", ".join(sorted(IMAGES)))
        )
    given = (hidden,) if isinstance(hidden, str) else tuple(hidden)
    for object_name in given:
        if object_name not in IMAGES:
            raise InputError(
                "{}={} given; what can be hidden is {}.".format(name, quoted(hidden), ", ".join(sorted(IMAGES)))
            )
    return tuple(sorted(set(given)))


def check_hidden(name, hidden, env_name):
    """Return names of objects as a sorted tuple. Raises InputError for what cannot be hidden in that game."""
    names = check_names(name, hidden or ())
    if names and env_name not in _OWN_IMAGES:
        raise InputError(
            "{}={} given; in {} nothing can be hidden, only in {}.".format(
                name, quoted(hidden), env_name, " and ".join(_OWN_IMAGES)
            )
        )
    return names


@functools.lru_cache(maxsize=None)
def assets_without(hidden, env_name, resource_root=None):
    """Return a folder of a game's images in which the objects of these names are transparent.

    It is kept until the process ends. resource_root: the images to copy, by default the game's own.
    """
    folder = os.path.join(folder_until_exit("assets"), "assets")
    shutil.copytree(resource_root or _OWN_IMAGES[env_name](), folder)
    for pattern in (pattern for name in hidden for pattern in IMAGES[name]):
        for path in glob.glob(os.path.join(glob.escape(folder), pattern)):
            with PIL.Image.open(path) as image:
                size = image.size
            PIL.Image.new("RGBA", size, (0, 0, 0, 0)).save(path)
    return folder
