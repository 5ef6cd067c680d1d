"""Evaluate an agent on four levels, as one of the processes that mpiexec starts: CHECKPOINT FOLDER.

Each process but the first has a cache of its own, as on another machine.
"""

import os
import sys

from mpi4py import MPI

from understanding_rl_vision.rl_clarity import evaluate

if __name__ == "__main__":
    rank = MPI.COMM_WORLD.Get_rank()
    if rank:
        os.environ["UNDERSTANDING_RL_VISION_CACHE"] += "-{}".format(rank)
    summary = evaluate(
        sys.argv[1], quiet=True, output_dir=os.path.join(sys.argv[2], "evaluation"), num_levels=4, num_envs=2
    )
    if not rank:
        with open(os.path.join(sys.argv[2], "outcomes"), "w") as file:
            file.write(repr(summary["models"][0]["outcomes"]))
