"""Images of a layer's NMF directions: the features of the legend and of the popup."""

import numpy as np

from understanding_rl_vision.rl_util.colours import rescale_opacity


def _multiplier_text(multiplier):
    text = "{:g}".format(multiplier)
    return text.replace(".", "" if text.startswith("0.") else "p")


def feature_file(layer, feature, subdiv_mult, expand_mult):
    """The name, without extension, of a feature's image and of its grid."""
    mults = (_multiplier_text(subdiv_mult), _multiplier_text(expand_mult))
    return "{}_feature{}_{}_{}".format(layer, feature, *mults)


def feature_images(nmf, feature, subdiv_mults, expand_mults):
    """Yield (subdiv_mult, expand_mult, RGBA image, grid of observation indices) of one feature."""
    # What leaves one patch of a small layer, such as the last of 'nature'; with less there would be none.
    least = 2 / (1 + min(nmf.acts_reduced.shape[1:3]))
    for subdiv_mult in subdiv_mults:
        for expand_mult in expand_mults:
            image, grid = nmf.vis_dataset(feature, subdiv_mult=max(subdiv_mult, least), expand_mult=expand_mult)
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
