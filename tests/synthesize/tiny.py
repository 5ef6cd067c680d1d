"""Small agents and settings, for generators that learn in seconds."""

import numpy as np

from tests.helpers.frozen import frozen_model
from tests.helpers.interfaces import tiny_data
from understanding_rl_vision.rl_util import FrozenModel
from understanding_rl_vision.synthesize.options import complete_options
from understanding_rl_vision.synthesize.picture_agent import Outputs, PictureAgent
from understanding_rl_vision.tensorflow1 import tf

SIZE, ACTIONS = 8, 4
NAMES = Outputs("logits", "value", None)


def settings(**options):
    """Complete options for a small generator."""
    small = dict(
        filters=2, latents=3, batch_size=4, epochs=3, held_out=0.2, num_samples=5, steps=20, learning_rate=0.01
    )
    return complete_options(dict(small, **options))


def convolutional_agent():
    """Two convolutions on 8 x 8 x 3, four actions and a value."""
    return PictureAgent(FrozenModel.from_bytes(tiny_data()["model_bytes"]), NAMES)


def linear_agent(names=NAMES):
    """An agent whose logits and value are linear in the picture, and the weights (8, 8, 3, 4) and (8, 8, 3)."""
    random = np.random.RandomState(3)
    weights = random.randn(SIZE, SIZE, 3, ACTIONS).astype(np.float32)
    of_value = random.randn(SIZE, SIZE, 3).astype(np.float32)

    def build(images):
        rows = tf.reshape(images, (-1, weights[..., 0].size))
        logits = tf.matmul(rows, tf.constant(weights.reshape(-1, ACTIONS)), name="logits")
        tf.add(2 * logits, 1.0, name="q")
        tf.reduce_sum(rows * of_value.reshape(1, -1), axis=1, name="value")

    return PictureAgent(frozen_model((SIZE, SIZE, 3), ["q", "value"], build), names), weights, of_value


def pictures(count=20, seed=0):
    """Bytes (count, 8, 8, 3): a bright square each, somewhere on dark ground."""
    random = np.random.RandomState(seed)
    found = random.randint(0, 30, (count, SIZE, SIZE, 3)).astype(np.uint8)
    for picture, (top, left) in zip(found, random.randint(0, SIZE - 2, (count, 2))):
        picture[top : top + 3, left : left + 3] = 220
    return found
