"""How many threads a process may keep busy, and work done in one while the caller goes on."""

import concurrent.futures
import os


def cores():
    """The numbers of the cores that this process may run on, a set."""
    return os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set(range(os.cpu_count() or 1))


def thread_limit():
    """OMP_NUM_THREADS, or the cores that this process may run on if these are fewer."""
    given = os.environ.get("OMP_NUM_THREADS", "")
    return min(len(cores()), int(given)) if given.isdigit() and int(given) > 0 else len(cores())


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
