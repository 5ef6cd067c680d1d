"""The folder that the interface, or a gallery, is written to."""

import os
import pathlib

from understanding_rl_vision.checks import check_path
from understanding_rl_vision.files import check_local, check_writable, unwritable

INTERFACE_FILE = "interface.html"


def prepare(output_dir, subdirs, page=INTERFACE_FILE):
    """Make the folder and its subfolders; take away an earlier page, so that none stands while its images change.

    page: the page's file name. Raises InputError for a remote folder and for one that cannot be written to.
    """
    output_dir = check_path("output_dir", output_dir)
    check_local(output_dir)
    page = os.path.join(output_dir, page)
    try:
        for subdir in [""] + sorted(subdirs):
            os.makedirs(os.path.join(output_dir, subdir), exist_ok=True)
        if os.path.exists(page):
            os.remove(page)
    except OSError as error:
        raise unwritable(error.filename or output_dir, error) from error
    check_writable(page)


def size_in_bytes(folder):
    """The size of all files below a folder."""
    return sum(os.path.getsize(os.path.join(path, name)) for path, _, names in os.walk(folder) for name in names)


def summary_line(page, progress):
    """What a command closes with: the page's address, the size of its folder, and how long each stage took."""
    path = pathlib.Path(page).resolve()
    return "{} ({:.1f} MB; {})".format(path.as_uri(), size_in_bytes(str(path.parent)) / 1e6, progress.summary())
