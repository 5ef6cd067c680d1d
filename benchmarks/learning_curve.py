"""Draw how trainings went: the share of recent episodes that were solved, by frames played.

    python benchmarks/learning_curve.py PICTURE LABEL=DIR [LABEL=DIR ...]

DIR: the folder that `understanding_rl_vision.train`, `examples/train_gpu.py` or `examples/distil.py` wrote. PICTURE: a
.png or .svg. Needs matplotlib.
"""

import argparse
import os

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt

from understanding_rl_vision.train.logs import read_progress


def main(picture, trainings):
    figure, axes = plt.subplots(figsize=(6, 3.4), dpi=150)
    for label, folder in trainings:
        rows = [row for row in read_progress(os.path.join(folder, "progress.csv")) if int(row["episodes"])]
        frames = [int(row["frames"]) / 1e6 for row in rows]
        axes.plot(frames, [100 * float(row["solved_rate"]) for row in rows], label=label)
    axes.set(xlabel="million frames", ylabel="solved, % of recent episodes", ylim=(0, 100))
    axes.grid(alpha=0.3)
    axes.legend(loc="lower right", frameon=False)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    figure.savefig(picture, bbox_inches="tight")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("picture", metavar="PICTURE")
    parser.add_argument("trainings", metavar="LABEL=DIR", nargs="+")
    given = parser.parse_args()
    main(given.picture, [training.split("=", 1) for training in given.trainings])
