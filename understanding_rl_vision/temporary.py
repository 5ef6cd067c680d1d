"""Temporary folders that do not stay behind."""

import atexit
import contextlib
import glob
import os
import shutil
import tempfile
import time

from understanding_rl_vision.files import NEWLY_MADE
from understanding_rl_vision.interrupts import undisturbed

try:
    import fcntl
except ImportError:
    # Windows.
    fcntl = None

# In each folder: locked as long as its process lives.
LOCK = "lock"


@contextlib.contextmanager
def temporary_folder(start="understanding-rl-vision-", parent=None):
    """As a context: the path of a new folder, which goes when it is left, also by a signal at any moment.

    start: of its name; parent: the folder that it is in, default: that for temporary files.
    """
    folder = None
    try:
        with undisturbed():
            folder = tempfile.mkdtemp(prefix=start, dir=parent)
        yield folder
    finally:
        if folder is not None:
            with undisturbed():
                shutil.rmtree(folder, ignore_errors=True)


def folder_until_exit(kind):
    """Make a temporary folder, which is removed when this process ends. kind: a text, of which its name begins.

    Those of the same kind go, too, whose processes were killed.
    """
    start = os.path.join(tempfile.gettempdir(), "understanding-rl-vision-{}-".format(kind))
    _remove_leftovers(start)
    with undisturbed():
        folder = tempfile.mkdtemp(prefix=os.path.basename(start))
        # Held open for as long as the process lives.
        lock = open(os.path.join(folder, LOCK), "wb")
        if fcntl is not None:
            with contextlib.suppress(OSError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        atexit.register(_remove, folder, lock)
    return folder


def _remove(folder, lock):
    lock.close()
    shutil.rmtree(folder, ignore_errors=True)


def _remove_leftovers(start):
    """Remove our folders of that start of a name that no living process has locked."""
    for folder in glob.glob(glob.escape(start) + "*") if fcntl is not None else []:
        with contextlib.suppress(OSError):
            status = os.lstat(folder)
            # One that has only just been made will be locked at once.
            if status.st_uid == os.getuid() and time.time() - status.st_mtime > NEWLY_MADE and _is_free(folder):
                shutil.rmtree(folder)


def _is_free(folder):
    try:
        with open(os.path.join(folder, LOCK), "rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True
