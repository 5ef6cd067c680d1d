"""Limits for what tests read."""

import contextlib
import resource


@contextlib.contextmanager
def more_memory_at_most(size):
    """Let this process take so many bytes more than it has, and fail beyond."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    with open("/proc/self/statm") as file:
        taken = int(file.read().split()[0]) * resource.getpagesize()
    allowed = taken + size if soft == resource.RLIM_INFINITY else min(taken + size, soft)
    resource.setrlimit(resource.RLIMIT_AS, (allowed, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
