"""Locks on what two processes must not write at once. The second is told who holds it."""

import contextlib
import datetime
import errno
import json
import os
import socket
import sys

from understanding_rl_vision.errors import InputError
from understanding_rl_vision.files import make_folders, remove_empty, unwritable
from understanding_rl_vision.interrupts import undisturbed

try:
    import fcntl
except ImportError:
    # Windows has other locks; there nothing keeps two apart.
    fcntl = None

# What file systems say that have no locks.
WITHOUT_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP)


@contextlib.contextmanager
def locked(path, what, shared=False):
    """As a context: no other process has `what`, a text for people. The file `path` is there as long.

    shared: others that read may, too, and where the file cannot be made there is no lock. The lock is the kernel's,
    which ends with the process that holds it: the file that a killed one leaves is taken over. Raises InputError where
    another holds it, with its process, and where the file cannot be made.
    """
    file, made = None, []
    try:
        with undisturbed():
            if fcntl is not None:
                made, file = _acquire(path, what, shared)
        yield
    finally:
        with undisturbed():
            if file is not None:
                _release(file, path)
            remove_empty(made)


def locked_folder(folder, what=None):
    """The same for a folder that is written to, which need not be there yet. what: default: its path."""
    folder = os.path.realpath(folder)
    return locked(beside(folder, "lock"), what or folder)


def beside(folder, kind):
    """The path FOLDER.kind; in it, .kind, where nothing can be put beside it: a mounted folder, for instance."""
    parent = os.path.dirname(folder)
    if os.path.isdir(folder) and (
        not os.access(parent, os.W_OK | os.X_OK) or os.stat(parent).st_dev != os.stat(folder).st_dev
    ):
        return os.path.join(folder, "." + kind)
    return "{}.{}".format(folder, kind)


def _acquire(path, what, shared):
    """The folders made for the file, and the file, locked; None where there are no locks."""
    made = []
    try:
        made = make_folders(os.path.dirname(path))
        return made, _acquired(path, what, shared)
    except (OSError, InputError) as error:
        remove_empty(made)
        if isinstance(error, InputError):
            raise
        if not shared:
            raise unwritable(path, error) from error
        return [], None


def _acquired(path, what, shared):
    """The open file that is locked."""
    while True:
        file = open(os.open(path, os.O_RDWR | os.O_CREAT, 0o666), "r+", encoding="utf-8")
        try:
            fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in WITHOUT_LOCKS:
                said = _said_of_holder(file, what)
                file.close()
                raise InputError(said) from None
        # Who held it may have removed it between our two steps: then this is the lock of nothing.
        if _is_at(file, path):
            _write_holder(file)
            return file
        file.close()


def _is_at(file, path):
    try:
        return os.path.samestat(os.fstat(file.fileno()), os.stat(path))
    except FileNotFoundError:
        return False


def _release(file, path):
    """Remove the file, unless others still read what it stands for or it is no longer there, and end the lock."""
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_at(file, path):
                os.unlink(path)
        except OSError:
            pass


def _write_holder(file):
    holder = {
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "since": datetime.datetime.now().astimezone().isoformat(timespec="seconds"),
        "command": " ".join(sys.argv)[:200],
    }
    # On a full disk the lock holds as well; only who has it is not told.
    with contextlib.suppress(OSError):
        os.ftruncate(file.fileno(), 0)
        os.pwrite(file.fileno(), json.dumps(holder).encode("utf-8"), 0)


def _said_of_holder(file, what):
    """A sentence on who works on it, as far as that has been written."""
    try:
        holder = json.loads(file.read(4096))
        who = "process {} on {} since {}".format(*(str(holder[name])[:100] for name in ("pid", "host", "since")))
    except (OSError, ValueError, KeyError, TypeError):
        who = "another process"
    return "{} is in use by {}. Wait until that has ended, or end it, or give another place.".format(what, who)
