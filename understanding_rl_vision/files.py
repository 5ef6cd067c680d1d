"""Files that appear whole or not at all."""

import contextlib
import errno
import os
import re
import tempfile

from understanding_rl_vision.errors import InputError, quoted


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
        with tempfile.NamedTemporaryFile(
            dir=os.path.dirname(path), prefix=os.path.basename(path) + ".", suffix=".tmp", delete=False
        ) as file:
            temporary = file.name
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


def unwritable(path, error, advice=None):
    """The InputError for an OSError met while writing `path`.

    advice: what to do next, the end of a sentence; default: as the error needs it.
    """
    if advice is None:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        advice = "free some room and run again" if full else "give a local folder that you can write to"
    return InputError("Cannot write {}: {}; {}.".format(path, error.strerror or str(error), advice))
