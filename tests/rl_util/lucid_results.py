"""What Lucid 0.3.10 computes on the tests' agent: live on the faithful stack, stored for the modern one.

`python -m tests.rl_util.lucid_results FOLDER_OF_REFERENCE` stores observations and results anew (faithful stack).
"""

import os
import sys
from pathlib import Path

import numpy as np

DATA = Path(__file__).parent / "data"
LAYERS = ("1a", "2a", "2b", "3a", "4a")
FEATURES = 8
# Large results are stored at every so many entries that about this many remain.
STORED_ENTRIES = 2000


def node(layer):
    return "ppo2_model/pi/{}/Relu".format(layer)


def observations():
    """40 observations of CoinRun, (40, 64, 64, 3) in [0, 1]."""
    with np.load(str(DATA / "observations.npz")) as file:
        return file["observations"].astype(np.float32) / 255


def thinned(array):
    """Some entries of an array, spread over all of it."""
    flat = np.asarray(array).ravel()
    return flat[:: max(1, len(flat) // STORED_ENTRIES)]


class PairedChannels:
    """A stand-in for LayerNMF with exact arithmetic: feature k is channels k and k + features."""

    features = 4

    def transform(self, acts):
        return acts[..., : self.features] + acts[..., self.features : 2 * self.features]

    def inverse_transform(self, acts_reduced):
        rest = np.zeros(acts_reduced.shape[:-1] + (32 - 2 * self.features,))
        return np.concatenate([acts_reduced, acts_reduced, rest], axis=-1)


def reduced_activations(layer):
    """Activations of `layer` of all observations along fixed directions, as input for dataset examples."""
    return np.load(str(DATA / "acts_reduced.npz"))[layer]


def logit_direction(actions=15):
    return np.eye(actions, dtype=np.float32)[3]


def attributions_to_fit(rl_util, model, value_name, layer):
    """Signed parts of value attributions as rows, the input of NMF."""
    attr = rl_util.get_attr(model, value_name, node(layer), observations(), integrate_steps=10)
    signed = np.concatenate([np.maximum(attr, 0), np.maximum(-attr, 0)])
    return signed.reshape(-1, signed.shape[-1])


def compute(rl_util, model, logits_name, value_name):
    """Every compared quantity by name, for Lucid's rl_util or ours."""
    obses = observations()[:4]
    for layer in LAYERS:
        yield "acts " + layer, rl_util.get_acts(model, node(layer), obses)
        yield "value " + layer, rl_util.get_attr(model, value_name, node(layer), obses, integrate_steps=10)
        yield (
            "logit " + layer,
            rl_util.get_attr(model, logits_name, node(layer), obses, act_dir=logit_direction(), integrate_steps=10),
        )
    np.random.seed(0)
    yield (
        "multi-path 2b",
        rl_util.get_multi_path_attr(
            model, value_name, node("2b"), obses, PairedChannels(), max_paths=3, integrate_steps=10
        ),
    )
    yield (
        "position 4a",
        rl_util.get_attr(
            model,
            node("4a"),
            node("2b"),
            obses,
            act_poses=np.array([[0, 0], [1, 2], [3, 4], [7, 7]]),
            integrate_steps=2,
        ),
    )
    yield "gradient", rl_util.get_grad(model, value_name, obses)
    yield "one step 3a", rl_util.get_attr(model, value_name, node("3a"), obses)


def compute_images(rl_util):
    """What images are put together with, by name, for inputs drawn once and for all."""
    random = np.random.RandomState(0)
    for angle in (0, 15, 50, 77.5, 180, 299, 345):
        for warp in (True, False):
            yield "hue {} {}".format(angle, warp), rl_util.hue_to_rgb(angle, warp=warp)
    channels = random.rand(2, 3, 4, 7)
    yield "channels to rgb", rl_util.channels_to_rgb(channels)
    yield "channels to rgb unwarped", rl_util.channels_to_rgb(channels, warp=False)
    yield "filter", rl_util.norm_filter(15)
    yield "filter of another norm", rl_util.norm_filter(4, norm_ord=1, norm_func=lambda n: 1 / (1 + n), clip=False)
    images = random.randn(2, 9, 7, 3)
    yield "smoothed", rl_util.conv2d(images, rl_util.norm_filter(15))
    yield "smoothed unevenly", rl_util.conv2d(images, random.rand(3, 4))
    rgb = random.rand(2, 5, 6, 3) * (random.rand(2, 5, 6, 1) < 0.8)
    yield "opacity", rl_util.brightness_to_opacity(rgb)
    rgba = np.concatenate([random.rand(3, 5, 6, 3), np.zeros((3, 5, 6, 1))], axis=-1)
    # One image is transparent everywhere, one opaque in less than the share that becomes so.
    rgba[0, ..., 3] = random.rand(5, 6) * (random.rand(5, 6) < 0.5)
    rgba[1, 2, 3, 3] = 1
    yield "rescaled batch", rl_util.rescale_opacity(rgba)
    yield "rescaled with zeros", rl_util.rescale_opacity(rgba, max_scale=1, keep_zeros=True)
    yield "rescaled otherwise", rl_util.rescale_opacity(rgba, min_opacity=0.2, opaque_frac=0.4, max_scale=3)
    yield "side by side", rl_util.concatenate_horizontally(images)
    yield "zoomed out", rl_util.zoom_to(images, 5)
    yield "zoomed in", rl_util.zoom_to(images, 32)
    acts = random.rand(20, 4, 3)
    yield "argmax", np.array(rl_util.argmax_nd(acts, axes=[1, 2]))
    yield "argmax of the other axis", np.array(rl_util.argmax_nd(acts, axes=[0]))
    for strict in (True, False):
        for max_rep in (1, 2, 3):
            for axes in ([0], [1, 2], [1]):
                name = "argmax {} {} {}".format(strict, max_rep, axes)
                yield name, np.array(rl_util.argmax_nd(acts, axes=axes, max_rep=max_rep, max_rep_strict=strict))


def lucid_nmf(rows):
    """Directions and reconstruction error of Lucid's NMF run to convergence."""
    import sklearn.decomposition

    fit = sklearn.decomposition.NMF(FEATURES, tol=1e-6, max_iter=2000).fit(rows)
    return fit.components_, fit.reconstruction_err_


def store(reference):
    import joblib
    import lucid.scratch.rl_util as lucid
    from lucid.modelzoo.vision_base import Model

    metadata = joblib.load(os.path.join(reference, "coinrun.metadata.jd"))
    names = metadata["policy_logits_name"], metadata["value_function_name"]
    model = Model.load(os.path.join(reference, "coinrun.model.pb"))
    obses = joblib.load(os.path.join(reference, "coinrun.observations.jd"))["observations"]
    np.savez_compressed(str(DATA / "observations.npz"), observations=obses[:: len(obses) // 40][:40])

    results = {name: thinned(array) for name, array in compute(lucid, model, *names)}
    for layer in LAYERS:
        directions, error = lucid_nmf(attributions_to_fit(lucid, model, names[1], layer))
        results["directions " + layer], results["error " + layer] = directions, error

    nmf = lucid.LayerNMF(model, node("3a"), observations(), features=2, attr_layer_name=names[1])
    np.savez_compressed(str(DATA / "acts_reduced.npz"), **{"3a": nmf.acts_reduced})
    for subdiv_mult, expand_mult in ((0.5, 4), (1, 2), (2, 1)):
        image, grid = nmf.vis_dataset(1, subdiv_mult=subdiv_mult, expand_mult=expand_mult)
        name = "{} {}".format(subdiv_mult, expand_mult)
        results["dataset " + name] = thinned(image)
        results["dataset grid " + name] = np.array(grid)
        results["rescaled " + name] = thinned(lucid.rescale_opacity(image))
    image, grid = nmf.vis_dataset_thumbnail(0, num_mult=4, expand_mult=4)
    results["thumbnail"], results["thumbnail grid"] = thinned(image), np.array(grid)
    results["thumbnail rescaled"] = thinned(lucid.rescale_opacity(image, max_scale=1, keep_zeros=True))
    results.update(compute_images(lucid))
    np.savez_compressed(str(DATA / "lucid_results.npz"), **results)


if __name__ == "__main__":
    store(sys.argv[1])
