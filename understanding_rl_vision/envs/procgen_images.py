"""The folder of images that Procgen draws its games with."""

import os

from understanding_rl_vision import checks
from understanding_rl_vision.errors import InputError, quoted

# Procgen reads its images once per process; the folder they came from.
_loaded = None


def whole_folder(folder, package):
    """Return the folder as Procgen wants it: it joins paths by concatenation, and dies of a missing image."""
    folder = os.path.abspath(checks.check_directory("resource_root", folder))
    own = os.path.join(os.path.dirname(package.__file__), "data", "assets")
    for path, _, names in os.walk(own):
        for name in names:
            image = os.path.relpath(os.path.join(path, name), own)
            if name.endswith(".png") and not os.path.isfile(os.path.join(folder, image)):
                raise InputError(
                    "resource_root={} given, which has no {}. A folder with every image of {} is accepted: "
                    "copy that and change the copy.".format(quoted(folder), image, own)
                )
    return os.path.join(folder, "")


def claim(resource_root):
    """Procgen keeps the images of the first environment of the process: refuse to show them as others."""
    global _loaded
    wanted = resource_root or "its own assets"
    if _loaded not in (None, wanted):
        raise InputError(
            "resource_root={} given, but this process has already loaded Procgen's images from {}. "
            "Use another process.".format(quoted(resource_root), _loaded)
        )
    _loaded = wanted
