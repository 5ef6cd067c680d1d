import sys

import numpy as np
import pytest

from tests import mpi
from understanding_rl_vision.errors import InputError, MissingPackageError
from understanding_rl_vision.ranks import SIZE_VARIABLES, Ranks, launched_communicator


@pytest.fixture(autouse=True)
def no_launcher(monkeypatch):
    for name in SIZE_VARIABLES:
        monkeypatch.delenv(name, raising=False)


def test_one_process_needs_no_mpi4py(monkeypatch):
    monkeypatch.setitem(sys.modules, "mpi4py", None)
    monkeypatch.setenv("PMI_SIZE", "1")
    assert launched_communicator() is None


@pytest.mark.parametrize("name", SIZE_VARIABLES)
def test_several_processes_without_mpi4py_are_told_so(monkeypatch, name):
    monkeypatch.setitem(sys.modules, "mpi4py", None)
    monkeypatch.setenv(name, "4")
    with pytest.raises(MissingPackageError, match="mpi4py"):
        launched_communicator()


def test_a_process_alone_has_its_own_values():
    ranks = Ranks()
    assert (ranks.rank, ranks.size) == (0, 1)
    assert ranks.broadcast("a") == "a" and ranks.gather("a") == ["a"]
    np.testing.assert_array_equal(ranks.mean(np.arange(3.0)), np.arange(3.0))
    with pytest.raises(InputError), ranks.ending_together():
        raise InputError("said")


# What each of the processes under mpiexec runs.
PROGRAM = """
import sys
import numpy as np
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.ranks import Ranks, launched_communicator

ranks = Ranks(launched_communicator())
with ranks.ending_together():
    assert ranks.broadcast(ranks.rank) == 0
    assert ranks.gather(ranks.rank) == [0, 1, 2]
    mean = ranks.mean(np.array([ranks.rank, 6.0], np.float32))
    assert mean.dtype == np.float32 and mean.tolist() == [1.0, 6.0]
    if sys.argv[1:] and ranks.rank == 1:
        raise {"input": InputError, "other": KeyError}[sys.argv[1]]("what went wrong")
    ranks.gather(None)
"""


@pytest.fixture
def run_three(tmp_path):
    """Function: run PROGRAM in three processes with arguments; returns exit status and what was said."""
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    return lambda *arguments: mpi.finish(mpi.start(3, program, *arguments))


def test_processes_exchange_values(run_three):
    status, said = run_three()
    assert status == 0, said


@pytest.mark.parametrize("kind, status", [("input", 2), ("other", 1)])
def test_an_error_in_one_process_ends_all(run_three, kind, status):
    ended, said = run_three(kind)
    assert ended == status and "rank 1: " in said and "what went wrong" in said
    assert ("Traceback" in said) == (kind == "other")
