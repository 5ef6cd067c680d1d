"""Frozen models of a few nodes."""

from understanding_rl_vision.rl_util import FrozenModel, freeze_model
from understanding_rl_vision.tensorflow1 import tf


def frozen_bytes(image_shape, output_names, build):
    """What `build` makes of images (N,) + image_shape with values from 0 to 1, frozen; it names its outputs."""
    with tf.Graph().as_default(), tf.Session() as session:
        build(tf.placeholder(tf.float32, (None,) + image_shape, name="images"))
        return freeze_model(
            session,
            input_name="images",
            output_names=output_names,
            image_shape=image_shape,
            image_value_range=(0, 1),
        )


def frozen_model(image_shape, output_names, build):
    return FrozenModel.from_bytes(frozen_bytes(image_shape, output_names, build))
