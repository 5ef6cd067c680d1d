"""Whether one revision is slower than another: a benchmark of this folder, run on both by turns.

    python benchmarks/compare.py OLD [NEW] [--repeat 3] [--threshold 1.1] [--benchmark "whole_run.py --steps 64"]

OLD and NEW (default HEAD) are revisions as git knows them. Both are unpacked into a temporary folder; the benchmark is
that of this checkout, so that revisions older than it can be compared. Prints the seconds and processor seconds of
every run and the ratios of the smallest ones; ends with status 1 if NEW takes more than `threshold` times the seconds.
Without --benchmark, a small whole run is compared. Reinstall when requirements changed: both run in this environment.
"""

import argparse
import os
import resource
import shlex
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
SMALL_RUN = "whole_run.py --trajectories 1 --steps 64 --games 32 --num-obs 8 --obs-every 8"


def unpack(revision, folder):
    """Put the files of a revision into a folder."""
    archive = os.path.join(folder, "revision.tar")
    command = ["git", "-C", str(HERE.parent), "archive", "--output", archive, revision, "understanding_rl_vision"]
    if subprocess.run(command).returncode:
        sys.exit("{!r} is no revision of this repository; accepted are names of commits.".format(revision))
    with tarfile.open(archive) as file:
        file.extractall(folder)


def run(benchmark, folder):
    """Seconds and processor seconds of a benchmark with the package of a folder."""
    script, *arguments = shlex.split(benchmark)
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(
        [sys.executable, str(HERE / script)] + arguments,
        env=dict(os.environ, PYTHONPATH=folder),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    seconds, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit("{} failed with the revision in {}:\n{}".format(benchmark, folder, done.stderr.decode()[-2000:]))
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main(options):
    times = {"old": [], "new": []}
    with tempfile.TemporaryDirectory() as folder:
        for side in times:
            os.mkdir(os.path.join(folder, side))
            unpack(getattr(options, side), os.path.join(folder, side))
        for number in range(options.repeat):
            # What runs first finds a cooler machine or a colder cache: each side does so by turns.
            for side in sorted(times, reverse=number % 2 == 0):
                times[side].append(run(options.benchmark, os.path.join(folder, side)))
                line = "{} {}: {:.1f} s, {:.1f} processor s"
                print(line.format(side, getattr(options, side), *times[side][-1]), flush=True)
    ratios = [min(new) / min(old) for old, new in zip(zip(*times["old"]), zip(*times["new"]))]
    print("new / old: {:.2f} of the seconds, {:.2f} of the processor seconds".format(*ratios))
    if ratios[0] > options.threshold:
        sys.exit("{} is slower than {}: {:.2f} > {}".format(options.new, options.old, ratios[0], options.threshold))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old")
    parser.add_argument("new", nargs="?", default="HEAD")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--threshold", type=float, default=1.1)
    parser.add_argument("--benchmark", default=SMALL_RUN, help="a script of benchmarks/ with its options")
    main(parser.parse_args())
