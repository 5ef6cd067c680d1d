"""The whole run, from checkpoint to page: time and processor seconds of each stage, peak memory, size of the folder.

    python benchmarks/whole_run.py [--trajectories 8] [--steps 512] [--games 32] [--num-obs 128] [--obs-every 128]

Without options this is what `rl-clarity run examples/coinrun.jd OUTPUT_DIR` does, for which
there are targets: on two cores 25 minutes with TensorFlow 1.14 and 12 with TensorFlow 2, 5 GB, 700 MB. Needs Procgen.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from understanding_rl_vision.progress import Progress
from understanding_rl_vision.rl_clarity import generate, load
from understanding_rl_vision.tensorflow1 import tf

CHECKPOINT = Path(__file__).resolve().parent.parent / "examples" / "coinrun.jd"
MEGABYTE = 1e6
MEMORY_TARGET, FOLDER_TARGET = 5000, 700
MINUTES_TARGET = {"1": 25, "2": 12}
SECONDS_BETWEEN_SAMPLES = 0.1


class Timed(Progress):
    """Also counts processor seconds."""

    def __init__(self):
        super().__init__(quiet=True)
        self.processor_seconds = {}

    def track(self, iterable, stage, total=None):
        start = time.process_time()
        try:
            yield from super().track(iterable, stage, total)
        finally:
            spent = time.process_time() - start
            self.processor_seconds[stage] = self.processor_seconds.get(stage, 0) + spent
            print("{}: {:.0f} s".format(stage, self.seconds[stage]), file=sys.stderr)


def work(folder, options):
    """One run; prints the seconds and the processor seconds of its stages as JSON."""
    progress = Timed()
    checkpoint = shutil.copy(str(CHECKPOINT), folder)
    if options.sampled:
        shutil.copytree(options.sampled, os.path.join(folder, "rl-clarity"))
    data = load(
        checkpoint,
        progress=progress,
        resample=not options.sampled,
        trajectories_kwargs={"num_envs": options.trajectories, "num_steps": options.steps},
        observations_kwargs={"num_envs": options.games, "num_obs": options.num_obs, "obs_every": options.obs_every},
    )
    generate(os.path.join(folder, "page"), progress=progress, **data)
    found = {
        "python": sys.version.split()[0],
        "tensorflow": tf.__version__,
        "stages": [(stage, seconds, progress.processor_seconds[stage]) for stage, seconds in progress.seconds.items()],
        "processor": time.process_time(),
    }
    print(json.dumps(found))


def _children():
    """Process -> its parent."""
    parents = {}
    for name in os.listdir("/proc"):
        try:
            with open("/proc/{}/stat".format(name)) as file:
                parents[int(name)] = int(file.read().rsplit(")", 1)[1].split()[1])
        except (OSError, ValueError):
            continue
    return parents


def _resident_bytes(root):
    """Memory of a process and of those that it has started, together."""
    parents = _children()
    total = 0
    for process in parents:
        ancestor = process
        while ancestor != root and ancestor in parents:
            ancestor = parents[ancestor]
        if ancestor == root:
            try:
                with open("/proc/{}/statm".format(process)) as file:
                    total += int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
            except OSError:
                continue
    return total


def peak_bytes(process):
    """The most memory that a process and its children take together until it ends."""
    peak = 0
    while process.poll() is None:
        peak = max(peak, _resident_bytes(process.pid))
        time.sleep(SECONDS_BETWEEN_SAMPLES)
    return peak


def sizes(folder):
    """Megabytes of each part of a folder."""
    found = {}
    for part in sorted(os.listdir(folder)):
        path = os.path.join(folder, part)
        files = [path] if os.path.isfile(path) else [os.path.join(path, name) for name in os.listdir(path)]
        found[part] = sum(map(os.path.getsize, files)) / MEGABYTE
    return found


def measure(options):
    """A run in a process of its own: what `work` prints, with its seconds, peak of memory and sizes."""
    with tempfile.TemporaryDirectory() as folder:
        given = ["--{}={}".format(name.replace("_", "-"), getattr(options, name)) for name in OPTIONS]
        given += ["--sampled={}".format(options.sampled)] if options.sampled else []
        start = time.monotonic()
        process = subprocess.Popen([sys.executable, __file__, "--work", folder] + given, stdout=subprocess.PIPE)
        memory = peak_bytes(process)
        seconds = time.monotonic() - start
        if process.returncode:
            sys.exit("The run failed.")
        found = json.loads(process.stdout.read().decode().splitlines()[-1])
        page = os.path.join(folder, "page")
        found.update(seconds=seconds, memory=memory / MEGABYTE, sizes=sizes(page))
        if options.keep:
            shutil.copytree(page, options.keep)
        return found


def main(options):
    found = measure(options)
    print("Python {python}, TensorFlow {tensorflow}".format(**found))
    print("stage | seconds | processor seconds\n---|---|---")
    for stage in sorted(found["stages"], key=lambda stage: -stage[1]):
        print("{} | {:.0f} | {:.0f}".format(*stage))
    rest = found["seconds"] - sum(seconds for _, seconds, _ in found["stages"])
    print("starting, waiting for images, page | {:.0f} |".format(rest))
    for part, megabytes in found["sizes"].items():
        print("{}: {:.0f} MB".format(part, megabytes))
    print(
        "{:.1f} minutes (target {}), {:.0f} processor seconds, {:.0f} MB at most (target {}), folder {:.0f} MB "
        "(target {})".format(
            found["seconds"] / 60,
            MINUTES_TARGET[found["tensorflow"][0]],
            found["processor"],
            found["memory"],
            MEMORY_TARGET,
            sum(found["sizes"].values()),
            FOLDER_TARGET,
        )
    )


OPTIONS = {"trajectories": 8, "steps": 512, "games": 32, "num_obs": 128, "obs_every": 128}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for option, default in OPTIONS.items():
        parser.add_argument("--" + option.replace("_", "-"), type=int, default=default)
    parser.add_argument("--keep", help="a folder to leave the page in")
    parser.add_argument("--sampled", help="the folder rl-clarity of an earlier run, to start from its samples")
    parser.add_argument("--work", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.work:
        work(given.work, given)
    else:
        main(given)
