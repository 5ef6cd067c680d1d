"""What the interface shows of one layer: its features, and attribution of each output in each trajectory."""

import collections

import numpy as np

from understanding_rl_vision.rl_clarity import attribution as attr
from understanding_rl_vision.rl_clarity.attribution_images import (
    DIRECTIONS,
    attribution_images,
    channel_names,
    normalisation,
)
from understanding_rl_vision.rl_clarity.feature_images import feature_file, feature_images, thumbnails
from understanding_rl_vision.rl_clarity.frames import write_frames
from understanding_rl_vision.rl_clarity.readable import as_unit_floats
from understanding_rl_vision.rl_util.nmf import LayerNMF

# A layer by the name shown and that of its node; directions are None for the input layer, which is shown as it is.
Layer = collections.namedtuple("Layer", "name node directions")

# Attribution of one output to one layer in one trajectory, as the page needs it. images: file names by direction
# and channel; totals of the channels (T, K) and of the residual (T,); baseline: the output with the layer
# zeroed; gaps (T,): what integration missed of the output beyond that; explained (T,): the output beyond it.
Record = collections.namedtuple("Record", "images layout channels residuals baseline gaps explained")


def file_name(layer):
    """A layer's name as part of the name of a file."""
    return layer.replace("/", "-").replace(":", "-")


def fit_layer(node, agent, observations, images, options):
    """The LayerNMF of value attributions of the observations (N, H, W, C); images: the same as people see them."""
    return LayerNMF(
        agent.model,
        node,
        observations,
        obses_full=images,
        features=options["nmf_features"],
        attr_layer_name=agent.value_function_name,
        attr_opts=options["nmf_attr_opts"],
        batch_size=options["batch_size"],
    )


def write_feature(layer, nmf, feature, options, subdirs, writer):
    """Write the images of a feature. Returns its entry in the props and its grids by file name."""
    entry = {
        "layer": layer,
        "number": feature,
        "images": [],
        "overlay_grids": [],
        "metadata": {"subdiv_mult": [], "expand_mult": []},
    }
    grids = {}
    mults = options["vis_subdiv_mults"], options["vis_expand_mults"]
    for subdiv_mult, expand_mult, image, grid in feature_images(nmf, feature, *mults):
        stem = feature_file(file_name(layer), feature, subdiv_mult, expand_mult)
        writer.write(subdirs["features"] + stem + ".png", image)
        grids[subdirs["features_grids"] + stem + ".json"] = grid
        entry["images"].append(stem + ".png")
        entry["overlay_grids"].append(stem + ".json")
        entry["metadata"]["subdiv_mult"].append(subdiv_mult)
        entry["metadata"]["expand_mult"].append(expand_mult)
    return entry, grids


def write_thumbnails(layer, nmf, options, subdirs, writer):
    mults = options["vis_thumbnail_num_mult"], options["vis_thumbnail_expand_mult"]
    writer.write("{}{}.png".format(subdirs["thumbnails"], file_name(layer)), thumbnails(nmf, *mults))


def _attribution(layer, output, observations, agent, options):
    """The attr.Attribution of all frames (T, H, W, C), in batches."""
    parts = []
    for start in range(0, len(observations), options["batch_size"]):
        images = as_unit_floats(observations[start : start + options["batch_size"]])
        if layer.directions is None:
            gradient = attr.input_gradient(agent, output, images, batch_size=options["batch_size"])
            parts.append(attr.unreduced(gradient))
            continue
        raw = attr.raw_attribution(
            agent,
            output,
            layer.node,
            images,
            integrate_steps=options["attr_integrate_steps"],
            batch_size=options["batch_size"],
            nmf=layer.directions,
            max_paths=options["attr_max_paths"],
        )
        parts.append(attr.reduced(raw, layer.directions))
    return attr.joined(parts)


def _write_images(stem, attribution, single_channels, options, subdirs, writer):
    """Write the sheets and filmstrips of every direction and channel; returns their layout."""
    scale = normalisation(attribution.channels.max(axis=(1, 2, 3)))
    frames = len(attribution.channels)
    layout = None
    images = attribution_images(attribution.channels / scale, attribution.residual / scale, single_channels)
    for direction, channel, rgba in images:
        name = "{}_{}_{}.png".format(stem, direction, channel)
        paths = [subdirs["attribution"] + name, subdirs["attribution_scrub"] + name]
        layout = write_frames(writer, paths, [rgba], frames, options["scrub_range"])
    return layout


def record(layer, trajectory, output, observations, output_values, agent, options, subdirs, writer):
    """Attribution of one output to one layer in one trajectory: write the images and return a Record.

    observations: (T, H, W, C); output_values: (T,), the output of these frames.
    """
    attribution = _attribution(layer, output, observations, agent, options)
    stem = "{}_{}_{}".format(file_name(layer.name), trajectory, output.name)
    single_channels = options["attr_single_channels"] and layer.directions is not None
    layout = _write_images(stem, attribution, single_channels, options, subdirs, writer)
    images = [
        ("{}_{}_{}.png".format(stem, direction, channel), direction, channel)
        for direction in DIRECTIONS
        for channel in channel_names(attribution.channels.shape[-1], single_channels)
    ]
    if layer.directions is None:
        return Record(images, layout, None, None, None, None, None)
    zeroed = attr.baseline(agent, output, layer.node, as_unit_floats(observations), batch_size=options["batch_size"])
    explained = output_values - zeroed
    return Record(
        images,
        layout,
        attribution.channels.sum(axis=(1, 2)),
        attribution.residual.sum(axis=(1, 2)),
        float(np.mean(zeroed)),
        explained - attribution.totals,
        explained,
    )


def attribution_entry(layer, trajectory, outputs, records):
    """The entry of the props that lists the images of all outputs."""
    rows = [(output, image) for output, record in zip(outputs, records) for image in record.images]
    return {
        "layer": layer,
        "trajectory": trajectory,
        "images": [image[0] for _, image in rows],
        "metadata": {
            "type": [output.type for output, _ in rows],
            "data": [output.data for output, _ in rows],
            "direction": [image[1] for _, image in rows],
            "channel": [image[2] for _, image in rows],
        },
    }


def totals_entry(layer, trajectory, outputs, records, subdir):
    """The entry of the props that lists the files of totals, and their content by file name."""
    stems = ["{}_{}_{}".format(file_name(layer), trajectory, output.name) for output in outputs]
    entry = {
        "layer": layer,
        "trajectory": trajectory,
        "channels": [stem + "_channels.json" for stem in stems],
        "residuals": [stem + "_residuals.json" for stem in stems],
        "metadata": _metadata(outputs),
    }
    files = {}
    for stem, one in zip(stems, records):
        files[subdir + stem + "_channels.json"] = one.channels
        files[subdir + stem + "_residuals.json"] = one.residuals
    return entry, files


def gaps_entry(layer, trajectory, outputs, records):
    """The entry of the props that tells how well attribution adds up to each output, frame by frame."""
    return {
        "layer": layer,
        "trajectory": trajectory,
        "metadata": _metadata(outputs),
        "baselines": [one.baseline for one in records],
        "gaps": [one.gaps for one in records],
    }


def _metadata(outputs):
    return {"type": [output.type for output in outputs], "data": [output.data for output in outputs]}


def relative_gap(records):
    """What integration misses of an output beyond its baseline: sum |gap| / sum |F(x) - F0| over all frames."""
    gaps, explained = (np.concatenate([getattr(one, name) for one in records]) for name in ("gaps", "explained"))
    return float(np.abs(gaps).sum() / max(np.abs(explained).sum(), np.finfo(np.float32).tiny))
