"""Images of attribution and of features: ours beside Lucid's functions, with the same results.

    python benchmarks/images.py [--frames 512] [--observations 512] [--share 32] [--rounds 3]

First, colour, smoothing and opacity of the attribution of 512 frames to layer 2b: all 33 images of a trajectory
(absolute, positive, negative; all directions, with the residual, each of 8 alone, the residual alone). Lucid's side
calls channels_to_rgb, conv2d and brightness_to_opacity for every image, as the original system does; that takes
minutes, in proportion to the frames, so it is timed on one `share`-th of them. Then dataset examples of 8 features,
16 images each (4 subdivisions, 4 sizes of patch): `vis_dataset` of either LayerNMF, with the same activations; Lucid's
side makes those of one feature.

Needs this package with Procgen, and Lucid: `pip install lucid==0.3.10` on Python 3.7. Later ones run Lucid's functions
too, from a folder of its own: `pip install --no-deps --target lucid lucid==0.3.10`, `pip install cachetools future
filelock ipython decorator scikit-learn`, and that folder in PYTHONPATH.
"""

import argparse
import itertools

import numpy as np
from comparing import alternate, print_head, print_row, print_setting
from lucid_oracle import import_lucid, load_models, node, sample

from understanding_rl_vision import rl_util
from understanding_rl_vision.agents.architectures import VALUE_FUNCTION_NAME
from understanding_rl_vision.run.attribution.images import (
    DIRECTIONS,
    SMOOTHING_LENGTH,
    attribution_images,
    normalisation,
)
from understanding_rl_vision.run.attribution.outputs import reduced
from understanding_rl_vision.run.options import GENERATE_OPTIONS

LAYER = "2b"
FEATURES = 8
SIGNED = {"abs": np.abs, "pos": lambda x: np.maximum(x, 0), "neg": lambda x: np.maximum(-x, 0)}
MULTS = list(
    itertools.product(GENERATE_OPTIONS["vis_subdiv_mults"].default, GENERATE_OPTIONS["vis_expand_mults"].default)
)


def their_attribution_images(lucid, channels, residual):
    """The RGBA images (T, h, w, 4) in the order of `attribution_images`, by Lucid's functions."""
    only = [np.arange(FEATURES) == k for k in range(FEATURES)]
    every, none = np.ones(FEATURES, bool), np.zeros(FEATURES, bool)
    selections = [(every, False), (every, True)] + [(mask, False) for mask in only] + [(none, True)]
    for direction in DIRECTIONS:
        signed = SIGNED[direction]
        for mask, with_residual in selections:
            rgb = lucid.channels_to_rgb(signed(channels) * mask)
            rgb = rgb + signed(residual)[..., None] if with_residual else rgb
            yield lucid.brightness_to_opacity(lucid.conv2d(rgb, lucid.norm_filter(SMOOTHING_LENGTH)))


def shown(image):
    """An Image as Lucid has it, RGBA (T, h, w, 4) in [0, 1]."""
    return (image.pixels if image.colours is None else image.colours[image.pixels[..., 0]]) / 255


def compare_attribution_images(lucid, channels, residual, share, rounds):
    def ours(rows=slice(None)):
        return list(attribution_images(channels[rows], residual[rows], True))

    few = slice(0, len(channels) // share)

    def theirs():
        return list(their_attribution_images(lucid, channels[few], residual[few]))

    difference = max(
        np.abs(own[..., :3] * own[..., 3:] - other[..., :3] * other[..., 3:]).max()
        for own, other in zip(map(shown, ours(few)), theirs())
    )
    print("largest difference of premultiplied colours: {:.1e}\n".format(difference))
    print_head()
    seconds = alternate(ours, theirs, rounds)
    name = "colour, smoothing, opacity, {} frames, 33 images, {}".format(len(channels), LAYER)
    print_row(name, "Lucid", seconds, 100, theirs_share=(few.stop / len(channels)))


def their_layer_nmf(lucid, nmf):
    """Lucid's LayerNMF with the activations of ours, as its constructor leaves it."""
    theirs = lucid.LayerNMF.__new__(lucid.LayerNMF)
    theirs.acts_reduced = nmf.acts_reduced
    theirs.obses_full = theirs.padded_obses = nmf.obses_full
    theirs.pad_h = theirs.pad_w = 0
    theirs.patch_h, theirs.patch_w = (nmf.obses_full.shape[axis] / nmf.acts_reduced.shape[axis] for axis in (1, 2))
    return theirs


def compare_dataset_examples(lucid, nmf, rounds):
    their_nmf = their_layer_nmf(lucid, nmf)

    def examples(layer, features):
        return [
            layer.vis_dataset(feature, subdiv_mult=subdiv_mult, expand_mult=expand_mult)
            for feature in range(features)
            for subdiv_mult, expand_mult in MULTS
        ]

    seconds = alternate(lambda: examples(nmf, FEATURES), lambda: examples(their_nmf, 1), rounds)
    name = "dataset examples, {} features x {} images, {} observations".format(
        FEATURES, len(MULTS), len(nmf.acts_reduced)
    )
    print_row(name, "LayerNMF.vis_dataset", seconds, 10, theirs_share=1 / FEATURES)
    pairs = list(zip(examples(nmf, 1), examples(their_nmf, 1)))
    same_grids = np.mean([np.mean(np.equal(own[1], other[1])) for own, other in pairs])
    same = np.mean([np.mean(np.abs(own[0] - other[0]) < 1e-5) for own, other in pairs])
    print("\nfeature 0: {:.2%} of the grids and {:.2%} of the pixels are the same".format(same_grids, same))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--frames", type=int, default=512)
    parser.add_argument("--observations", type=int, default=512)
    parser.add_argument("--share", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    lucid = import_lucid()
    print_setting("tensorflow", "numpy", "scipy", "lucid")
    model, _ = load_models()
    obses = sample(max(arguments.frames, arguments.observations))
    options = {"integrate_steps": 10, "exact": False}
    nmf = rl_util.LayerNMF(
        model,
        node(LAYER),
        obses[: arguments.observations],
        features=FEATURES,
        attr_layer_name=VALUE_FUNCTION_NAME,
        attr_opts=options,
        max_rows=2**17,
    )
    frames = obses[: arguments.frames]
    attribution = reduced(rl_util.get_attr(model, VALUE_FUNCTION_NAME, node(LAYER), frames, **options), nmf)
    scale = normalisation([frame.max() for frame in attribution.channel_maps])
    channels, residual = attribution.channel_maps / scale, attribution.residual_map / scale
    compare_attribution_images(lucid, channels, residual, arguments.share, arguments.rounds)
    compare_dataset_examples(lucid, nmf, arguments.rounds)


if __name__ == "__main__":
    main()
