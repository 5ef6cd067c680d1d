"""How many threads a process may keep busy."""

import os


def thread_limit():
    """OMP_NUM_THREADS, or the cores that this process may run on if these are fewer."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    given = os.environ.get("OMP_NUM_THREADS", "")
    return min(cores, int(given)) if given.isdigit() and int(given) > 0 else cores
