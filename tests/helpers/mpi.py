"""Programs under mpiexec, for tests of work that several processes share."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]


def _mpiexec():
    """The path of mpiexec; skips the test where there is no MPI."""
    pytest.importorskip("mpi4py")
    mpiexec = shutil.which("mpiexec", path=os.path.dirname(sys.executable) + os.pathsep + os.environ["PATH"])
    if mpiexec is None:
        pytest.skip("no mpiexec")
    return mpiexec


def start(processes, program, *arguments, **variables):
    """Start a Python program in this many processes of one thread each, on this machine."""
    return _start([], [_mpiexec(), "-n", str(processes)], program, arguments, variables)


def start_on(nodes, program, *arguments):
    """Start a Python program in one process of one thread on each of the Nodes."""
    command = [_mpiexec(), "-n", str(len(nodes.names)), "--host", ",".join(name + ":1" for name in nodes.names)]
    return _start(nodes.enter(nodes.names[0]), command, program, arguments, nodes.variables)


def _start(prefix, command, program, arguments, variables):
    environment = dict(
        os.environ,
        PYTHONPATH=str(CHECKOUT),
        OMP_NUM_THREADS="1",
        TF_NUM_INTRAOP_THREADS="1",
        TF_NUM_INTEROP_THREADS="1",
        OMPI_ALLOW_RUN_AS_ROOT="1",
        OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1",
        PRTE_MCA_rmaps_default_mapping_policy=":oversubscribe",
        **variables,
    )
    return subprocess.Popen(
        prefix + command + [sys.executable, str(program)] + [str(argument) for argument in arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        universal_newlines=True,
    )


def finish(process, timeout=300):
    """The exit status of a started program and what it said."""
    said, _ = process.communicate(timeout=timeout)
    return process.returncode, said
