"""The processes that work together, started by mpiexec, or one process alone. Only the former imports mpi4py."""

import contextlib
import os
import platform
import sys
import traceback

import numpy as np

from understanding_rl_vision.errors import InputError, MissingPackageError
from understanding_rl_vision.heartbeats import Heartbeats, deadline
from understanding_rl_vision.interrupts import status_of

# Where launchers say how many processes they start, and which one this is: Open MPI, MPICH and Intel MPI, MVAPICH,
# PMIx, Slurm's srun. SLURM_NTASKS is not among them: an allocation has it, in which one process may run alone.
SIZE_VARIABLES = ("OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "MV2_COMM_WORLD_SIZE", "SLURM_STEP_NUM_TASKS")
RANK_VARIABLES = ("OMPI_COMM_WORLD_RANK", "PMI_RANK", "MV2_COMM_WORLD_RANK", "PMIX_RANK", "SLURM_PROCID")

# Those of an mpiexec, which may itself run below srun: then Slurm counts its daemons.
MPIEXEC_SIZES = ("OMPI_COMM_WORLD_SIZE", "MV2_COMM_WORLD_SIZE")


def launched_communicator():
    """MPI's communicator of all processes if a launcher has started several, else None.

    Raises MissingPackageError when there are several but no mpi4py, and InputError when MPI knows of this one only:
    then each would do the whole work, over the others' files.
    """
    values = _numbers()
    launch_variables = said_of_several()
    # PMIx alone gives each process its number, but does not say of how many.
    unsure = values["PMIX_RANK"] == 0 and not any(values[name] for name in SIZE_VARIABLES)
    if not launch_variables and not unsure:
        return None
    try:
        from mpi4py import MPI
    except ImportError as error:
        if not launch_variables:
            return None
        raise MissingPackageError(
            "Several processes were started ({}), but mpi4py cannot be imported ({}). Install it with pip install "
            "mpi4py, or start one process without mpiexec or srun.".format(launch_variables, error)
        ) from error
    comm = MPI.COMM_WORLD
    if comm.Get_size() > 1:
        return comm
    if launch_variables:
        raise InputError(
            "Several processes were started ({}), but MPI knows of this one only, so that each would do the whole "
            "work, over the others' files. Start them with the mpiexec of the MPI that mpi4py uses, or with a kind of "
            "srun --mpi=KIND that it knows (srun --mpi=list); or start one process, without these variables.".format(
                launch_variables
            )
        )
    return None


def _numbers():
    """The whole number in each of the variables, or None."""
    texts = {name: os.environ.get(name, "") for name in SIZE_VARIABLES + RANK_VARIABLES}
    return {name: int(text) if text.isdigit() else None for name, text in texts.items()}


def said_of_several():
    """The environment's variables that say that this is one of several processes, as a text; empty where none does."""
    values = _numbers()
    if any(values[name] == 1 for name in MPIEXEC_SIZES):
        return ""
    names = [name for name in SIZE_VARIABLES if (values[name] or 1) > 1]
    names += [name for name in RANK_VARIABLES if (values[name] or 0) > 0]
    return ", ".join("{}={}".format(name, values[name]) for name in names)


class Ranks:
    """The processes of a communicator of mpi4py, or (None) this process alone.

    What exchanges values is called by all ranks at the same place.
    """

    def __init__(self, comm=None):
        self._comm, self._heartbeats = comm, None
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
        """Where there are several ranks, an error inside ends them all: the others may be waiting for this one.

        So does a rank of which nothing is heard, or that has another version, see `heartbeats`.
        """
        try:
            with self._signs_of_life():
                yield
                self.gather(None)
        except BaseException as error:
            if self.size == 1:
                raise
            message, status = _said_of(error)
            self._abort("rank {} on {}: {}".format(self.rank, platform.node(), message), status)

    @contextlib.contextmanager
    def watching(self, folder):
        """As a context: a rank that can no longer write to a folder ends them all."""
        if self._heartbeats is None:
            yield
        else:
            with self._heartbeats.watching(folder):
                yield

    @contextlib.contextmanager
    def _signs_of_life(self):
        """As a context of all ranks, which may be entered again within."""
        seconds = deadline()
        # Others than mpi4py's communicators cannot do it.
        if self.size == 1 or seconds is None or self._heartbeats is not None or not hasattr(self._comm, "Isend"):
            yield
            return
        try:
            with Heartbeats(self._comm, seconds, lambda message: self._abort(message + "\n", 1)) as self._heartbeats:
                yield
        finally:
            self._heartbeats = None

    def _abort(self, message, status):
        sys.stderr.write(message)
        sys.stderr.flush()
        self._comm.Abort(status)


def _said_of(error):
    """What an error that ends a job says, and the job's exit status."""
    if isinstance(error, InputError):
        return "{}\n".format(error), 2
    if isinstance(error, KeyboardInterrupt):
        return "interrupted.\n", status_of(error)
    if isinstance(error, MemoryError):
        advice = "start fewer processes on this machine, or give a smaller batch_size"
        return "it ran out of memory ({}); {}.\n".format(str(error) or "MemoryError", advice), 1
    return traceback.format_exc(), 1
