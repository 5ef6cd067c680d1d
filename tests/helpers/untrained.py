"""Checkpoints of agents that have learned nothing."""

import joblib

from understanding_rl_vision.agents.architectures import build_policy
from understanding_rl_vision.tensorflow1 import tf

# A game that is soon lost, seen by a small network: its layers are Relu, Relu_1 and Relu_2.
SMALL = {"env_name": "leaper", "cnn": "nature"}


def write_checkpoint(path, num_actions=15, image_shape=(64, 64, 3), seed=0, has_value=True, **args):
    """A checkpoint with drawn parameters; returns its path."""
    with tf.Graph().as_default(), tf.Session() as session:
        tf.set_random_seed(seed)
        images = tf.placeholder(tf.float32, (None,) + image_shape)
        build_policy(images, num_actions, cnn=args.get("cnn", "clear"), has_value=has_value)
        variables = {variable.name: variable for variable in tf.global_variables()}
        session.run(tf.global_variables_initializer())
        joblib.dump({"params": session.run(variables), "args": args}, str(path))
    return str(path)
