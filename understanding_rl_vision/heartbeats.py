"""How processes that work together notice that one of them no longer does: each tells in short intervals that it lives.

They tell by MPI, the first process all others, and all others the first, from a thread of their own, so that long work
does no harm. Where nothing is heard of one for longer than a deadline, the job is ended, with its name and the reason.
"""

import contextlib
import hashlib
import itertools
import json
import os
import pathlib
import platform
import sys
import tempfile
import threading
import time

import numpy as np

import understanding_rl_vision
from understanding_rl_vision.errors import InputError, quoted
from understanding_rl_vision.memory import available_memory

DEADLINE_VARIABLE = "UNDERSTANDING_RL_VISION_DEADLINE"
# Seconds. Work that keeps Python's lock, and with it the thread, takes some.
DEFAULT_DEADLINE = 300
# Messages are JSON, filled up with spaces: they do not depend on the version of Python that reads them.
MESSAGE_BYTES = 2048
LOW_MEMORY = 128 << 20
_TAG = 20210
_SESSIONS = itertools.count()

# What Linux says of a process.
_STATES = {"T": "it is stopped", "t": "it is stopped", "D": "it waits for a disk or a device", "Z": "it has ended"}


def deadline():
    """Seconds without a sign of life after which a job ends; None: never. Raises InputError."""
    text = os.environ.get(DEADLINE_VARIABLE) or str(DEFAULT_DEADLINE)
    try:
        seconds = float(text)
        if not 0 <= seconds < 1e6:
            raise ValueError
    except ValueError:
        raise InputError(
            "{}={} given; a number of seconds is accepted, or 0 for no deadline.".format(
                DEADLINE_VARIABLE, quoted(text)
            )
        ) from None
    return seconds or None


