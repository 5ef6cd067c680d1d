"""Processes that no longer do their part end the job, with their name and the reason."""

import os
import re
import signal
import time

import pytest

from tests.helpers import mpi
from understanding_rl_vision import heartbeats
from understanding_rl_vision.errors import InputError

# Numbers are shared, until something happens to one of the processes.
PROGRAM = """
import os, resource, shutil, signal, sys, tempfile, time
import numpy as np
from understanding_rl_vision import heartbeats
from understanding_rl_vision.ranks import Ranks, launched_communicator

fault, number = sys.argv[1], int(sys.argv[2])
ranks = Ranks(launched_communicator())
hit = ranks.rank == number
if fault == "version" and hit:
    versions = heartbeats.versions
    heartbeats.versions = lambda: dict(versions(), numpy="0.9")
if fault == "absent" and hit:
    time.sleep(60)
folder = tempfile.mkdtemp(prefix="rank-{}-".format(ranks.rank))
with ranks.ending_together(), ranks.watching(folder):
    for turn in range(3):
        assert ranks.gather(ranks.rank) == list(range(ranks.size))
        assert ranks.mean(np.array([ranks.rank], np.float32)) == (ranks.size - 1) / 2
        time.sleep(0.05)
    if fault == "none":
        # Longer than the deadline: work is no silence.
        time.sleep(1.5 if hit else 0)
    elif hit and fault == "stopped":
        os.kill(os.getpid(), signal.SIGSTOP)
    elif hit and fault == "disk":
        shutil.rmtree(folder)
        time.sleep(60)
    elif hit and fault == "memory":
        limit = 1 << 31
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        np.ones(1 << 33, np.uint8)
    ranks.gather(None)
shutil.rmtree(folder)
if fault == "none":
    with ranks.ending_together():
        assert ranks.gather(ranks.rank) == list(range(ranks.size))
"""


@pytest.fixture
def ended(tmp_path):
    """Function: what a job of so many processes says and its status, with a fault in one; it must end in 30 s."""
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)

    def run(fault, size, number):
        start = time.monotonic()
        variables = {heartbeats.DEADLINE_VARIABLE: "1", "TMPDIR": str(tmp_path)}
        status, said = mpi.finish(mpi.start(size, program, fault, number, **variables))
        assert time.monotonic() - start < 31, said
        return status, said

    return run


def name(number):
    return r"rank {} \(process \d+ on \S+\)".format(number)


@pytest.mark.parametrize("size, number", [(2, 1), (2, 0), (4, 3)])
def test_a_process_that_is_stopped(ended, size, number):
    status, said = ended("stopped", size, number)
    assert status == 1 and re.search(name(number) + ": nothing was heard of it for .*: it is stopped", said), said


@pytest.mark.parametrize("size, number", [(2, 0), (4, 2)])
def test_a_process_that_loses_its_disk(ended, size, number):
    status, said = ended("disk", size, number)
    pattern = name(number) + r" can no longer write: \S*rank-{}-\S* \(No such file or directory\)".format(number)
    assert status == 1 and re.search(pattern, said), said


@pytest.mark.parametrize("size, number", [(2, 1), (4, 1)])
def test_a_process_that_runs_out_of_memory(ended, size, number):
    status, said = ended("memory", size, number)
    assert status == 1 and re.search(r"rank {} on \S+: it ran out of memory \(".format(number), said), said
    assert "Traceback" not in said


@pytest.mark.parametrize("size, number", [(2, 1), (4, 2)])
def test_a_process_with_another_version(ended, size, number):
    status, said = ended("version", size, number)
    assert status == 2 and re.search(name(number) + r" runs numpy 0.9, the first process [1-9]\.", said), said


def test_a_process_that_does_not_come(ended):
    status, said = ended("absent", 2, 1)
    assert status == 2 and "rank 1 has not come within 1 seconds" in said, said


def test_long_work_is_no_silence(ended):
    assert ended("none", 4, 1) == (0, "")


@pytest.mark.parametrize("text", ["soon", "-1", "nan", "1e9"])
def test_deadlines_that_are_none(monkeypatch, text):
    monkeypatch.setenv(heartbeats.DEADLINE_VARIABLE, text)
    with pytest.raises(InputError, match="DEADLINE='{}' given; a number of seconds".format(text)):
        heartbeats.deadline()


def test_deadlines(monkeypatch):
    monkeypatch.setenv(heartbeats.DEADLINE_VARIABLE, "0")
    assert heartbeats.deadline() is None
    monkeypatch.delenv(heartbeats.DEADLINE_VARIABLE)
    assert heartbeats.deadline() == heartbeats.DEFAULT_DEADLINE


def test_a_disk_that_is_full_is_not_lost(tmp_path, monkeypatch):
    def full(**_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(heartbeats.tempfile, "TemporaryFile", full)
    disk = heartbeats._Disk(str(tmp_path), 0.01)
    time.sleep(0.2)
    disk.over.set()
    assert disk.lost is None and disk.seconds() < 10


def test_what_the_system_says_of_a_process():
    process = os.fork()
    if process == 0:
        time.sleep(60)
        os._exit(0)
    said = {"pid": process, "host": heartbeats.platform.node()[:100]}
    try:
        os.kill(process, signal.SIGSTOP)
        while "stopped" not in heartbeats._state(said):
            time.sleep(0.01)
    finally:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
    assert heartbeats._state(said) == "it has ended"
    assert "network" in heartbeats._state(dict(said, host="elsewhere"))
