"""Cost per frame and memory as trajectories get longer: both should stay flat.

    python benchmarks/scaling.py [--lengths 512 1024 2048 4096 8192] [--layer 2b] [--plot scaling.png]

Plays the bundled agent, chains the frames of several games to one long trajectory, and makes pages of its first 512,
1,024, ... frames with attribution to one layer, each in a process of its own. Prints seconds and processor seconds of
the attribution per 1,000 frames, and the most memory that the process takes, in all and beyond the frames themselves.
Needs Procgen, and Matplotlib for the plot.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from whole_run import CHECKPOINT, MEGABYTE, Timed, peak_bytes

from understanding_rl_vision.rl_clarity import generate, load
from understanding_rl_vision.rl_util import load_joblib, save_joblib

FRAMES_PER_GAME = 512


def play(path, frames):
    """Keep what `generate` needs, with one trajectory of this many frames, and as few observations as will do."""
    data = load(
        CHECKPOINT,
        temp_files=True,
        trajectories_kwargs={"num_envs": -(-frames // FRAMES_PER_GAME), "num_steps": FRAMES_PER_GAME},
        observations_kwargs={"num_envs": 32, "num_obs": 4, "obs_every": 32},
    )
    data["trajectories"] = {
        key: values.reshape((1, -1) + values.shape[2:]) for key, values in data["trajectories"].items()
    }
    save_joblib({key: value for key, value in data.items() if value is not None}, path)


def work(path, folder, frames, layer):
    """Make one page; prints the seconds and processor seconds of its attribution as JSON."""
    data = load_joblib(path)
    # Copies, so that the rest is not held.
    data["trajectories"] = {key: values[:, :frames].copy() for key, values in data["trajectories"].items()}
    progress = Timed()
    options = {"layer_kwargs": {"name_contains_one_of": layer}, "vis_subdiv_mults": [1], "vis_expand_mults": [4]}
    generate(folder, progress=progress, **data, **options)
    kinds = progress.seconds, progress.processor_seconds
    print(json.dumps([sum(of[stage] for stage in of if stage.startswith("attribution")) for of in kinds]))


def _run(*arguments):
    """Start this script again; returns what it prints and its peak of memory in megabytes."""
    process = subprocess.Popen([sys.executable, __file__] + list(arguments), stdout=subprocess.PIPE)
    peak = peak_bytes(process) / MEGABYTE
    if process.returncode:
        sys.exit("A run failed.")
    return process.stdout.read().decode(), peak


def plot(path, rows):
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    lengths, seconds, processor_seconds, memory, beyond = zip(*rows)
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.5))
    left.plot(lengths, seconds, "o-", label="seconds")
    left.plot(lengths, processor_seconds, "o-", label="processor seconds")
    left.set_title("attribution of 1,000 frames")
    right.plot(lengths, memory, "o-", label="MB")
    right.plot(lengths, beyond, "o-", label="MB beyond the frames")
    right.set_title("most memory")
    for axes in (left, right):
        axes.set_xscale("log", base=2)
        axes.set_ylim(bottom=0)
        axes.set_xlabel("frames of the trajectory")
        axes.legend()
    figure.tight_layout()
    figure.savefig(path)


def main(options):
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        data = os.path.join(folder, "data.jd")
        _run("--play", data, "--lengths", str(max(options.lengths)))
        print(
            "frames | seconds per 1,000 | processor seconds per 1,000 | MB | MB beyond the frames\n---|---|---|---|---"
        )
        for frames in options.lengths:
            page = os.path.join(folder, str(frames))
            output, peak = _run("--work", data, page, "--lengths", str(frames), "--layer", options.layer)
            seconds, processor_seconds = np.array(json.loads(output.splitlines()[-1])) * 1000 / frames
            rows.append((frames, seconds, processor_seconds, peak, peak - frames * 64 * 64 * 3 / MEGABYTE))
            print("{} | {:.1f} | {:.1f} | {:.0f} | {:.0f}".format(*rows[-1]), flush=True)
    if options.plot:
        plot(options.plot, rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lengths", type=int, nargs="+", default=[512, 1024, 2048, 4096, 8192])
    parser.add_argument("--layer", default="2b")
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--play", help=argparse.SUPPRESS)
    parser.add_argument("--work", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.play:
        play(given.play, given.lengths[0])
    elif given.work:
        work(*given.work, frames=given.lengths[0], layer=given.layer)
    else:
        main(given)
