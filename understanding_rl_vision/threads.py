"""How many threads a process may keep busy, and work done in one while the caller goes on."""

import concurrent.futures
import os


def thread_limit():
    """OMP_NUM_THREADS, or the cores that this process may run on if these are fewer."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    given = os.environ.get("OMP_NUM_THREADS", "")
    return min(cores, int(given)) if given.isdigit() and int(given) > 0 else cores


def ahead(function, items):
    """Yield function(item) for each of the items in order; the next one is worked on while the caller has the last.

    In a process of one thread it is the caller who works.
    """
    if thread_limit() == 1:
        yield from map(function, items)
        return
    with concurrent.futures.ThreadPoolExecutor(1) as thread:
        last = None
        for item in items:
            next_one = thread.submit(function, item)
            if last:
                yield last.result()
            last = next_one
        if last:
            yield last.result()
