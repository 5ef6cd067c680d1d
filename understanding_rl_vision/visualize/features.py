"""The pictures and numbers of one layer's features, as items of a gallery."""

import collections

import numpy as np

from understanding_rl_vision.errors import InputError
from understanding_rl_vision.pages.formats import format_number
from understanding_rl_vision.pages.gallery import Item, Picture
from understanding_rl_vision.pictures.readable import readable
from understanding_rl_vision.rl_util import objectives
from understanding_rl_vision.rl_util.batches import batch_slices
from understanding_rl_vision.rl_util.colours import rescale_opacity
from understanding_rl_vision.rl_util.compute import get_acts
from understanding_rl_vision.rl_util.dataset_examples import subdivide
from understanding_rl_vision.rl_util.feature_visualisation import maximise, mean_scores
from understanding_rl_vision.rl_util.image_transforms import jitter, random_rotate, random_scale
from understanding_rl_vision.rl_util.layers import file_name
from understanding_rl_vision.rl_util.nmf import LayerNMF
from understanding_rl_vision.run.directions import Layer
from understanding_rl_vision.run.features import fit_layer
from understanding_rl_vision.visualize.run_page import address_of_feature, names_of

# What all layers share. features_of: a FeaturesOf, or None where features are the channels; observations: (N, H, W, C)
# in [0, 1]; images: the same as people see them; first_layer: the node of the layer that sees the observations;
# options: those of `visualize`; writer: an ImageWriter of the output folder, which has the folder `subdir`; run_dir:
# the folder of the run whose directions are shown, or None; directions: those, by layer.
Study = collections.namedtuple(
    "Study", "agent features_of observations images first_layer options writer subdir progress run_dir directions"
)

# Patches per side of a spatially aware image: many small ones make a picture that nobody can read.
PATCHES = 16

# What the numbers of a feature are called.
REACHED, IN_PLAY = "reached by gradient", "strongest in play"
BY_GRADIENT = "By gradient"

# Weights below this share of the largest are not told.
LEAST_WEIGHT = 0.05


def check_layer(model, node, acts, features, options, num_observations):
    """Raise InputError where options of `visualize` do not fit a layer of a model, or this many observations.

    acts: the layer's activations for an image; features: how many there will be, None for the channels.
    """
    first = 0 if features is None else 1
    _chosen(options["features"], features or acts.shape[-1], first)
    _chosen(options["caricatures"], num_observations, 0)
    if options["steps"] or options["caricatures"]:
        _transforms(options, model, node)
    subdivide(acts[..., 0], _subdiv_mult(options, acts))


def fit(study, name, node):
    """The LayerNMF of a layer, of its channels or of the directions asked for, and its Layer. name: as shown."""
    if name in study.directions:
        nmf = LayerNMF(
            study.agent.model,
            node,
            study.observations,
            study.images,
            channel_dirs=study.directions[name],
            batch_size=study.options["batch_size"],
            progress=study.progress,
            stage="directions of " + name,
        )
        return nmf, Layer(name, node, nmf, None)
    return fit_layer(
        study.agent,
        study.features_of,
        name,
        node,
        study.observations,
        study.images,
        study.options["nmf_features"],
        batch_size=study.options["batch_size"],
        progress=study.progress,
    )


def chosen_features(study, nmf):
    """Indices of the features asked for, in their order; numbers begin with 0 for channels, with 1 for directions."""
    return _chosen(study.options["features"], len(nmf.channel_dirs), 0 if nmf.features is None else 1)


def gradients(study, nmf, items):
    """Number of the feature from 0, as a text -> the file of its image made by gradient, of `feature_items`."""
    files = {
        str(feature): [picture.file for picture in item.pictures if picture.caption == BY_GRADIENT]
        for feature, item in zip(chosen_features(study, nmf), items)
    }
    return {number: found[0] for number, found in files.items() if found}


