"""Evaluate a checkpoint on ten levels, as one of the processes that mpiexec starts: CHECKPOINT OUTPUT_DIR."""

import sys

from understanding_rl_vision.rl_clarity import evaluate

if __name__ == "__main__":
    evaluate(sys.argv[1], quiet=True, output_dir=sys.argv[2], num_levels=10, num_envs=4)
