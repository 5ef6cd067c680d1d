"""What is in a folder."""

import os

from understanding_rl_vision.pages.manifest import MANIFEST


def files_below(folder):
    """The files below a folder, relative to it, but for the list of them that a page has."""
    folder = str(folder)
    found = [os.path.join(path, name) for path, _, names in os.walk(folder) for name in names]
    names = {os.path.relpath(path, folder).replace(os.sep, "/") for path in found}
    return {name for name in names if os.path.basename(name) != MANIFEST}