class Heartbeats:
    """The signs of life of the processes of a communicator of mpi4py, as a context of all of them.

    seconds: the deadline. end: function of a message that ends the job. Entering it raises InputError where one has not
    come within the deadline, or runs other versions than the first.
    """

    def __init__(self, comm, seconds, end):
        self._comm, self._seconds, self._end = comm, seconds, end
        self._rank, self._size = comm.Get_rank(), comm.Get_size()
        self._others = [0] if self._rank else list(range(1, self._size))
        self._tag = _TAG + next(_SESSIONS) % 1000
        self._over = threading.Event()
        self._sent, self._heard, self._said = {}, {}, {}
        self._disk = None
        self._low = False

    def __enter__(self):
        self._meet()
        from mpi4py import MPI

        if MPI.Query_thread() == MPI.THREAD_MULTIPLE:
            threading.Thread(target=self._run, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._over.set()

    @contextlib.contextmanager
    def watching(self, folder):
        """As a context: this process tells the others where it can no longer write to a folder."""
        before, self._disk = self._disk, _Disk(folder, self._seconds / 8)
        try:
            yield
        finally:
            self._disk.over.set()
            self._disk = before

    def _meet(self):
        """Wait for all others, and compare versions."""
        mine, until = versions(), time.monotonic() + self._seconds
        waiting = set(self._others)
        if self._rank:
            self._send(0, versions=mine)
        while waiting:
            for other, message in self._received():
                waiting.discard(other)
                self._said[other] = message
                if self._rank == 0:
                    self._check_versions(other, message["versions"], mine)
            if time.monotonic() > until:
                raise InputError(
                    "{} has not come within {:g} seconds ({}): it cannot start, or has another version of this "
                    "package.".format(self._name(min(waiting)), self._seconds, DEADLINE_VARIABLE)
                )
            time.sleep(0.005)
        if self._rank == 0:
            for other in self._others:
                self._send(other, versions=mine)

    def _check_versions(self, other, theirs, mine):
        for name in mine:
            if theirs.get(name) != mine[name]:
                raise InputError(
                    "{} runs {} {}, the first process {}. Install the same for all of them.".format(
                        self._name(other), name, theirs.get(name), mine[name]
                    )
                )

    def _run(self):
        interval = min(5, self._seconds / 8)
        last = time.monotonic()
        self._heard = dict.fromkeys(self._others, last)
        while not self._over.wait(interval):
            now = time.monotonic()
            if now - last > self._seconds / 2:
                # This process itself was stopped, and maybe all were.
                self._heard = dict.fromkeys(self._others, now)
            last = now
            disk = self._disk
            for other in self._others:
                self._send(other, disk=disk and disk.seconds(), lost=disk and disk.lost)
            for other, message in self._received():
                self._heard[other], self._said[other] = now, message
            self._tell_memory()
            if disk is not None and disk.lost:
                self._end("{} can no longer write: {}.".format(self._name(self._rank), disk.lost))
            self._check(now)

    def _check(self, now):
        """End the job where another process can no longer do its part."""
        for other in self._others:
            said = self._said[other]
            if said.get("lost"):
                self._end("{} can no longer write: {}.".format(self._name(other), said["lost"]))
            elif (said.get("disk") or 0) > self._seconds:
                self._end("{}: its disk has not answered for {:.0f} s.".format(self._name(other), said["disk"]))
            elif now - self._heard[other] > self._seconds:
                self._end(
                    "{}: nothing was heard of it for {:.0f} s ({}={:g}): {}.".format(
                        self._name(other), now - self._heard[other], DEADLINE_VARIABLE, self._seconds, _state(said)
                    )
                )

    def _tell_memory(self):
        """Say once that memory runs out: the system then ends a process without a word."""
        left = available_memory()
        if left < LOW_MEMORY and not self._low:
            self._low = True
            sys.stderr.write("{}: {:.0f} MB of memory are left.\n".format(self._name(self._rank), left / 1e6))
            sys.stderr.flush()

    def _name(self, rank):
        if rank == self._rank:
            return "rank {} (process {} on {})".format(rank, os.getpid(), platform.node())
        said = self._said.get(rank)
        return "rank {} (process {pid} on {host})".format(rank, **said) if said else "rank {}".format(rank)

    def _send(self, other, **more):
        # One message is under way at most: a process that is stopped takes none.
        if other in self._sent and not self._sent[other][0].Test():
            return
        text = json.dumps(dict(more, pid=os.getpid(), host=platform.node()[:100]))
        buffer = np.frombuffer(text.encode("utf-8")[:MESSAGE_BYTES].ljust(MESSAGE_BYTES), np.uint8)
        self._sent[other] = self._comm.Isend(buffer, dest=other, tag=self._tag), buffer

    def _received(self):
        """The messages that have come, each with its sender."""
        for other in self._others:
            while self._comm.Iprobe(source=other, tag=self._tag):
                buffer = np.empty(MESSAGE_BYTES, np.uint8)
                self._comm.Recv(buffer, source=other, tag=self._tag)
                yield other, json.loads(buffer.tobytes().decode("utf-8"))


class _Disk:
    """Whether a folder can be written to, tried again and again in a thread, which a dead disk may never let go."""

    def __init__(self, folder, interval):
        self.over, self.lost = threading.Event(), None
        self._folder, self._interval = folder, min(5, interval)
        self._answered = time.monotonic()
        threading.Thread(target=self._run, daemon=True).start()

    def seconds(self):
        """How long it has not answered."""
        return time.monotonic() - self._answered

    def _run(self):
        while not self.over.wait(self._interval):
            try:
                with tempfile.TemporaryFile(dir=self._folder) as file:
                    file.write(b"1")
                    file.flush()
                    os.fsync(file.fileno())
            except OSError as error:
                if not self.over.is_set() and not _is_full(error):
                    self.lost = "{} ({})".format(self._folder, error.strerror or error)[:500]
            self._answered = time.monotonic()


def _is_full(error):
    """Of a full disk the work itself tells, when it has something to write."""
    return error.errno in (28, 122)


def versions():
    """What must be the same for processes that work together: name -> version."""
    package = pathlib.Path(understanding_rl_vision.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        digest.update(path.read_bytes())
    # What is not yet imported is not asked: TensorFlow takes seconds.
    libraries = {name: getattr(sys.modules.get(name), "__version__", None) for name in ("numpy", "tensorflow")}
    return dict(libraries, Python=platform.python_version(), **{"this package's code": digest.hexdigest()[:12]})


def _state(said):
    """What is known of a process that is not heard of: what the system says, where it is on the same machine."""
    if said["host"] != platform.node()[:100]:
        return "it is stopped or killed, or its machine or the network to it is down"
    try:
        with open("/proc/{}/stat".format(said["pid"])) as file:
            return _STATES.get(file.read().rsplit(")", 1)[1].split()[0], "it does not answer")
    except FileNotFoundError:
        return "it has ended"
    except OSError:
        return "it does not answer"
