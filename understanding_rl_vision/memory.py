"""How much memory this process may still take."""

import os

try:
    import resource
except ImportError:  # Windows has no such limits.
    resource = None

# Of the control groups that containers are limited by, versions 2 and 1: the limit and what is taken of it.
_GROUPS = (
    ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
    ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes"),
)
# Where nothing tells.
_UNKNOWN = 4 << 30


def available_memory():
    """Bytes that can still be taken, by what the machine, its container and the limit of the process tell."""
    return max(0, min([left for left in (_of_machine(), *map(_of_group, _GROUPS), _of_process()) if left is not None]))


def _of_machine():
    for line in _lines("/proc/meminfo"):
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    except (AttributeError, ValueError, OSError):
        return _UNKNOWN


def _of_group(paths):
    limit, taken = (next(iter(_lines(path)), "").strip() for path in paths)
    # "max" where there is no limit.
    return int(limit) - int(taken) if limit.isdigit() and taken.isdigit() else None


def _of_process():
    if resource is None:
        return None
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    pages = next(iter(_lines("/proc/self/statm")), "0").split()[0]
    return None if limit == resource.RLIM_INFINITY else limit - int(pages) * resource.getpagesize()


def _lines(path):
    try:
        with open(path) as file:
            return file.readlines()
    except (OSError, ValueError):
        return []


def taken_memory():
    """Bytes of memory that this process has taken, as far as that is told."""
    fields = next(iter(_lines("/proc/self/statm")), "0 0").split()
    return int(fields[1]) * resource.getpagesize() if resource is not None else 0
