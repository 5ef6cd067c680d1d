"""File systems of a chosen size."""

import contextlib
import functools
import os
import subprocess
import tempfile


@contextlib.contextmanager
def mounted(folder, size):
    """As a context: a folder that has so many bytes to itself; None: it is an ordinary one."""
    os.makedirs(folder)
    if size is None:
        yield
        return
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size={}".format(size), "tmpfs", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


def remount(folder, size):
    """Let such a folder have another size."""
    subprocess.run(["mount", "-o", "remount,size={}".format(size), folder], check=True)


@functools.lru_cache(maxsize=None)
def can_mount():
    """Whether this process may mount file systems."""
    try:
        with tempfile.TemporaryDirectory() as made, mounted(os.path.join(made, "small"), 1 << 20):
            return True
    except (OSError, subprocess.CalledProcessError):
        return False