def feature_items(study, name, node, nmf):
    """Items of the features asked for, in their order. name: the layer's, as shown."""
    first = 0 if nmf.features is None else 1
    chosen = chosen_features(study, nmf)
    directions = nmf.channel_dirs[chosen].astype(np.float32)
    strongest = _strongest_in_play(study, name, node, directions)
    made, reached = _made_by_gradient(study, name, node, chosen, directions) if study.options["steps"] else ([], [])
    items, names = [], names_of(study.run_dir, name)
    for k, feature in enumerate(study.progress.track(chosen, "examples of " + name)):
        number = first + feature
        title = "{} {}".format("Channel" if nmf.features is None else "Direction", number)
        stem = "{}_{}_{}".format(file_name(name), title.lower().replace(" ", ""), study.options["objective"])
        pictures, numbers = [], {}
        if len(made):
            pictures.append(_written(study, stem + "_gradient", made[k], title, BY_GRADIENT))
            numbers[REACHED] = reached[k]
        thumbnail, spatial = _examples(study.options, nmf, feature)
        pictures.append(_written(study, stem + "_examples", thumbnail, title, "Dataset examples"))
        pictures.append(_written(study, stem + "_spatial", spatial, title, "Spatially aware"))
        numbers[IN_PLAY] = strongest[k]
        if feature in names:
            title += ": {}".format(names[feature])
        text = "" if nmf.features is None else _weights_text(directions[k])
        items.append(Item(title, pictures, numbers, text, address_of_feature(study.run_dir, name, feature)))
    return items


def weaker_than_play(items):
    """A sentence on how many images of `feature_items` reach less than play does; empty where none does."""
    weaker = [item for item in items if item.numbers.get(REACHED, np.inf) < item.numbers[IN_PLAY]]
    if not weaker:
        return ""
    return " {} of {} reach less than the strongest in play: give more steps, or less jitter.".format(
        len(weaker), len(items)
    )


def caricature_items(study, name, node):
    """Items of the observations to make caricatures of: images with their activations, but stronger."""
    chosen = _chosen(study.options["caricatures"], len(study.observations), 0)
    references = study.observations[chosen]
    made = _maximised(study, name, node, chosen, lambda rows: objectives.caricature(node), references)
    acts, reference_acts = (
        get_acts(study.agent.model, node, images, batch_size=study.options["batch_size"])
        for images in (made, references)
    )
    products, own_products = (
        (array * reference_acts).sum(axis=-1).mean(axis=(1, 2)) for array in (acts, reference_acts)
    )
    items = []
    for k, number in enumerate(chosen):
        title = "Observation {}".format(number)
        stem = "{}_caricature{}".format(file_name(name), number)
        pictures = [
            _written(study, stem + "_reference", study.images[number], title, "Observation"),
            _written(
                study,
                stem,
                readable(made[k], study.options["frame_channels"]),
                "Caricature of " + title.lower(),
                "Caricature",
            ),
        ]
        numbers = {"product with the observation": products[k], "of the observation with itself": own_products[k]}
        items.append(Item(title, pictures, numbers))
    return items


def _chosen(numbers, count, first):
    """Indices from 0 of things that are numbered from `first`; all where `numbers` is None."""
    if numbers is None:
        return np.arange(count)
    for number in numbers:
        if not first <= number < first + count:
            raise InputError("There is no number {}; {} to {} are accepted.".format(number, first, first + count - 1))
    return np.array(numbers, int) - first


