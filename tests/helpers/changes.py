"""Changes to files, counted while a program makes them, and a fault at one of them."""

import builtins
import errno
import io
import os
import shutil
import signal

# The output folder of a command, and what is beside it.
OUTPUTS = ("out", "out.partial")


def used_room(folder):
    """The bytes that are taken of a folder's file system."""
    status = os.statvfs(folder)
    return (status.f_blocks - status.f_bfree) * status.f_frsize


class Changes:
    """Counts changes to files below a folder, and lets the fault happen at one of them (None: at none).

    outputs: how many there were when the last one was made in an output folder, or in what is beside one.
    used: the most room, in bytes, that was taken of the folder's file system before any of them.
    """

    def __init__(self, folder, fault, moment):
        self._folder, self._fault, self._moment = os.path.join(str(folder), ""), fault, moment
        self.count, self.outputs, self.used, self._full, self._inside = 0, 0, 0, False, False

    def watch(self):
        for module, names in ((os, ("replace", "remove", "unlink", "rmdir", "mkdir", "open")), (io, ("open",))):
            for name in names:
                setattr(module, name, self._counted(getattr(module, name), name))
        builtins.open = io.open

    def _counted(self, work, name):
        def change(path, *arguments, **options):
            writes = name != "open" or self._writes(arguments, options)
            if writes and not self._inside and self._is_below(path):
                self._happen(path, name in ("open", "mkdir"))
            return work(path, *arguments, **options)

        return change

    @staticmethod
    def _writes(arguments, options):
        how = arguments[0] if arguments else options.get("mode", options.get("flags", "r"))
        return how & (os.O_WRONLY | os.O_RDWR) if isinstance(how, int) else set(how) & set("wax+")

    def _is_below(self, path):
        return isinstance(path, (str, os.PathLike)) and os.path.abspath(os.fspath(path)).startswith(self._folder)

    def _happen(self, path, takes_room):
        self.count += 1
        if os.path.relpath(path, self._folder).split(os.sep)[0] in OUTPUTS:
            self.outputs = self.count
        if self._fault is None:
            self.used = max(self.used, used_room(self._folder))
        if self._full and takes_room:
            raise OSError(errno.ENOSPC, "No space left on device", os.fspath(path))
        if self.count == self._moment:
            self._inside = True
            if self._fault == "full":
                self._full = True
            elif self._fault == "removed":
                # By turns with what is beside it and without.
                for name in OUTPUTS[: 1 + self._moment % 2]:
                    shutil.rmtree(os.path.join(self._folder, name), ignore_errors=True)
            else:
                os.kill(os.getpid(), getattr(signal, self._fault))
            self._inside = False
            if self._full and takes_room:
                raise OSError(errno.ENOSPC, "No space left on device", os.fspath(path))
