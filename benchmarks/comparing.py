"""What the comparisons share: two functions take turns in one process, and their ratio is printed beside its target."""

import datetime
import importlib
import os
import platform
import shlex
import statistics
import sys
import time


def processor():
    """The processor's name, where Linux tells it."""
    try:
        with open("/proc/cpuinfo") as file:
            return next(line.split(":")[1].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def print_setting(*packages):
    """Print the command, the date, the machine and the versions of the packages (names of modules)."""
    versions = ["{} {}".format(name, importlib.import_module(name).__version__) for name in packages]
    command = ["python"] + [os.path.relpath(sys.argv[0])] + sys.argv[1:]
    print(" ".join(map(shlex.quote, command)))
    print(
        "{}, {} ({} cores), Python {}, {}\n".format(
            datetime.date.today(), processor(), os.cpu_count(), platform.python_version(), ", ".join(versions)
        )
    )


def seconds_of(function):
    """Seconds by the clock and of processor time (all threads) of one call."""
    start, processor_start = time.perf_counter(), time.process_time()
    function()
    return time.perf_counter() - start, time.process_time() - processor_start


def alternate(ours, theirs, rounds, warm_up=True):
    """Seconds of two functions that take turns: for each round (ours, theirs), each (clock, processor).

    Whatever else the machine does falls on both. With warm_up, each has a turn before that does not count.
    """
    if warm_up:
        ours()
        theirs()
    return [(seconds_of(ours), seconds_of(theirs)) for _ in range(rounds)]


def print_head():
    print("| work | against | ours | theirs | ratio | of processor time | target | |")
    print("|---|---|---|---|---|---|---|---|")


def print_row(work, against, rounds, target, theirs_share=1.0):
    """Print a row of the table of results, given what `alternate` returns: medians of the rounds.

    On a machine that does other work the ratio of processor time is the steadier one.
    theirs_share: the share of the work that the other side has done, where its time is in proportion to the work.
    """
    ours, theirs = (statistics.median(seconds[side][0] for seconds in rounds) for side in (0, 1))
    ratio, processor_ratio = (
        statistics.median(other[kind] / own[kind] for own, other in rounds) / theirs_share for kind in (0, 1)
    )
    cells = [
        work,
        against,
        "{:.3g} s".format(ours),
        "{:.3g} s".format(theirs / theirs_share),
        "{:.1f}".format(ratio),
        "{:.1f}".format(processor_ratio),
        ">= {:g}".format(target),
        "met" if ratio >= target else "MISSED",
    ]
    print("| {} |".format(" | ".join(cells)), flush=True)
