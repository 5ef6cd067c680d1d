"""What a run was said to take, and what it takes: time of each stage, memory and room on the disk.

    python benchmarks/forecast.py [--trajectories 8] [--steps 512] [--games 8] [--num-obs 8] [--obs-every 8]
        [--layer NAME] [--attr-policy] [--full-resolution]

Times are those of an idle machine, from processor seconds, as the forecast's are. Memory is what belongs to the process
alone, beside what it has when that is said. Needs Procgen.
"""

import argparse
import functools
import os
import shutil
import sys
import tempfile
import threading
import time

from whole_run import CHECKPOINT

from understanding_rl_vision.devices import has_gpu
from understanding_rl_vision.forecasts import Forecast, most_memory
from understanding_rl_vision.progress import Progress
from understanding_rl_vision.run.forecast import tell_run
from understanding_rl_vision.run.generating import generate
from understanding_rl_vision.run.loading import load
from understanding_rl_vision.run.options import with_defaults
from understanding_rl_vision.threads import thread_limit
from understanding_rl_vision.timing import idle_seconds

SECONDS_BETWEEN_SAMPLES = 0.2


class Keeping(Forecast):
    """A forecast whose stages are kept, and are always measured; then memory and disk are followed."""

    def __init__(self, sampling):
        super().__init__(None)
        self._sampling = sampling

    def worth_measuring(self, seconds):
        return True

    def tell(self, stages, folder, reduce):
        self.stages, self.told = stages, True
        self._sampling.start()


class Timed(Progress):
    """Seconds of each stage on an idle machine: `idle`."""

    def __init__(self):
        super().__init__(quiet=True)
        self.idle = {}

    def track(self, iterable, stage, total=None):
        clock, processor = time.monotonic(), time.process_time()
        try:
            yield from super().track(iterable, stage, total)
        finally:
            clock, processor = time.monotonic() - clock, time.process_time() - processor
            threads = 1 if stage == "playing trajectories" else thread_limit()
            self.idle[stage] = self.idle.get(stage, 0) + idle_seconds(clock, processor, threads, has_gpu())


class Sampling(threading.Thread):
    """Follows memory and disk until it is stopped; `memory`, `disk`: the most of them, in bytes."""

    def __init__(self, folder):
        super().__init__(daemon=True)
        self._folder, self._over = folder, threading.Event()
        self.memory = self.disk = self.first = 0

    def run(self):
        self.first = first = own_memory()
        while not self._over.wait(SECONDS_BETWEEN_SAMPLES):
            self.memory = max(self.memory, own_memory() - first)
            self.disk = max(self.disk, taken_disk(self._folder))

    def stop(self):
        self._over.set()
        self.join()


def own_memory():
    """Bytes of this process that are no file's."""
    with open("/proc/self/status") as file:
        return sum(int(line.split()[1]) * 1024 for line in file if line.startswith("RssAnon:"))


def taken_disk(folder):
    """Bytes of the files below a folder and of open files without a name."""
    paths = [os.path.join(path, name) for path, _, names in os.walk(folder) for name in names]
    taken = {}
    for path in paths + ["/proc/self/fd/" + name for name in os.listdir("/proc/self/fd")]:
        try:
            status = os.stat(path)
        except OSError:
            continue
        if path.startswith(folder) or status.st_nlink == 0:
            taken[status.st_ino] = status.st_blocks * 512
    return sum(taken.values())


def main(given):
    options = {"attr_policy": given.attr_policy}
    if given.layer:
        options["layer_kwargs"] = {"name_contains_one_of": given.layer}
    progress = Timed()
    with tempfile.TemporaryDirectory() as folder:
        tempfile.tempdir = os.path.join(folder, "tmp")
        os.mkdir(tempfile.tempdir)
        page = os.path.join(folder, "page")
        sampling = Sampling(folder)
        forecast = Keeping(sampling)
        data = load(
            shutil.copy(str(CHECKPOINT), folder),
            progress=progress,
            tell=functools.partial(tell_run, forecast, options=with_defaults(options), folder=page),
            trajectories_kwargs={"num_envs": given.trajectories, "num_steps": given.steps},
            full_resolution=given.full_resolution,
            observations_kwargs={"num_envs": given.games, "num_obs": given.num_obs, "obs_every": given.obs_every},
        )
        clock, processor = time.monotonic(), time.process_time()
        generate(page, progress=progress, **dict(data, **options))
        seconds = idle_seconds(time.monotonic() - clock, time.process_time() - processor, thread_limit(), has_gpu())
        sampling.stop()
    for stage in forecast.stages:
        print("said: {0.name}: {0.seconds:.1f} s, {1:.0f} MB, {2:.0f} MB".format(stage, *_megabytes(stage)))
    for name, spent in progress.idle.items():
        print("took: {}: {:.1f} s".format(name, spent))
    said = sum(stage.seconds for stage in forecast.stages if not stage.name.startswith("playing"))
    disk = sum(stage.disk for stage in forecast.stages)
    print("the page: said {:.1f} s, took {:.1f} s".format(said, seconds))
    memory = [taken / 1e6 for taken in (sampling.first, most_memory(forecast.stages), sampling.memory)]
    print("memory: beside {:.0f} MB taken already said {:.0f} MB, took {:.0f} MB".format(*memory))
    print("disk: said {:.0f} MB, took {:.0f} MB".format(disk / 1e6, sampling.disk / 1e6))


def _megabytes(stage):
    return stage.memory / 1e6, stage.disk / 1e6


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for option, default in {"trajectories": 8, "steps": 512, "games": 8, "num_obs": 8, "obs_every": 8}.items():
        parser.add_argument("--" + option.replace("_", "-"), type=int, default=default)
    parser.add_argument("--layer", help="a part of the name of the layers that are shown; default: all")
    parser.add_argument("--attr-policy", action="store_true")
    parser.add_argument("--full-resolution", action="store_true")
    main(parser.parse_args())
    sys.exit(0)
