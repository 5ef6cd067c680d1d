"""Files that appear whole or not at all."""

import contextlib
import errno
import glob
import os
import re
import tempfile
import time

from understanding_rl_vision.errors import InputError, quoted

try:
    import fcntl
except ImportError:
    # Windows.
    fcntl = None

NEWLY_MADE = 1
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# What else the places of files do to a program.
GONE = (errno.ENOENT, errno.ENOTDIR, errno.EACCES, errno.EPERM, errno.EROFS, errno.EIO, errno.ESTALE)


def check_local(path):
    """Raise InputError for a remote place, which would become a local folder named after its scheme."""
    if re.match(r"[a-z][a-z0-9+.-]+://", os.fspath(path), re.IGNORECASE):
        raise InputError(
            "{} is remote, which is not yet supported; give a local folder and copy it there afterwards.".format(
                quoted(path)
            )
        )


@contextlib.contextmanager
def replacing(path, advice=None):
    """Open a temporary binary file that takes the place of `path` when the block ends without an error.

    Makes the folder where it is missing. Raises InputError when the folder or the file cannot be written, with the
    advice (see `unwritable`), and for a remote place.
    """
    check_local(path)
    path = os.path.abspath(path)
    temporary = None
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        _remove_leftovers(path)
        with tempfile.NamedTemporaryFile(
            dir=os.path.dirname(path), prefix=os.path.basename(path) + ".", suffix=".tmp", delete=False
        ) as file:
            temporary = file.name
            if fcntl is not None:
                with contextlib.suppress(OSError):
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield file
        # A temporary file is private to its user; what replaces it is an ordinary file.
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(temporary, 0o666 & ~umask)
        os.replace(temporary, path)
        temporary = None
    except OSError as error:
        raise unwritable(path, error, advice) from error
    finally:
        if temporary is not None:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(temporary)


def _remove_leftovers(path):
    """Remove what killed processes had begun to write in place of a file: what no living one has locked."""
    for temporary in glob.glob(glob.escape(path) + ".*.tmp") if fcntl is not None else []:
        with contextlib.suppress(OSError), open(temporary, "rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # One that has only just been made will be locked at once.
            if time.time() - os.fstat(file.fileno()).st_mtime > NEWLY_MADE:
                os.unlink(temporary)


def check_writable(path):
    """Make the folder of `path` where it is missing. Raises InputError when no file can be written there."""
    check_local(path)
    folder = os.path.dirname(os.path.abspath(path))
    try:
        os.makedirs(folder, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise unwritable(path, error) from error


def check_apart(written, read):
    """Raise InputError where a file to write is one that is read, or in place of a folder that one is in.

    written, a list, read: paths, of those read also None for none.
    """
    for other in filter(None, read):
        for path in written:
            if _is_or_holds(path, other):
                raise InputError(
                    "{} would be overwritten, but it is read; give another place to write to.".format(other)
                )


def _is_or_holds(path, other):
    """Whether the second of two paths leads to the first one or to something in it."""
    path, other = os.path.realpath(path), os.path.realpath(other)
    if other == path or other.startswith(os.path.join(path, "")):
        return True
    return os.path.isfile(path) and os.path.isfile(other) and os.path.samefile(path, other)


def unwritable(path, error, advice=None):
    """The InputError for an OSError met while writing `path`.

    advice: what to do next, the end of a sentence; default: as the error needs it.
    """
    if advice is None:
        advice = "free some room and run again" if error.errno in FULL else "give a local folder that you can write to"
    return InputError("Cannot write {}: {}; {}.".format(path, error.strerror or str(error), advice))
