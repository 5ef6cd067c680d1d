"""What a command will take, told first: time, memory and room on the disk, stage by stage."""

import collections
import math
import os
import shutil

from understanding_rl_vision.errors import InputError
from understanding_rl_vision.memory import available_memory, taken_memory
from understanding_rl_vision.remote import is_remote, local_copy
from understanding_rl_vision.sharing import ALONE
from understanding_rl_vision.threads import thread_limit

Stage = collections.namedtuple("Stage", "name seconds memory disk shares", defaults=(0, 0, 0, 1))
Stage.__doc__ = """A stage of a command's work.

seconds: by the clock, of a machine that does nothing else. memory: bytes that it takes beside what the process has
before. disk: bytes that it leaves in the output folder or beside the checkpoint, and those of its temporary files.
shares: how many times as fast several processes can do it at most, the largest of whose shares is so small a part. All
is as of one process alone, see `in_team`.
"""

# Of shorter work nobody needs to be told. It is not measured either.
WORTH_TELLING = 60
# What TensorFlow's graphs and their sessions take, beside arrays.
GRAPHS = 400 << 20
# Left free for what else a machine does.
SPARE_DISK = 64 << 20


class DryRun(Exception):
    """Only the forecast was asked for, and that has been told."""


class Forecast:
    """Tells what a command will take, and refuses what there is no room for.

    progress: a Progress. dry_run: then that is all; see `tell`. team: a Team, which shares the work.
    """

    def __init__(self, progress, dry_run=False, team=ALONE):
        self._progress, self.dry_run, self.team = progress, dry_run, team
        self.told = False

    def worth_measuring(self, seconds):
        """Whether work is long enough, by a rough guess of its seconds, for seconds to be spent on its forecast."""
        return self.dry_run or seconds >= WORTH_TELLING

    def tell(self, stages, folder, reduce):
        """Tell of Stages, one after another. Raises DryRun after that where it is all.

        folder: what is written to, which need not be there yet. reduce: what can be made smaller, the end of a
        sentence. Raises InputError where memory or disk do not suffice.
        """
        self.told = True
        stages = [in_team(stage, self.team, thread_limit()) for stage in stages]
        text = described(stages, available_memory(), free_disk(folder), self.team)
        if self.dry_run:
            print(text)
        elif sum(stage.seconds for stage in stages) >= WORTH_TELLING:
            self._progress.say(text)
        check_room(stages, available_memory(), free_disk(folder), folder, reduce)
        if self.dry_run:
            raise DryRun


def in_team(stage, team, threads):
    """A Stage as the processes of a Team do it, of which this one alone keeps so many threads busy."""
    faster = 1 if team.threads is None else min(stage.shares, team.threads / threads)
    at_once = min(team.neighbours, math.ceil(stage.shares))
    return stage._replace(seconds=stage.seconds / faster, memory=stage.memory * at_once)


def check_alone(dry_run, processes):
    """Raise InputError where several processes, which share the work, are to make a forecast."""
    if dry_run and processes > 1:
        raise InputError("dry_run=True given under mpiexec or srun; one process tells what it would take alone.")


def most_memory(stages):
    return max(stage.memory for stage in stages)


def described(stages, memory, disk, team=ALONE):
    """The text that tells of stages, where so many bytes are free, and which a Team works on."""
    rows = [("", "time", "memory", "disk")]
    rows += [(stage.name, _time(stage.seconds), _size(stage.memory), _size(stage.disk)) for stage in stages]
    total = [sum(stage.seconds for stage in stages), most_memory(stages), sum(stage.disk for stage in stages)]
    threads = "in all, on {} idle threads".format(team.threads or thread_limit())
    if team.processes > 1:
        threads += " of {} processes".format(team.processes)
    rows.append((threads, _time(total[0]), _size(total[1]), _size(total[2])))
    rows.append(("free", "", _size(memory), _size(disk)))
    widths = [max(map(len, column)) for column in zip(*rows)]
    lines = ["  ".join([row[0].ljust(widths[0])] + [t.rjust(w) for t, w in zip(row[1:], widths[1:])]) for row in rows]
    return "\n".join(
        ["What this will take, about, beside {} that are taken already:".format(_size(taken_memory()))] + lines
    )


def check_room(stages, memory, disk, folder, reduce):
    """Raise InputError where stages need more than these bytes of memory and of disk; see `Forecast.tell`."""
    needed = most_memory(stages)
    if needed > memory:
        largest = max(stages, key=lambda stage: stage.memory)
        raise InputError(
            "There is too little memory: {} needs about {}, and {} are left. {}, or take a machine with more.".format(
                largest.name, _size(needed), _size(memory), reduce
            )
        )
    needed = sum(stage.disk for stage in stages)
    if needed + SPARE_DISK > disk:
        largest = max(stages, key=lambda stage: stage.disk)
        raise InputError(
            "There is too little room on the disk of {}: about {} are needed, most of it by {}, and {} are left. "
            "{}, or free some.".format(folder, _size(needed), largest.name, _size(disk), reduce)
        )


def free_disk(folder):
    """Bytes that are left on the disk of a folder, or where it is going to be made."""
    # What is for a remote address is made in the cache.
    folder = os.path.abspath(local_copy(folder) if is_remote(folder) else folder)
    while not os.path.isdir(folder):
        folder = os.path.dirname(folder)
    return shutil.disk_usage(folder).free


def _time(seconds):
    if seconds < 100:
        return "{:.0f} s".format(seconds)
    return "{:.0f} min".format(seconds / 60) if seconds < 6000 else "{:.1f} h".format(seconds / 3600)


def _size(count):
    return "{:.0f} MB".format(count / 1e6) if count < 1e9 else "{:.1f} GB".format(count / 1e9)
