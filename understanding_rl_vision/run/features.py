"""The directions of a layer: fitted, and shown as the features of the legend and of the popup."""

import collections
import copy
import itertools

import numpy as np

from understanding_rl_vision.pictures.readable import UnitFloats
from understanding_rl_vision.rl_util.batches import DEFAULT_BATCH_SIZE, batch_slices
from understanding_rl_vision.rl_util.colours import rescale_opacity
from understanding_rl_vision.rl_util.layers import file_name
from understanding_rl_vision.rl_util.nmf import Directions
from understanding_rl_vision.run.directions import Layer
from understanding_rl_vision.run.nmf_output import features_note, fit_directions

# A feature of the layer of that name. pictures: FeaturePictures.
Feature = collections.namedtuple("Feature", "layer_name index pictures")

# Sides of feature images at full resolution: the popup shows no more, and finer ones took most of a run's time.
LARGEST = 1024

# stem: the name, without extension, of the image's file and of the grid's; grid: for every patch of the image the index
# of the observation that it was cut from.
FeaturePicture = collections.namedtuple("FeaturePicture", "stem subdiv_mult expand_mult grid")


def fit_layer(
    agent, features_of, name, node, observations, images, features, *, attr_opts=None, batch_size, progress=None
):
    """Fit the directions of a layer to observations (N, H, W, C); images: the same as people see them.

    features_of: a FeaturesOf, or None for the channels themselves; features: how many at most; attr_opts: see
    `fit_directions`. Returns what that returns and the Layer with its directions.
    """
    nmf = fit_directions(
        agent,
        features_of,
        node,
        observations,
        images,
        features,
        attr_opts=attr_opts,
        batch_size=batch_size,
        progress=progress,
        stage="{} of {}".format("channels" if features_of is None else "directions", name),
    )
    note = None
    if features_of is not None:
        note = features_note(nmf, features_of, features, agent.model, node, observations, batch_size)
    return nmf, Layer(name, node, Directions(nmf.channel_dirs, nmf.features), note)


def _multiplier_text(multiplier):
    text = "{:g}".format(multiplier)
    return text.replace(".", "" if text.startswith("0.") else "p")


def feature_file(layer_file, feature, subdiv_mult, expand_mult):
    """The name, without extension, of a feature's image and of its grid."""
    mults = (_multiplier_text(subdiv_mult), _multiplier_text(expand_mult))
    return "{}_feature{}_{}_{}".format(layer_file, feature, *mults)


def _halvings(size, seen, larger):
    """How often observations of a size (height, width) are halved for images that are `larger` times as large.

    seen: the size of observations as the model sees them, below which they are not made smaller.
    """
    times = 0
    while max(size) * larger > LARGEST * 2**times and all(
        side % 2 ** (times + 1) == 0 and side // 2 ** (times + 1) >= least for side, least in zip(size, seen)
    ):
        times += 1
    return times


def picture_pixels(size, seen, mults):
    """How many pixels the images of one feature have in all, at pairs of multipliers; see `_halvings` for the sizes."""
    pixels = 0
    for subdiv_mult, expand_mult in mults:
        larger = subdiv_mult * expand_mult
        pixels += size[0] * size[1] * (larger / 2 ** _halvings(size, seen, larger)) ** 2
    return pixels


def halved(images):
    """Images (N, H, W, C) in [0, 1] at half their height and width: each pixel is the mean of four, as a byte."""
    count, height, width, channels = images.shape
    half = np.empty((count, height // 2, width // 2, channels), np.uint8)
    for block in batch_slices(count, DEFAULT_BATCH_SIZE):
        pixels = images[block]
        upper, lower = pixels[:, ::2], pixels[:, 1::2]
        half[block] = (upper[:, :, ::2] + upper[:, :, 1::2] + lower[:, :, ::2] + lower[:, :, 1::2]) * 63.75 + 0.5
    return UnitFloats(half)


def sized(nmf, mults):
    """(subdiv_mult, expand_mult) -> the LayerNMF to draw images with, whose observations are no larger than needed."""
    size, seen = nmf.obses_full.shape[1:3], nmf.model.image_shape[:2]
    halvings = {pair: _halvings(size, seen, pair[0] * pair[1]) for pair in mults}
    of_size = [nmf]
    while len(of_size) <= max(halvings.values()):
        of_size.append(copy.copy(nmf))
        of_size[-1].obses_full = halved(of_size[-2].obses_full)
    return {pair: of_size[times] for pair, times in halvings.items()}


def feature_images(nmf, feature, subdiv_mults, expand_mults, of_mults=None):
    """Yield (subdiv_mult, expand_mult, RGBA image, grid of observation indices) of one feature.

    of_mults: what `sized` returned for the LayerNMF; None: images of all sizes are drawn with itself.
    """
    # What leaves one patch of a small layer, such as the last of 'nature'; with less there would be none.
    least = 2 / (1 + min(nmf.acts_reduced.shape[1:3]))
    for subdiv_mult in subdiv_mults:
        for expand_mult in expand_mults:
            drawn = of_mults[subdiv_mult, expand_mult] if of_mults else nmf
            image, grid = drawn.vis_dataset(feature, subdiv_mult=max(subdiv_mult, least), expand_mult=expand_mult)
            yield subdiv_mult, expand_mult, rescale_opacity(image), grid


def thumbnails(nmf, num_mult, expand_mult):
    """Thumbnails of all features of a layer side by side, RGBA."""
    images = [
        nmf.vis_dataset_thumbnail(feature, num_mult=num_mult, expand_mult=expand_mult)[0]
        for feature in range(nmf.features)
    ]
    # Patches that start at different pixels may be cut a pixel smaller in one feature than in another.
    height, width = (min(image.shape[axis] for image in images) for axis in (0, 1))
    images = [rescale_opacity(image, max_scale=1, keep_zeros=True)[:height, :width] for image in images]
    return np.concatenate(images, axis=1)


def write_features(layer_name, nmf, work):
    """Write all images of a layer's directions, of a LayerNMF, for a PageWork; returns its Features."""
    if not nmf.features:
        return []
    options = work.options
    image = thumbnails(nmf, options["vis_thumbnail_num_mult"], options["vis_thumbnail_expand_mult"])
    work.writer.write("{}{}.png".format(work.subdirs["thumbnails"], file_name(layer_name)), image)
    mults = options["vis_subdiv_mults"], options["vis_expand_mults"]
    of_mults = sized(nmf, itertools.product(*mults))
    return [_write_feature(layer_name, nmf, index, work, mults, of_mults) for index in range(nmf.features)]


def _write_feature(layer_name, nmf, index, work, mults, of_mults):
    pictures = []
    for subdiv_mult, expand_mult, image, grid in feature_images(nmf, index, *mults, of_mults):
        stem = feature_file(file_name(layer_name), index, subdiv_mult, expand_mult)
        work.writer.write(work.subdirs["features"] + stem + ".png", image)
        pictures.append(FeaturePicture(stem, subdiv_mult, expand_mult, grid))
    return Feature(layer_name, index, pictures)
