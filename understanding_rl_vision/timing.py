"""How long work takes on this machine, also while others use it."""

import time

from understanding_rl_vision.devices import has_gpu
from understanding_rl_vision.threads import thread_limit

# Of the threads' time; the rest goes by while some of them wait. What `run` does was measured at 0.91 to 0.97 on two.
BUSY = 0.93


def timed(work, *arguments, alone=False):
    """Seconds by the clock that work takes on a machine that does nothing else, and what it returns.

    alone: one thread works at a time; else all of them do. Where there is a GPU nothing tells how long that works.
    """
    clock, processor = time.monotonic(), time.process_time()
    result = work(*arguments)
    clock, processor = time.monotonic() - clock, time.process_time() - processor
    return idle_seconds(clock, processor, 1 if alone else thread_limit(), has_gpu()), result


def idle_seconds(clock, processor, threads, gpu):
    """Seconds of work that took so many by the clock, and of processors, shared among so many threads."""
    return clock if gpu else min(clock, processor / (1 if threads == 1 else BUSY * threads))