def _transforms(options, model, node):
    """The transforms of images that a layer's features are looked for with; by default a jitter of its stride.

    So much moves an image by one position of the layer. What is shifted further blurs until the layer sees nothing.
    """
    side, pixels = min(model.image_shape[:2]), options["jitter"]
    if pixels is None:
        pixels = min(stride(model, node), side // 4)
    elif pixels >= side:
        raise InputError("jitter={} leaves nothing of images of {} pixels; give fewer.".format(pixels, side))
    transforms = [jitter(pixels)] if pixels else []
    for values, transform in ((options["scale"], random_scale), (options["rotate"], random_rotate)):
        transforms += [transform(values)] if len(values) else []
    return transforms


def stride(model, node):
    """The pixels between neighbouring positions of a layer."""
    positions = get_acts(model, node, np.zeros((1,) + tuple(model.image_shape), np.float32)).shape[1]
    return max(1, int(round(model.image_shape[0] / positions)))


def _maximised(study, name, node, numbers, objective_of, references=None):
    """Images (N, H, W, C), each drawn with its number; objective_of: rows of the batch -> objective."""
    options = study.options
    parts = []
    for rows in batch_slices(len(numbers), options["batch_size"]):
        terms = [(1, objective_of(rows))]
        if options["l2_coeff"]:
            terms.append((-options["l2_coeff"], objectives.l2(options["l2_layer"] or study.first_layer)))
        if options["tv_coeff"]:
            terms.append((-options["tv_coeff"], objectives.total_variation))
        parts.append(
            maximise(
                study.agent.model,
                objectives.weighted_sum(terms),
                numbers[rows],
                seed=options["seed"],
                transforms=_transforms(options, study.agent.model, node),
                references=None if references is None else references[rows],
                steps=options["steps"],
                progress=study.progress,
                stage="images of " + name,
            )
        )
    return np.concatenate(parts)


def _made_by_gradient(study, name, node, chosen, directions):
    """Images that people can read, (features, H, W, 3), and the activations that they reach, (features,).

    These are what was maximised: with the transforms, of which the mean is taken.
    """
    make = {"neuron": objectives.neuron, "channel": objectives.channel}[study.options["objective"]]
    made = _maximised(study, name, node, chosen, lambda rows: make(node, directions[rows]))
    model, transforms = study.agent.model, _transforms(study.options, study.agent.model, node)
    reached = [
        mean_scores(model, make(node, directions[rows]), made[rows], seed=study.options["seed"], transforms=transforms)
        for rows in batch_slices(len(made), study.options["batch_size"])
    ]
    return readable(made, study.options["frame_channels"]), np.concatenate(reached)


def _strongest_in_play(study, name, node, directions):
    """The highest value of the objective among all observations: at any position, or averaged over positions."""
    reduce = np.max if study.options["objective"] == "neuron" else np.mean
    strongest = np.full(len(directions), -np.inf)
    batches = batch_slices(len(study.observations), study.options["batch_size"])
    for rows in study.progress.track(batches, "activations of {} in play".format(name)):
        acts = get_acts(study.agent.model, node, study.observations[rows])
        strongest = np.maximum(strongest, reduce(acts @ directions.T, axis=(1, 2)).max(axis=0))
    return strongest


def _examples(options, nmf, feature):
    """RGBA images of a feature: the strongest patches, and the strongest at each position."""
    thumbnail, _ = nmf.vis_dataset_thumbnail(
        feature, num_mult=options["vis_thumbnail_num_mult"], expand_mult=options["vis_thumbnail_expand_mult"]
    )
    subdiv_mult = _subdiv_mult(options, nmf.acts_reduced)
    spatial, _ = nmf.vis_dataset(feature, subdiv_mult=subdiv_mult, expand_mult=options["vis_expand_mult"])
    return rescale_opacity(thumbnail, max_scale=1, keep_zeros=True), rescale_opacity(spatial)


def _subdiv_mult(options, acts):
    """The number of patches per position of a layer with activations (N, h, w, ...)."""
    return options["vis_subdiv_mult"] or min(1, PATCHES / max(acts.shape[1:3]))


def _written(study, stem, image, title, caption):
    """Write an image and return its Picture."""
    file = "{}/{}.png".format(study.subdir, stem)
    study.writer.write(file, image)
    return Picture(file, "{}: {}".format(title, caption.lower()), caption)


def _weights_text(direction):
    """The channels that a direction is made of, largest first."""
    weights = direction / np.linalg.norm(direction)
    order = [channel for channel in np.argsort(-weights) if weights[channel] > LEAST_WEIGHT * weights.max()]
    return "Channels " + ", ".join("{} ({})".format(channel, format_number(weights[channel], 2)) for channel in order)
