"""A folder that a command adds to as it goes on, and its copy here where it is at a remote address."""

import contextlib
import json
import os
import posixpath
import shutil
import time

from understanding_rl_vision.errors import InputError
from understanding_rl_vision.files import check_writable, replacing, staying
from understanding_rl_vision.locks import locked_folder
from understanding_rl_vision.remote import Remote, is_address, local_copy, together

# Seconds between the times that what has changed is put there.
PUSH_EVERY = 60


@contextlib.contextmanager
def working_folder(folder, wanted=lambda files: files):
    """As a context: the WorkingFolder of a folder that is written to, which no other process here has meanwhile.

    wanted: function of name -> stamp, of what is in a remote folder in the order of its making, that returns the names
    of what is needed here. What was written is put there when the context is left, also by an error. Raises InputError
    where another process has the folder, and where it cannot be read or written to.
    """
    if not is_address(folder):
        with locked_folder(folder):
            check_writable(os.path.join(folder, "file"))
            with staying(folder) as check:
                yield WorkingFolder(os.fspath(folder), check)
        return
    remote = Remote(folder)
    path = local_copy(folder, "working")
    with locked_folder(path, remote.address):
        remote.check_writable()
        working = _RemoteWorkingFolder(path, remote)
        working.pull(wanted)
        with staying(path) as working.check:
            try:
                yield working
            except BaseException:
                with contextlib.suppress(InputError):
                    working.push()
                raise
            working.push()
        shutil.rmtree(path, ignore_errors=True)
        with contextlib.suppress(FileNotFoundError):
            os.remove(working.known_path)


def fetched_folder(folder, wanted):
    """The path of a folder that is only read: of a remote one that of a copy here, with the files `wanted` alone."""
    if not is_address(folder):
        return os.fspath(folder)
    path = local_copy(folder, "folders")
    with locked_folder(path, folder):
        _RemoteWorkingFolder(path, Remote(folder)).pull(wanted)
    return path


class WorkingFolder:
    """A folder to read and write in: `path`.

    check: function that raises InputError where the folder is no longer the one that it was.
    """

    def __init__(self, path, check=lambda: None):
        self.path, self.check = path, check

    def push(self):
        """Put what has changed where the folder is. Raises InputError where it, or its copy here, was removed."""
        self.check()

    def pushing(self, items, say):
        """Yield the items, and put what has changed where the folder is every minute.

        Where that fails, `say`, a function, is told so, and it is tried again a minute later.
        """
        return items


class _RemoteWorkingFolder(WorkingFolder):
    """The copy of a Remote. What is there is right; but where nothing has changed there since both were the same, what
    a killed process has added here since is kept."""

    def __init__(self, path, remote):
        super().__init__(path)
        self.known_path = path + ".json"
        self._remote = remote
        # Name -> stamp there, and of the copy, when both were the same.
        self._known = _read_known(self.known_path)

    def pull(self, wanted):
        """Make the copy what the folder is."""
        there = self._remote.files()
        needed = [name for name in wanted(there) if name in there]
        if not os.path.isdir(self.path):
            # What is missing here was not removed by a command.
            os.makedirs(self.path)
            self._known = {}
        if not self._known or any(there.get(name) != stamp for name, (stamp, _) in self._known.items()):
            shutil.rmtree(self.path)
            os.makedirs(self.path)
            self._known = {}
        for name in needed:
            if not os.path.exists(self._here(name)):
                with replacing(self._here(name)) as file:
                    self._remote.below(name).get(file.name)
                self._known[name] = [there[name], _stamp_here(self._here(name))]
        self._write_known()

    def push(self):
        # Files that are gone are removed there.
        super().push()
        here = {name: _stamp_here(self._here(name)) for name in _files(self.path)}
        changed = [name for name, stamp in here.items() if self._known.get(name, [None, None])[1] != stamp]
        for name in together(lambda name: self._remote.below(name).put(self._here(name)), changed):
            self._known[name] = [self._remote.below(name).stamp(), here[name]]
        for name in set(self._known) - set(here):
            self._remote.below(name).remove()
            del self._known[name]
        self._write_known()

    def pushing(self, items, say):
        last = time.monotonic()
        for item in items:
            yield item
            if time.monotonic() - last >= PUSH_EVERY:
                try:
                    self.push()
                except InputError as error:
                    say(str(error))
                last = time.monotonic()

    def _here(self, name):
        return os.path.join(self.path, *name.split(posixpath.sep))

    def _write_known(self):
        with replacing(self.known_path) as file:
            file.write(json.dumps(self._known).encode("utf-8"))


def _files(folder):
    """The names of files below a folder, but for those that are being written."""
    found = [os.path.join(path, name) for path, _, names in os.walk(folder) for name in names]
    names = [os.path.relpath(path, folder).replace(os.sep, posixpath.sep) for path in found]
    return sorted(name for name in names if not name.endswith(".tmp"))


def _stamp_here(path):
    status = os.stat(path)
    return [status.st_size, status.st_mtime_ns]


def _read_known(path):
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError):
        return {}
