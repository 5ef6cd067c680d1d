"""The folder of images that Procgen draws its games with."""

import os

from understanding_rl_vision.errors import InputError, quoted

# Procgen reads its images once per process; the folder they came from.
_loaded = None


def own_folder(package):
    """Return the folder of the images that come with Procgen."""
    return os.path.join(os.path.dirname(package.__file__), "data", "assets")


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
