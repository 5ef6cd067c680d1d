"""A small interface made by one process or several: python ranks_run.py CHECKPOINT OUTPUT_DIR [FAILURE]."""

import os
import signal
import sys

import numpy as np

from understanding_rl_vision.agents.architectures import POLICY_LOGITS_NAME, VALUE_FUNCTION_NAME
from understanding_rl_vision.agents.checkpoints import read_checkpoint
from understanding_rl_vision.agents.policy import Policy
from understanding_rl_vision.ranks import Ranks, launched_communicator
from understanding_rl_vision.rl_clarity import generate
from understanding_rl_vision.run.attribution import records as attribution

checkpoint, output_dir, *failure = sys.argv[1:]
ranks = Ranks(launched_communicator())
random = np.random.RandomState(0)


def fail(*_):
    if failure == ["killed"]:
        os.kill(os.getpid(), signal.SIGKILL)
    raise OSError(28, "No space left on device")


if failure and ranks.rank == ranks.size - 1:
    # In the last stage, when the others may be done or at work.
    attribution.records = fail

trajectories = {
    "observations": random.randint(0, 256, (1, 3, 64, 64, 3), dtype=np.uint8),
    "actions": np.zeros((1, 3), int),
    "rewards": np.ones((1, 3)),
    "firsts": np.zeros((1, 3), bool),
}
model = {
    "model_bytes": Policy(read_checkpoint(checkpoint), (64, 64, 3)).freeze(),
    "policy_logits_name": POLICY_LOGITS_NAME,
    "value_function_name": VALUE_FUNCTION_NAME,
}
# One whole episode, of another length than the first model's.
episode = dict({key: [array[0, :2]] for key, array in trajectories.items()}, episodes=[{"level": 7}])

generate(
    output_dir,
    observations=random.randint(0, 256, (16, 64, 64, 3), dtype=np.uint8),
    trajectories=trajectories,
    compared=[dict(model, name="other", trajectories=episode)],
    ranks=ranks,
    layer_kwargs={"name_contains_one_of": ["3a", "4a"]},
    nmf_features=2,
    vis_subdiv_mults=[1],
    vis_expand_mults=[4],
    attr_policy=True,
    **model,
)
