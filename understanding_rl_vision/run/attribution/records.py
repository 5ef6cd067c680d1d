"""What the interface shows of one layer: its features, and attribution of each output in each trajectory."""

import collections
import functools

import numpy as np

from understanding_rl_vision.pictures.png import encode_attribution, encode_one_hue
from understanding_rl_vision.pictures.readable import as_unit_floats
from understanding_rl_vision.pictures.sheets import frames_per_sheet, scrub, sheet, sheet_layout, sheet_name
from understanding_rl_vision.rl_util.colours import channel_hues
from understanding_rl_vision.rl_util.layers import file_name
from understanding_rl_vision.rl_util.sessions import minibatches
from understanding_rl_vision.run.attribution import outputs as attr
from understanding_rl_vision.run.attribution.images import (
    DIRECTIONS,
    attribution_images,
    channel_names,
    normalisation,
)
from understanding_rl_vision.run.attribution.store import AttributionStore
from understanding_rl_vision.run.features import feature_file, feature_images, thumbnails
from understanding_rl_vision.run.nmf_output import fit_directions
from understanding_rl_vision.threads import ahead

# Numbers of 32 bits that differ by no more than this part of them may be the same.
ROUNDING = 1e-6

# What all parts of the work share. outputs: those of the agent that attribution is computed for; features_of: a
# FeaturesOf; subdirs: folder names by kind; writer: an ImageWriter of the output folder; most_frames: the length of the
# longest trajectory, which sheets are laid out for.
Job = collections.namedtuple("Job", "agent outputs features_of options subdirs writer most_frames")

# A layer by the name shown and that of its node; directions are None for the input layer, which is shown as it is.
# note: why there are fewer of them than asked for, or none, else None.
Layer = collections.namedtuple("Layer", "name node directions note")

# Attribution of one output to one layer in one trajectory, as the page needs it. images: file names by direction
# and channel; totals of the channels (T, K) and of the residual (T,); baseline: the output with the layer
# zeroed; gaps (T,): what integration missed of the output beyond that; explained (T,): the output beyond it.
Record = collections.namedtuple("Record", "images layout channels residuals baseline gaps explained")


def fit_layer(node, observations, images, job):
    """The LayerNMF of a layer on the observations (N, H, W, C); images: the same as people see them."""
    options = job.options
    return fit_directions(
        job.agent,
        job.features_of,
        node,
        observations,
        images,
        options["nmf_features"],
        attr_opts=dict({"exact": options["attr_exact"]}, **options["nmf_attr_opts"]),
        batch_size=options["batch_size"],
    )


def write_features(layer, nmf, job):
    """Write all images of a layer's directions. Returns for each its entry in the props and its grids by file name."""
    if nmf.features:
        write_thumbnails(layer, nmf, job)
    return [write_feature(layer, nmf, feature, job) for feature in range(nmf.features)]


def write_feature(layer, nmf, feature, job):
    """Write the images of a feature. Returns its entry in the props and its grids by file name."""
    entry = {
        "layer": layer,
        "number": feature,
        "images": [],
        "overlay_grids": [],
        "metadata": {"subdiv_mult": [], "expand_mult": []},
    }
    grids = {}
    mults = job.options["vis_subdiv_mults"], job.options["vis_expand_mults"]
    for subdiv_mult, expand_mult, image, grid in feature_images(nmf, feature, *mults):
        stem = feature_file(file_name(layer), feature, subdiv_mult, expand_mult)
        job.writer.write(job.subdirs["features"] + stem + ".png", image)
        grids[job.subdirs["features_grids"] + stem + ".json"] = grid
        entry["images"].append(stem + ".png")
        entry["overlay_grids"].append(stem + ".json")
        entry["metadata"]["subdiv_mult"].append(subdiv_mult)
        entry["metadata"]["expand_mult"].append(expand_mult)
    return entry, grids


def write_thumbnails(layer, nmf, job):
    mults = job.options["vis_thumbnail_num_mult"], job.options["vis_thumbnail_expand_mult"]
    job.writer.write("{}{}.png".format(job.subdirs["thumbnails"], file_name(layer)), thumbnails(nmf, *mults))


