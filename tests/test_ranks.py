import importlib
import sys
import types

import numpy as np
import pytest

from tests.helpers import mpi
from understanding_rl_vision import rl_clarity
from understanding_rl_vision.command_line import alone, main
from understanding_rl_vision.errors import InputError, MissingPackageError
from understanding_rl_vision.ranks import RANK_VARIABLES, SIZE_VARIABLES, Ranks, launched_communicator


@pytest.fixture(autouse=True)
def no_launcher(monkeypatch):
    for name in SIZE_VARIABLES + RANK_VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def mpi_of(monkeypatch):
    """Function: let mpi4py know of this many processes; returns its communicator."""

    def install(size):
        comm = types.SimpleNamespace(Get_size=lambda: size, Get_rank=lambda: 0)
        monkeypatch.setitem(sys.modules, "mpi4py", types.SimpleNamespace(MPI=types.SimpleNamespace(COMM_WORLD=comm)))
        return comm

    return install


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


# What launchers tell the first of four processes, and another of them.
STARTED = [
    {"OMPI_COMM_WORLD_SIZE": "4", "OMPI_COMM_WORLD_RANK": "0", "PMIX_RANK": "0"},
    {"PMI_SIZE": "4", "PMI_RANK": "0"},
    {"MV2_COMM_WORLD_SIZE": "4", "MV2_COMM_WORLD_RANK": "0"},
    {"SLURM_NTASKS": "4", "SLURM_STEP_NUM_TASKS": "4", "SLURM_PROCID": "0"},
    {"SLURM_NTASKS": "4", "SLURM_STEP_NUM_TASKS": "4", "SLURM_PROCID": "2"},
    # In a shell that Slurm has started with its own PMI.
    {"SLURM_NTASKS": "4", "SLURM_STEP_NUM_TASKS": "4", "SLURM_PROCID": "0", "PMI_SIZE": "1", "PMI_RANK": "0"},
    {"PMIX_RANK": "3"},
    {"PMI_RANK": "1"},
]


@pytest.mark.parametrize("variables", STARTED, ids=",".join)
def test_several_processes_are_those_that_mpi_knows_or_are_refused(monkeypatch, mpi_of, variables):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    comm = mpi_of(4)
    assert launched_communicator() is comm
    mpi_of(1)
    with pytest.raises(InputError, match="MPI knows of this one only.*--mpi=list.*one process") as error:
        launched_communicator()
    assert any("{}={}".format(name, value) in str(error.value) for name, value in variables.items())


@pytest.mark.parametrize(
    "variables",
    [
        # A job script, and a shell in an allocation, of four tasks.
        {"SLURM_NTASKS": "4", "SLURM_PROCID": "0"},
        {"SLURM_NTASKS": "4"},
        {"SLURM_NTASKS": "4", "SLURM_STEP_NUM_TASKS": "1", "SLURM_PROCID": "0", "PMIX_RANK": "0"},
        # srun -n 1, and mpiexec -n 1 on a node where Slurm has started one of several daemons.
        {"SLURM_NTASKS": "1", "SLURM_STEP_NUM_TASKS": "1", "SLURM_PROCID": "0", "PMI_SIZE": "1", "PMI_RANK": "0"},
        {"SLURM_STEP_NUM_TASKS": "3", "SLURM_PROCID": "1", "OMPI_COMM_WORLD_SIZE": "1", "OMPI_COMM_WORLD_RANK": "0"},
        {"SLURM_STEP_NUM_TASKS": "", "PMI_SIZE": "many"},
    ],
    ids=",".join,
)
@pytest.mark.parametrize("installed", [True, False])
def test_one_process_in_an_allocation_of_several_tasks_runs_alone(monkeypatch, mpi_of, variables, installed):
    mpi_of(1)
    if not installed:
        monkeypatch.setitem(sys.modules, "mpi4py", None)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert launched_communicator() is None


def test_pmix_alone_does_not_say_how_many_there_are(monkeypatch, mpi_of):
    monkeypatch.setenv("PMIX_RANK", "0")
    comm = mpi_of(4)
    assert launched_communicator() is comm
    mpi_of(1)
    assert launched_communicator() is None
    monkeypatch.setitem(sys.modules, "mpi4py", None)
    assert launched_communicator() is None


# Arguments after which each command would start to work, or to look for its checkpoint.
COMMANDS = {
    "run": ["agent.jd", "out"],
    "find": ["agent.jd", "out"],
    "evaluate": ["agent.jd", "--output-dir", "out"],
    "train": ["--env-name", "coinrun", "--save-dir", "out"],
    "visualize": ["agent.jd", "out", "--layer", "2b"],
    "synthesize": ["agent.jd", "out"],
    "edit": ["agent.jd", "out", "--layer", "2b"],
    "measure": ["agent.jd", "out", "--layer", "2b"],
}


def _started(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SLURM_STEP_NUM_TASKS", "4")


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_stops_where_mpi_does_not_see_the_others(monkeypatch, mpi_of, tmp_path, capsys, name):
    _started(monkeypatch, tmp_path)
    mpi_of(1)
    command = importlib.import_module("understanding_rl_vision.{}.__main__".format(name))
    assert main(getattr(rl_clarity, name), command.make_parser(), COMMANDS[name]) == 2
    said = capsys.readouterr().err
    assert "SLURM_STEP_NUM_TASKS=4" in said and "MPI knows of this one only" in said and said.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_work_of_one_process_is_told_apart_from_work_that_is_shared(monkeypatch, mpi_of):
    command = alone(dict)
    assert command(path="a") == {"path": "a"}
    monkeypatch.setenv("PMIX_RANK", "0")
    mpi_of(4)
    with pytest.raises(InputError, match="started .by PMIx., but this command is the work of one"):
        command(path="a")
    monkeypatch.setenv("SLURM_STEP_NUM_TASKS", "4")
    mpi_of(1)
    with pytest.raises(InputError, match="started .SLURM_STEP_NUM_TASKS=4., but this command is the work of one"):
        command(path="a")


@pytest.mark.parametrize("name", ["edit", "measure", "synthesize", "visualize"])
def test_work_of_one_process_is_not_done_by_several(tmp_path, name):
    program = tmp_path / "program.py"
    program.write_text(
        "import runpy, sys\nsys.argv = {!r}\nrunpy.run_module({!r}, run_name='__main__')".format(
            [name] + COMMANDS[name], "understanding_rl_vision." + name
        )
    )
    status, said = mpi.finish(mpi.start(2, program))
    assert status == 2 and said.count("this command is the work of one") >= 1 and "Traceback" not in said


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
    assert ended == status and "rank 1 on " in said and "what went wrong" in said
    assert ("Traceback" in said) == (kind == "other")
