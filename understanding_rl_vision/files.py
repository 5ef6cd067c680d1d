"""Files that appear whole or not at all, here or at remote addresses."""

import contextlib
import errno
import glob
import os
import tempfile
import time

from understanding_rl_vision.errors import InputError
from understanding_rl_vision.interrupts import undisturbed
from understanding_rl_vision.remote import Remote, address_of, is_address, is_remote, local_copy

try:
    import fcntl
except ImportError:
    # Windows.
    fcntl = None

NEWLY_MADE = 1
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# What else the places of files do to a program.
GONE = (errno.ENOENT, errno.ENOTDIR, errno.EACCES, errno.EPERM, errno.EROFS, errno.EIO, errno.ESTALE)


@contextlib.contextmanager
def replacing(path, advice=None):
    """Open a temporary binary file that takes the place of `path` when the block ends without an error.

    Makes the folder where it is missing. What is for a remote address is put there then. Raises InputError when the
    folder or the file cannot be written, with the advice (see `unwritable`).
    """
    if is_address(path):
        remote = Remote(path)
        with tempfile.NamedTemporaryFile(suffix="-" + os.path.basename(remote.address)) as file:
            yield file
            file.flush()
            remote.put(file.name)
        return
    path = os.path.abspath(path)
    temporary = None
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        _remove_leftovers(path)
        with undisturbed():
            file = tempfile.NamedTemporaryFile(
                dir=os.path.dirname(path), prefix=os.path.basename(path) + ".", suffix=".tmp", delete=False
            )
            temporary = file.name
        with file:
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
            with undisturbed(), contextlib.suppress(FileNotFoundError):
                os.unlink(temporary)


def _remove_leftovers(path):
    """Remove what killed processes had begun to write in place of a file: what no living one has locked."""
    for temporary in glob.glob(glob.escape(path) + ".*.tmp") if fcntl is not None else []:
        with contextlib.suppress(OSError), open(temporary, "rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # One that has only just been made will be locked at once.
            if time.time() - os.fstat(file.fileno()).st_mtime > NEWLY_MADE:
                os.unlink(temporary)


def check_writable(path, keep=True):
    """Make the folder of `path` where it is missing, and keep it. Raises InputError when no file can be written there.

    keep: with False a folder that was missing goes again.
    """
    if is_address(path):
        Remote(os.path.dirname(address_of(path))).check_writable()
        return
    folder, made = os.path.dirname(os.path.abspath(path)), []
    try:
        made = make_folders(folder)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        if not keep:
            remove_empty(made)


def make_folders(folder):
    """Make a folder and those that it is in. Returns those that were missing, innermost first."""
    missing = []
    while folder and not os.path.isdir(folder):
        missing.append(folder)
        folder = os.path.dirname(folder)
    for folder in reversed(missing):
        os.makedirs(folder, exist_ok=True)
    return missing


@contextlib.contextmanager
def staying(folder, what="this command wrote to it"):
    """As a context: a function that raises InputError where the folder was removed meanwhile, also if another one is
    there by then. It is called when the context is left without an error.

    what: happened meanwhile, the end of a sentence.
    """
    try:
        # As long as it is open no other folder has its number.
        held = os.open(folder, os.O_RDONLY)
    except OSError:
        # Windows does not open folders.
        yield lambda: None
        return

    def check():
        if not os.path.isdir(folder) or not os.path.samestat(os.fstat(held), os.stat(folder)):
            raise InputError("{} was removed while {}. Run again.".format(folder, what))

    try:
        yield check
        check()
    finally:
        os.close(held)


def remove_empty(folders):
    """Remove folders, innermost first, as far as there is nothing in them."""
    for folder in folders:
        try:
            os.rmdir(folder)
        except OSError:
            return


def here(path, progress=None):
    """The path of a file that is read: of a remote one that of a copy here, which is fetched where it is not current.

    progress: a Progress, which follows that. Raises InputError where a remote file cannot be fetched.
    """
    if not is_remote(path):
        return os.fspath(path)
    remote, copy = Remote(path), local_copy(path)
    stamp = remote.stamp()
    if stamp is None:
        raise InputError("There is no file {}.".format(remote.address))
    if not os.path.exists(copy) or _read_text(copy + ".stamp") != stamp:
        with contextlib.ExitStack() as following, replacing(copy) as file:
            bar = progress and following.enter_context(progress.transfer("fetching {}".format(os.path.basename(copy))))
            remote.get(file.name, bar)
        with replacing(copy + ".stamp") as file:
            file.write(stamp.encode("utf-8"))
    return copy


def exists(path):
    """Whether there is a file at a path or a remote address."""
    return Remote(path).stamp() is not None if is_remote(path) else os.path.exists(path)


def _read_text(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except (OSError, ValueError):
        return None


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
    path, other = _real(path), _real(other)
    if other == path or other.startswith(os.path.join(path, "")):
        return True
    return os.path.isfile(path) and os.path.isfile(other) and os.path.samefile(path, other)


def _real(path):
    return address_of(path).rstrip("/") if is_address(path) else os.path.realpath(path)


def unwritable(path, error, advice=None):
    """The InputError for an OSError met while writing `path`.

    advice: what to do next, the end of a sentence; default: as the error needs it.
    """
    if advice is None:
        advice = "free some room and run again" if error.errno in FULL else "give a local folder that you can write to"
    return InputError("Cannot write {}: {}; {}.".format(path, error.strerror or str(error), advice))
