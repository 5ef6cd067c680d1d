"""`run` of two checkpoints and `find`, by one process or several: python ranks_commands.py FIRST SECOND OUTPUT_DIR."""

import os
import sys

from tests.helpers.interfaces import QUICK
from understanding_rl_vision.rl_clarity import find, run

first, second, output_dir = sys.argv[1:]
options = dict(QUICK, quiet=True, layer_kwargs={"name_contains_one_of": "Relu_2"})

run(
    [first, second],
    os.path.join(output_dir, "run"),
    load_kwargs={"temp_files": True, "full_resolution": False},
    trajectories_kwargs={"num_envs": 2, "num_steps": 3},
    **options,
)
find(first, os.path.join(output_dir, "find"), num_levels=2, num_envs=2, top=1, **options)
