"""The processes that work together, started by mpiexec, or one process alone. Only the former imports mpi4py."""

import contextlib
import os
import sys
import traceback

import numpy as np

from understanding_rl_vision.errors import InputError, MissingPackageError

# Where the launchers say how many processes they start: Open MPI, MPICH and Intel MPI, MVAPICH, Slurm.
SIZE_VARIABLES = ("OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "MV2_COMM_WORLD_SIZE", "SLURM_STEP_NUM_TASKS")


def launched_communicator():
    """MPI's communicator of all processes if a launcher has started several, else None.

    Raises MissingPackageError when there are several but no mpi4py.
    """
    if not any(int(os.environ.get(name) or 1) > 1 for name in SIZE_VARIABLES):
        return None
    try:
        from mpi4py import MPI
    except ImportError as error:
        raise MissingPackageError(
            "Several processes were started, but mpi4py cannot be imported ({}). Install it with pip install "
            "mpi4py, or start one process without mpiexec.".format(error)
        ) from error
    return MPI.COMM_WORLD


class Ranks:
    """The processes of a communicator of mpi4py, or (None) this process alone.

    What exchanges values is called by all ranks at the same place.
    """

    def __init__(self, comm=None):
        self._comm = comm
        self.rank, self.size = (0, 1) if comm is None else (comm.Get_rank(), comm.Get_size())

    def broadcast(self, value):
        """Rank 0's value."""
        return value if self.size == 1 else self._comm.bcast(value)

    def gather(self, value):
        """The values of all ranks in their order, on every rank."""
        return [value] if self.size == 1 else self._comm.allgather(value)

    def mean(self, array):
        """The mean over ranks of an array of equal shape on each."""
        if self.size == 1:
            return array
        total = np.empty_like(array)
        self._comm.Allreduce(array, total)
        return total / np.array(self.size, total.dtype)

    @contextlib.contextmanager
    def ending_together(self):
        """Where there are several ranks, an error inside ends them all: the others may be waiting for this one."""
        try:
            yield
        except BaseException as error:
            if self.size == 1:
                raise
            mendable = isinstance(error, InputError)
            said = "{}\n".format(error) if mendable else traceback.format_exc()
            sys.stderr.write("rank {}: {}".format(self.rank, said))
            sys.stderr.flush()
            self._comm.Abort(2 if mendable else 1)
