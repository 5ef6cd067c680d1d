"""Folders of images that take the place of a game's own."""

import os

from understanding_rl_vision import checks
from understanding_rl_vision.errors import InputError, quoted


def whole_folder(folder, own):
    """Return the folder as the games want it: they join paths by concatenation, and die of a missing image.

    own: the folder of the game's own images.
    """
    folder = os.path.abspath(checks.check_directory("resource_root", folder))
    for path, _, names in os.walk(own):
        for name in names:
            image = os.path.relpath(os.path.join(path, name), own)
            if name.endswith(".png") and not os.path.isfile(os.path.join(folder, image)):
                raise InputError(
                    "resource_root={} given, which has no {}. A folder with every image of {} is accepted: "
                    "copy that and change the copy.".format(quoted(folder), image, own)
                )
    return os.path.join(folder, "")
