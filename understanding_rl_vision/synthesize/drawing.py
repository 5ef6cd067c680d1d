"""Pictures of first-layer filters, of saliency weights and of attribution."""

import numpy as np
import PIL.Image

from understanding_rl_vision.errors import InputError, quoted
from understanding_rl_vision.pictures.readable import as_unit_floats
from understanding_rl_vision.rl_util.compute import default_score_fn, get_attr, has_gradient
from understanding_rl_vision.rl_util.layers import model_layers
from understanding_rl_vision.rl_util.sessions import model_session
from understanding_rl_vision.synthesize.picture_agent import num_frames, observations
from understanding_rl_vision.synthesize.saliency import largest

FILTER_SCALE = 8
GOOD, BAD = np.array([0.2, 0.6, 1.0]), np.array([1.0, 0.5, 0.1])


def first_layer_filters(model, frame_channels=None):
    """An RGB picture of the kernel of the model's first convolution, as figure 5: a column a filter, a row a frame.

    The newest frame is at the bottom. Mid-grey is 0. frame_channels: see PictureAgent. None for a model without
    convolution.
    """
    session = model_session(model)
    kernels = [op.inputs[1] for op in session.graph.get_operations() if op.type == "Conv2D"]
    if not kernels:
        return None
    kernel = session.run(kernels[0], {})
    height, width, channels, filters = kernel.shape
    frames = num_frames(kernel.shape[:3], frame_channels)
    tiles = 0.5 + 0.5 * kernel.reshape(height, width, frames, channels // frames, filters) / np.abs(kernel).max()
    sheet = np.ones((frames * (height + 1) - 1, filters * (width + 1) - 1, 3))
    for frame in range(frames):
        for index in range(filters):
            top, left = frame * (height + 1), index * (width + 1)
            sheet[top : top + height, left : left + width] = tiles[:, :, frame, :, index]
    return sheet.repeat(FILTER_SCALE, axis=0).repeat(FILTER_SCALE, axis=1)


def weight_pictures(weights):
    """Weights (N, H, W, k) of the newest frames as pictures (N, H, W, 3), each as bright as it can be."""
    newest = weights[..., -1:]
    return (newest / np.maximum(newest.max(axis=(1, 2), keepdims=True), 1e-12)).repeat(3, axis=-1)


def middle_layer(agent):
    """The node of the middle one of the layers that the interface would offer."""
    layers = list(model_layers(agent.model, filter(None, agent.names)).values())
    return layers[len(layers) // 2]


def attribution_maps(agent, images, layer=None, integrate_steps=10):
    """Attribution of the value function, or of the largest Q-value or logit, to a layer: (N, h, w), and of what.

    images: (N, H, W, C) in [0, 1], as the agent takes them. layer: the node whose activations it is attributed to,
    summed over channels (integrated gradients); None is the middle one. A value whose attribution is zero in all
    images, as that of a constant, gives way. Raises InputError for a node that is no layer, or that the output does not
    depend on.
    """
    layer = layer or middle_layer(agent)

    def attribution(node, score_fn):
        return get_attr(agent.model, node, layer, images, score_fn=score_fn, integrate_steps=integrate_steps)

    values, described = None, "the value"
    if agent.names.value and has_gradient(agent.model, agent.names.value, layer):
        values = attribution(agent.names.value, default_score_fn)
    if values is None or not values.any():
        values = attribution(agent.preference_name, largest)
        described = "the largest {}".format("Q-value" if agent.names.q_values else "logit")
    if values.ndim != 4:
        raise InputError("The layer {} has no height and width; name one that has.".format(quoted(layer)))
    return values.sum(axis=-1), described


def attribution_pictures(agent, pictures, layer=None):
    """Pictures (N, H, W, 3) of attribution over pictures, and of what, see `attribution_maps`.

    Blue speaks for the output, orange against it; each picture is as bright as its largest attribution allows.
    """
    images = observations(as_unit_floats(pictures), agent.model.image_shape)
    maps, described = attribution_maps(agent, images, layer)
    maps = maps / np.maximum(np.abs(maps).max(axis=(1, 2), keepdims=True), 1e-12)
    size = pictures.shape[2], pictures.shape[1]
    maps = np.stack(
        [np.array(PIL.Image.fromarray(map_.astype(np.float32)).resize(size, PIL.Image.BILINEAR)) for map_ in maps]
    )
    opacity = np.abs(maps)[..., None]
    colours = np.where(maps[..., None] > 0, GOOD, BAD)
    dimmed = 0.35 * as_unit_floats(agent.readable(pictures)).mean(axis=-1, keepdims=True)
    return (1 - opacity) * dimmed + opacity * colours, described
