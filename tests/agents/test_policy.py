"""The policy of a checkpoint in a session."""

import numpy as np

from understanding_rl_vision.agents.checkpoints import read_checkpoint
from understanding_rl_vision.agents.policy import POLICY_BATCH_SIZE, Policy
from understanding_rl_vision.rl_util import FrozenModel


def test_logits_of_several_batches_are_those_of_each_observation_in_order(checkpoint_path):
    policy = Policy(read_checkpoint(str(checkpoint_path)), (64, 64, 3))
    observations = np.random.RandomState(0).randint(0, 256, (2 * POLICY_BATCH_SIZE + 3, 64, 64, 3), np.uint8)
    logits = policy.logits(observations)
    singly = np.concatenate([policy.outputs(observation[None])[0] for observation in observations])
    assert np.ptp(singly, axis=0).max() > 1e-2
    np.testing.assert_allclose(logits, singly, atol=1e-5)


def test_a_frozen_model_has_the_nodes_of_tensorflow_1(checkpoint_path):
    model = FrozenModel.from_bytes(Policy(read_checkpoint(str(checkpoint_path)), (64, 64, 3)).freeze())
    constants = [node.name for node in model.graph_def.node if node.op == "Const"]
    assert "ppo2_model/pi/1a/conv2d/kernel" in constants
    # Variables of TensorFlow 2 would leave a node for each reading.
    assert not [node.name for node in model.graph_def.node if node.op == "Identity" or "Variable" in node.name]
