"""How far sharing `run` among MPI ranks carries: the attribution stage on 1 and 2 ranks of one thread each.

Each rank is kept on a core of its own, for libraries have more threads than they are told to: the writer of images
would else use the core that the second rank is to have.

    python benchmarks/mpi.py [--trajectories 2] [--steps 256] [--rounds 2]

Plays the bundled agent, computes attribution to all layers, and prints the efficiency of two ranks, t1 / (2 t2). Beside
it stands what the machine allows: the same work twice, in two runs side by side that share nothing but the machine,
against one of them alone. All three take turns; seconds are medians of the rounds. From the times of the tasks (a layer
and a trajectory each) it then works out how long 1 to 64 ranks would take for the default 8 trajectories, shared out as
`run` does. Needs mpiexec, mpi4py and Procgen.

With few steps the efficiency is lower: a rank builds the graph of every layer, where one alone has it from fitting NMF.
"""

import argparse
import concurrent.futures
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from understanding_rl_vision.ranks import Ranks, launched_communicator
from understanding_rl_vision.rl_clarity import generate, load
from understanding_rl_vision.run import stages
from understanding_rl_vision.run.attribution import records as attribution
from understanding_rl_vision.sharing import shares

CHECKPOINT = Path(__file__).resolve().parent.parent / "examples" / "coinrun.jd"
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "OMPI_ALLOW_RUN_AS_ROOT": "1",
    "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
}


def keep_to_one_core(which):
    """Start this script again on one core: threads that libraries have begun by now would stay on all of them."""
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[int(os.environ.get("OMPI_COMM_WORLD_LOCAL_RANK", which)) % len(cores)]})
    core = sys.argv.index("--core")
    os.execv(sys.executable, [sys.executable] + sys.argv[:core] + sys.argv[core + 2 :])


def work(folder, trajectories, steps):
    """One rank's part of a run; the first prints the stage's seconds and those of all tasks by layer, as JSON."""
    ranks = Ranks(launched_communicator())
    tasks, stage = [], []
    records, attribution_records = attribution.records, stages.attribution_records

    def timed_records(layer, *arguments):
        start = time.perf_counter()
        found = records(layer, *arguments)
        tasks.append((layer.name, time.perf_counter() - start))
        return found

    def timed_stage(*arguments):
        ranks.gather(None)
        start = time.perf_counter()
        found = attribution_records(*arguments)
        stage.append(time.perf_counter() - start)
        return found

    attribution.records = timed_records
    stages.attribution_records = timed_stage
    data = load(
        CHECKPOINT,
        temp_files=True,
        trajectories_kwargs={"num_envs": trajectories, "num_steps": steps},
        observations_kwargs={"num_envs": 16, "num_obs": 4, "obs_every": 16},
    )
    generate(folder, ranks=ranks, vis_subdiv_mults=[1], vis_expand_mults=[4], **data)
    gathered = [task for of_rank in ranks.gather(tasks) for task in of_rank]
    if ranks.rank == 0:
        print(json.dumps({"stage": stage[0], "tasks": gathered}))


def measure(options, processes=1, core=0):
    """What `work` prints of a run of this many processes; `core`: of a single one."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, __file__, "--work", folder, "--core", str(core)]
        command += ["--trajectories", str(options.trajectories), "--steps", str(options.steps)]
        mpiexec = shutil.which("mpiexec", path=os.path.dirname(sys.executable) + os.pathsep + os.environ["PATH"])
        if processes > 1:
            command = [mpiexec or "mpiexec", "-n", str(processes)] + command
        done = subprocess.run(command, env=dict(os.environ, **ONE_THREAD), stdout=subprocess.PIPE, check=True)
        return json.loads(done.stdout.decode().splitlines()[-1])


def measure_apart(options):
    """Seconds of the stage in two runs side by side that know nothing of each other."""
    with concurrent.futures.ThreadPoolExecutor(2) as threads:
        runs = list(threads.map(lambda core: measure(options, core=core), range(2)))
    return sum(run["stage"] for run in runs) / 2


def makespan(layers, times, trajectories, ranks):
    """Seconds until the last of `ranks` ranks is done; times: layer -> seconds per trajectory."""
    costs = [4.0**-i for i in range(len(layers)) for _ in range(trajectories)]
    tasks = [times[layer] for layer in layers for _ in range(trajectories)]
    loads = [0.0] * ranks
    for owner, seconds in zip(shares(costs, ranks), tasks):
        loads[owner] += seconds
    return max(loads)


def main(options):
    rounds = [(measure(options), measure(options, 2), measure_apart(options)) for _ in range(options.rounds)]
    tasks = [task for found in rounds for task in found[0]["tasks"]]
    alone, shared = (statistics.median(found[i]["stage"] for found in rounds) for i in range(2))
    apart = statistics.median(seconds for _, _, seconds in rounds)
    frames = options.trajectories * options.steps
    print("attribution stage, {} frames, 1 thread a rank, medians of {} rounds".format(frames, options.rounds))
    print("1 rank {:.1f} s, 2 ranks {:.1f} s: efficiency {:.2f}".format(alone, shared, alone / (2 * shared)))
    print("two runs side by side {:.1f} s each: the machine allows {:.2f}".format(apart, alone / apart))
    layers = list(dict.fromkeys(layer for layer, _ in tasks))
    times = {}
    for layer in layers:
        seconds = [spent for name, spent in tasks if name == layer]
        times[layer] = sum(seconds) / len(seconds) * 512 / options.steps
        print("{}: {:.1f} s for a trajectory of 512 frames".format(layer, times[layer]))
    alone = makespan(layers, times, 8, 1)
    for ranks in (1, 2, 4, 8, 16, 64):
        seconds = makespan(layers, times, 8, ranks)
        print(
            "{:2d} ranks, 8 trajectories: {:.0f} s, efficiency {:.2f}".format(ranks, seconds, alone / ranks / seconds)
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trajectories", type=int, default=2)
    parser.add_argument("--steps", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--work", help=argparse.SUPPRESS)
    parser.add_argument("--core", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.core is not None:
        keep_to_one_core(given.core)
    elif given.work:
        work(given.work, given.trajectories, given.steps)
    else:
        main(given)
