import errno
import os
import signal
import subprocess
import sys

import pytest

from understanding_rl_vision.errors import InputError
from understanding_rl_vision.interrupts import undisturbed
from understanding_rl_vision.locks import locked

HOLD = """
import sys, time
from understanding_rl_vision.locks import locked
with locked({!r}, "it"):
    print("held", flush=True)
    time.sleep(600)
"""


def test_one_at_a_time_and_readers_together(tmp_path):
    path = str(tmp_path / "new" / "lock")
    with locked(path, "it", shared=True), locked(path, "it", shared=True):
        with pytest.raises(InputError, match="it is in use by process {} on ".format(os.getpid())), locked(path, "it"):
            pass
    assert os.listdir(str(tmp_path)) == []
    with locked(path, "it"):
        with pytest.raises(InputError, match="since 2.*Wait until"), locked(path, "it", shared=True):
            pass
        assert os.path.exists(path)
    assert os.listdir(str(tmp_path)) == []


def test_the_last_reader_removes_the_file(tmp_path):
    path = str(tmp_path / "lock")
    with locked(path, "it", shared=True):
        with locked(path, "it", shared=True):
            pass
        assert os.path.exists(path)
    assert not os.path.exists(path)


def test_a_killed_process_holds_nothing(tmp_path, checkout):
    path = str(tmp_path / "lock")
    holder = subprocess.Popen([sys.executable, "-c", HOLD.format(path)], cwd=str(checkout), stdout=subprocess.PIPE)
    assert holder.stdout.readline() == b"held\n"
    with pytest.raises(InputError, match="process {} on".format(holder.pid)), locked(path, "it"):
        pass
    holder.kill()
    holder.communicate()
    assert os.path.exists(path)
    with locked(path, "it"):
        pass
    assert not os.path.exists(path)


def test_what_cannot_be_locked(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="Cannot write .*lock"), locked(str(tmp_path / "file" / "lock"), "it"):
        pass
    with locked(str(tmp_path / "file" / "lock"), "it", shared=True):
        pass


def test_signals_wait():
    done = []
    # A process that was started in the background may have been told to ignore SIGINT.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    with pytest.raises(KeyboardInterrupt):
        with undisturbed():
            os.kill(os.getpid(), signal.SIGINT)
            done.append(1)
        done.append(2)
    assert done == [1] and signal.signal(signal.SIGINT, before) is signal.default_int_handler


def test_on_a_full_disk_a_lock_holds_and_goes(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "pwrite", full)
    path = str(tmp_path / "lock")
    with locked(path, "it"):
        with pytest.raises(InputError, match="it is in use by another process"), locked(path, "it"):
            pass
    assert os.listdir(str(tmp_path)) == []
