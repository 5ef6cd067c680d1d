"""What is in a folder."""

import os


def files_below(folder):
    """The files below a folder, relative to it."""
    folder = str(folder)
    found = [os.path.join(path, name) for path, _, names in os.walk(folder) for name in names]
    return {os.path.relpath(path, folder).replace(os.sep, "/") for path in found}