def _attributions(layer, observations, job):
    """The AttributionStore of the outputs over frames (T, H, W, C), and the outputs (outputs, T) without the layer."""
    agent, outputs, options = job.agent, job.outputs, job.options
    batch_size = options["batch_size"]
    batches = minibatches(len(observations), batch_size)

    def raw_attributions(rows):
        return attr.raw_attributions(
            agent,
            outputs,
            layer.node,
            as_unit_floats(observations[rows]),
            integrate_steps=options["attr_integrate_steps"],
            exact=options["attr_exact"],
            batch_size=batch_size,
            directions=layer.directions,
            max_paths=options["attr_max_paths"],
        )

    store, zeroed = None, np.zeros((len(outputs), len(observations)))
    for rows, raw in zip(batches, ahead(raw_attributions, batches)):
        images = as_unit_floats(observations[rows])
        for i, array in enumerate(raw):
            if layer.directions is None:
                attribution = attr.unreduced(array)
            else:
                attribution = attr.reduced(array, layer.directions)
                zeroed[i, rows] = attr.baseline(agent, outputs[i], layer.node, images, batch_size=batch_size)
            store = store or AttributionStore(len(outputs), len(observations), attribution.channels.shape[1:])
            store.put(i, rows, attribution)
    return store, zeroed


def _image_name(stem, direction, channel):
    return "{}_{}_{}.png".format(stem, direction, channel)


def _hues(layer, channels, job):
    """The colours of a layer's channels: those of the legend, or for the input evenly spaced ones."""
    return channel_hues(channels if layer.directions is None else job.options["nmf_features"])[:channels]


def _write_images(stem, store, output, single_channels, hues, layout, job):
    """Write the sheets and filmstrips of every direction and channel."""
    scale = normalisation(store.largest[output], store.size[output])
    strips, encoders = {}, {}
    for number, rows in enumerate(minibatches(store.frames, frames_per_sheet(layout))):
        channels, residual = store.get(output, rows)
        for image in attribution_images(channels / scale, residual / scale, single_channels, hues):
            name = _image_name(stem, image.direction, image.name)
            encode = encode_attribution
            if image.colours is not None:
                encode = functools.partial(encode_one_hue, colours=image.colours)
            job.writer.write(job.subdirs["attribution"] + sheet_name(name, number), sheet(image.pixels, layout), encode)
            strips.setdefault(name, []).append(scrub(image.pixels, job.options["scrub_range"]))
            encoders[name] = encode
    for name, parts in strips.items():
        job.writer.write(job.subdirs["attribution_scrub"] + name, np.concatenate(parts, axis=1), encoders[name])


def records(layer, trajectory, observations, output_values, job):
    """Attribution of the outputs to one layer in one trajectory: a Record for each; the writer makes the images.

    observations: (T, H, W, C); output_values: (outputs, T), the outputs of these frames.
    """
    store, zeroed = _attributions(layer, observations, job)
    single_channels = job.options["attr_single_channels"] and layer.directions is not None
    layout = sheet_layout(store.width, store.height, job.most_frames)
    features = store.channels.shape[-1]
    channels, hues = channel_names(features, single_channels), _hues(layer, features, job)
    found = []
    for i, output in enumerate(job.outputs):
        stem = "{}_{}_{}".format(file_name(layer.name), trajectory, output.name)
        job.writer.make(_write_images, stem, store, i, single_channels, hues, layout, job)
        images = [
            (_image_name(stem, direction, channel), direction, channel)
            for direction in DIRECTIONS
            for channel in channels
        ]
        if layer.directions is None:
            found.append(Record(images, dict(layout._asdict()), None, None, None, None, None))
            continue
        explained = output_values[i] - zeroed[i]
        found.append(
            Record(
                images,
                dict(layout._asdict()),
                store.channels[i],
                store.residual[i],
                float(np.mean(zeroed[i])),
                explained - store.totals[i],
                explained,
            )
        )
    return found


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
    """What integration misses of an output beyond its baseline: sum |gap| / sum |F(x) - F0| over all frames.

    None where there is nothing beyond it but rounding.
    """
    gaps, explained = (np.concatenate([getattr(one, name) for one in records]) for name in ("gaps", "explained"))
    baseline = max(abs(one.baseline) for one in records)
    if np.abs(explained).max() <= ROUNDING * baseline:
        return None
    return float(np.abs(gaps).sum() / np.abs(explained).sum())
