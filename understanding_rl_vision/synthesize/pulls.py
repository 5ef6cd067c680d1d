"""How hard an agent's outputs pull at the pixels of a reconstruction: the unit of `eta`."""

import numpy as np

from understanding_rl_vision.devices import session_config
from understanding_rl_vision.later import ndimage
from understanding_rl_vision.pictures.readable import as_unit_floats
from understanding_rl_vision.rl_util.batches import DEFAULT_BATCH_SIZE, batch_slices, concatenate
from understanding_rl_vision.synthesize.losses import outputs_change, weighted_error
from understanding_rl_vision.synthesize.picture_agent import flat
from understanding_rl_vision.tensorflow1 import building, tf

# Standard deviation, in pixels, of the blur that stands for what a generator has not learned yet.
BLUR = 2
# Frames that are measured, at equal distances.
MEASURED = 256


def pull_of_outputs(agent, frames):
    """How many times as hard as `weighted_error`, `outputs_change` pulls at pixels: the ratio of their gradients.

    Gradients are root mean squares over pixels and pictures, at blurred pictures. How far an agent's outputs vary does
    not tell it: those of a well trained agent may jump at a blur. frames: generator_training.Frames. Returns 1 where
    either does not pull at all.
    """
    chosen = np.unique(np.linspace(0, len(frames.pictures) - 1, MEASURED).astype(int))
    pictures = as_unit_floats(frames.pictures[chosen])
    blurred = ndimage.gaussian_filter(pictures, (0, BLUR, BLUR, 0))
    arrays = pictures, blurred, frames.weights[chosen], frames.outputs[chosen]
    with building() as graph:
        tensors = [tf.placeholder(tf.float32, (None,) + array.shape[1:]) for array in arrays]
        original, shown, weights, outputs = tensors
        losses = (
            outputs_change(outputs, flat(agent.tensors(shown, "seen"), tf.concat)),
            weighted_error(original, shown, weights),
        )
        squares = [tf.reduce_sum(tf.square(tf.gradients(loss, shown)[0]), axis=[1, 2, 3]) for loss in losses]
        with tf.Session(graph=graph, config=session_config()) as session:
            parts = [
                session.run(squares, dict(zip(tensors, (array[rows] for array in arrays))))
                for rows in batch_slices(len(chosen), DEFAULT_BATCH_SIZE)
            ]
    of_outputs, of_error = (concatenate(list(part)).mean(dtype=np.float64) for part in zip(*parts))
    return float(np.sqrt(of_outputs / of_error)) if of_outputs and of_error else 1.0
