"""Where an agent looks: weights of the reconstruction by guided backpropagation (equation 2)."""

import numpy as np

from understanding_rl_vision.later import ndimage
from understanding_rl_vision.pictures.readable import as_unit_floats
from understanding_rl_vision.progress import Progress
from understanding_rl_vision.rl_util.batches import DEFAULT_BATCH_SIZE, batch_slices, concatenate
from understanding_rl_vision.rl_util.compute import get_grad
from understanding_rl_vision.synthesize.picture_agent import num_frames, observations
from understanding_rl_vision.tensorflow1 import tf

BLUR = 5


def _guided_relu_gradient(op, grad):
    """Let through what is positive, where the activation is (Springenberg et al. 2014)."""
    return tf.where((grad > 0) & (op.outputs[0] > 0), grad, tf.zeros_like(grad))


GUIDED = {"Relu": _guided_relu_gradient}


def largest(preferences):
    """pi(s) of a greedy agent: what the best of the actions is worth, (N,)."""
    return tf.reduce_max(preferences, axis=1)


def smoothed(maps):
    """Maps (N, H, W, k) averaged over 5 x 5 pixels; at the borders over those that there are."""

    def mean(array):
        return ndimage.uniform_filter(array, (1, BLUR, BLUR, 1), mode="constant")

    return mean(maps) / mean(np.ones((1,) + maps.shape[1:3] + (1,), maps.dtype))


def normalised(maps):
    """Maps (N, H, W, k) of numbers from 0, each divided by its sum; one that is 0 everywhere becomes uniform."""
    totals = maps.sum(axis=(1, 2, 3), keepdims=True)
    uniform = np.full(maps.shape[1:], 1 / np.prod(maps.shape[1:]))
    return np.where(totals > 0, maps / np.where(totals > 0, totals, 1), uniform).astype(np.float32)


def uniform_weights(pictures):
    """Weights (N, H, W, k) of a plain variational autoencoder."""
    return normalised(np.zeros(pictures.shape[:3] + (num_frames(pictures.shape[1:]),), np.float32))


def saliency_weights(agent, pictures, *, batch_size=DEFAULT_BATCH_SIZE, progress=None):
    """Weights (N, H, W, k) of the pixels of the k frames of each picture (N, H, W, C); each picture's sum to 1.

    They are the absolute guided gradients of the largest logit or Q-value, summed over the channels of a frame and
    smoothed 5 x 5. progress: a Progress to follow the work.
    """
    progress = progress or Progress(quiet=True)
    frames = num_frames(pictures.shape[1:])
    weights = []
    for rows in progress.track(batch_slices(len(pictures), batch_size), "weighing pixels"):
        images = observations(as_unit_floats(pictures[rows]), agent.model.image_shape)
        grads = np.abs(get_grad(agent.model, agent.preference_name, images, score_fn=largest, override=GUIDED))
        maps = grads.reshape(grads.shape[:3] + (frames, -1)).sum(axis=-1)
        weights.append(normalised(smoothed(maps)))
    return concatenate(weights)
