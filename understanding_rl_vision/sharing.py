"""Work shared out among ranks (see `ranks`)."""

import collections
import os
import platform

import numpy as np

from understanding_rl_vision import large_arrays
from understanding_rl_vision.cache import CACHE_VARIABLE
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.threads import cores, thread_limit

# MPI counts bytes in 31 bits, so large arrays are sent in pieces.
PIECE_BYTES = 2**28


def shares(costs, size):
    """Which of `size` ranks does each piece of work: the dearest first, each to the one that has least to do so far."""
    loads = [0] * size
    owners = [0] * len(costs)
    for i in sorted(range(len(costs)), key=lambda i: -costs[i]):
        owners[i] = loads.index(min(loads))
        loads[owners[i]] += costs[i]
    return owners


Team = collections.namedtuple("Team", "processes threads neighbours", defaults=(1, None, 1))
Team.__doc__ = """Who shares the work.

processes: how many. threads: that all of them can keep busy together; None: those of this process alone. neighbours:
how many of the processes are on this one's machine, itself included.
"""
ALONE = Team()


def team_of(ranks):
    """The Team of the ranks, all of which call this."""
    if ranks.size == 1:
        return ALONE
    told = ranks.gather((platform.node(), sorted(cores()), thread_limit()))
    return team_as_told(told, platform.node())


def team_as_told(told, machine):
    """The Team of processes, each of which tells its machine, the cores that it may run on, and its limit of threads.

    Those of one machine may have been given the same cores. machine: this process's.
    """
    threads = 0
    for name in {name for name, *_ in told}:
        shared = set().union(*(numbers for other, numbers, _ in told if other == name))
        threads += min(len(shared), sum(limit for other, _, limit in told if other == name))
    return Team(len(told), threads, sum(name == machine for name, *_ in told))


def seen_by_all(ranks, folder):
    """Rank 0's path of a folder, on every rank. Raises InputError where a rank does not see that folder."""
    folder = ranks.broadcast(folder)
    if not os.path.isdir(folder):
        raise InputError(
            "{} is not there on {}, where one of the processes is. Give a folder that all see; for a remote address, "
            "let {} be one.".format(folder, platform.node(), CACHE_VARIABLE)
        )
    return folder


def merged(dicts):
    """One dict of several with different keys."""
    return {key: value for part in dicts for key, value in part.items()}


def broadcast(ranks, data):
    """Rank 0's data on every rank: dicts and lists of arrays and of what can be pickled."""
    if ranks.size == 1:
        return data
    length, keys, shape, dtype = ranks.broadcast(
        (len(data), None, None, None)
        if isinstance(data, list)
        else (None, list(data), None, None)
        if isinstance(data, dict)
        else (None, None, data.shape, data.dtype)
        if isinstance(data, np.ndarray)
        else (None, None, None, None)
    )
    if length is not None:
        return [broadcast(ranks, data[i] if ranks.rank == 0 else None) for i in range(length)]
    if keys is not None:
        return {key: broadcast(ranks, data[key] if ranks.rank == 0 else None) for key in keys}
    if shape is None:
        return ranks.broadcast(data)
    array = data if ranks.rank == 0 else large_arrays.empty(shape, dtype)
    rows = max(1, PIECE_BYTES * len(array) // max(1, array.nbytes))
    for start in range(0, len(array), rows):
        array[start : start + rows] = ranks.broadcast(array[start : start + rows])
    return array
