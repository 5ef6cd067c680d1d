"""What a page is made of, computed: frames, network outputs, directions and attribution, shared among the ranks.

Images are written as they are made; the rest is returned, and `props` makes the page's data of it.
"""

import collections
import concurrent.futures

import numpy as np

from understanding_rl_vision.pictures.frames import write_frames
from understanding_rl_vision.pictures.readable import UnitFloats, readable
from understanding_rl_vision.pictures.sheets import SheetLayout
from understanding_rl_vision.rl_util.batches import batch_slices, concatenate
from understanding_rl_vision.rl_util.layers import file_name
from understanding_rl_vision.rl_util.sessions import model_session
from understanding_rl_vision.run.attribution import records as attribution
from understanding_rl_vision.run.attribution.differences import difference
from understanding_rl_vision.run.attribution.outputs import Output, output_values
from understanding_rl_vision.run.attribution.records import AttributionImage, Record
from understanding_rl_vision.run.directions import Layer
from understanding_rl_vision.run.features import Feature, FeaturePicture, fit_layer, write_features
from understanding_rl_vision.run.inputs import joined
from understanding_rl_vision.run.kept import PieceWriter
from understanding_rl_vision.run.measurement import measured_layer
from understanding_rl_vision.run.models import layer_costs
from understanding_rl_vision.run.responses import tally
from understanding_rl_vision.run.same_frames import (
    channels_of,
    layer_of,
    no_directions,
    seen_together,
    subtractions,
    why_whole,
)
from understanding_rl_vision.sharing import merged, shares

# What all stages share. options: those of `generate`, complete; features_of: a FeaturesOf; subdirs: folder names by
# kind; writer: an ImageWriter of the output folder; most_frames: the length of the longest trajectory, which sheets are
# laid out for; kept: the KeptWork of what an earlier run has finished.
PageWork = collections.namedtuple("PageWork", "options features_of subdirs writer most_frames kept")

# What is kept of a page's pieces holds these.
KEPT_TYPES = (SheetLayout, Layer, Feature, FeaturePicture, Output, Record, AttributionImage)

# What features are fitted on. observations: (N, H, W, C); images: the same as people see them; objects: what they show,
# see `play.objects`, or None where that is not known.
Seen = collections.namedtuple("Seen", "observations images objects")

# What the stages return. layers: Layers in the page's order; features: their Features; measurements: name of the layer
# -> what it responds to, see `measurement.measured_layer`, where that is known; logits (steps, actions) and values
# (steps,): of each trajectory; records: (layer's name, trajectory) -> Records by output; frame_layout: the
# SheetLayout of the trajectories' frames, on the first rank.
Results = collections.namedtuple("Results", "layers features measurements logits values records frame_layout")


def compute(models, seen, work, ranks, progress):
    """Write all images of a page of PageModels, differences among them, and return its Results.

    seen: a Seen. All ranks call this and return the same, but for the frame_layout.
    """
    trajectories = joined([model.trajectories for model in models])
    frame_layout = None
    if ranks.rank == 0:
        played = joined([model.trajectories for model in models if not model.looks])
        frame_layout = write_frames_and_observations(played, seen.images, work, progress)
    logits, values = network_outputs(trajectories, models, work.options["batch_size"], ranks)
    layers, features, measurements = directions_and_features(models, seen, work, ranks, progress)
    if work.options["input_layer_include"]:
        layers.insert(0, Layer(work.options["input_layer_name"], None, None, None))
    records = attribution_records(layers, trajectories, logits, values, models, work, ranks, progress)
    return Results(layers, features, measurements, logits, values, records, frame_layout)


def write_frames_and_observations(trajectories, images, work, progress):
    """Write the trajectories' frames and the observations as people see them, (N, H, W, 3); returns the SheetLayout."""
    if work.kept.find("observations") is None:
        writer = PieceWriter(work.writer, work.kept, "observations")
        for i, image in enumerate(progress.track(images, "observations")):
            writer.write("{}{}.png".format(work.subdirs["observations"], i), image)
        writer.finish(len(images))
    for i, frames in enumerate(progress.track(trajectories.frames, "trajectories")):
        layout = work.kept.find("trajectory-{}".format(i))
        if layout is None:
            observations = trajectories.observations[i]
            frames = readable(observations, work.options["frame_channels"]) if frames is None else readable(frames)
            layout = _write_trajectory(i, frames, work)
    return layout


def _write_trajectory(i, frames, work):
    """Write the frames (T, H, W, C) of a trajectory; returns their SheetLayout."""
    writer = PieceWriter(work.writer, work.kept, "trajectory-{}".format(i))
    paths = [work.subdirs[name] + "{}.png".format(i) for name in ("trajectories", "trajectories_scrub")]
    layout = write_frames(writer, paths, frames, work.options["scrub_range"], work.most_frames)
    writer.finish(layout)
    return layout


def _models_of_trajectories(models):
    """The PageModel of each trajectory."""
    return [model for model in models for _ in model.trajectories.actions]


def network_outputs(trajectories, models, batch_size, ranks):
    """Logits (steps, actions) and values (steps,) of each trajectory of PageModels: two lists of arrays.

    Values are NaN where the agent has none.
    """
    computed, minus = {}, subtractions(models)
    agents = [model.agent for model in _models_of_trajectories(models)]
    for i in range(ranks.rank, len(agents), ranks.size):
        if i in minus:
            continue
        agent = agents[i]
        session = model_session(agent.model)
        names = (agent.policy_logits_name, agent.value_function_name)
        nodes = [session.tensor(name) for name in names if name is not None]
        images = UnitFloats(trajectories.observations[i])
        batches = [session.run(nodes, {session.images: images[rows]}) for rows in batch_slices(len(images), batch_size)]
        computed[i] = [concatenate(arrays) for arrays in zip(*batches)]
        if agent.value_function_name is None:
            computed[i].append(np.full(len(images), np.nan))
    computed = merged(ranks.gather(computed))
    for i, (one, other) in minus.items():
        computed[i] = [a - b for a, b in zip(computed[one], computed[other])]
    return tuple(zip(*(computed[i] for i in sorted(computed))))


def directions_and_features(models, seen, work, ranks, progress):
    """Fit the directions of every layer of the first of PageModels and write their images.

    Returns the Layers, their Features, and the measurements of them by name, see `Results`. Each layer is one
    rank's work; all ranks return the same.
    """
    options, model = work.options, models[0]
    with_agents = [one for one in models if one.agent]
    attr_opts = dict({"exact": options["attr_exact"]}, **options["nmf_attr_opts"])
    fitted = {}
    ranks_of_layers = shares(layer_costs(model.nodes), ranks.size)
    for (name, node), rank in zip(model.nodes.items(), ranks_of_layers):
        if rank != ranks.rank:
            continue
        writer = PieceWriter(work.writer, work.kept, "layer-{}".format(file_name(name)))
        fitted[name] = work.kept.find("layer-{}".format(file_name(name)))
        if fitted[name] is not None:
            continue
        whole = why_whole(with_agents, name, options["shared_features"])
        if whole:
            nmf = no_directions(channels_of(model, name))
            layer = Layer(name, node, nmf, whole)
            fitted[name] = work.writer.make(_write_layer, nmf, layer, None, work._replace(writer=writer))
            continue
        nmf, layer = fit_layer(
            model.agent,
            work.features_of,
            name,
            node,
            seen.observations,
            seen.images,
            options["nmf_features"],
            attr_opts=attr_opts,
            batch_size=options["batch_size"],
            progress=progress,
        )
        measured = _measured(model, layer, seen, work, progress)
        fitted[name] = work.writer.make(_write_layer, nmf, layer, measured, work._replace(writer=writer))
    for name in progress.track(list(fitted), "features"):
        if isinstance(fitted[name], concurrent.futures.Future):
            fitted[name] = fitted[name].result()
    fitted = merged(ranks.gather(fitted))
    layers = [fitted[name][0] for name in model.nodes]
    for layer in layers:
        if layer.note:
            progress.say("Layer {}: {}".format(layer.name, layer.note))
    measurements = {name: fitted[name][2] for name in model.nodes if fitted[name][2] is not None}
    return layers, [feature for name in model.nodes for feature in fitted[name][1]], measurements


def _write_layer(nmf, layer, measured, work):
    """Write the images of a Layer, of a LayerNMF; returns the Layer, its Features and what is measured of it."""
    made = layer, write_features(layer.name, nmf, work), measured
    work.writer.finish(made)
    return made


def _measured(model, layer, seen, work, progress):
    """What a Layer responds to, or None where objects are not known, or there is nothing that responds."""
    if seen.objects is None or not layer.directions.features:
        return None
    found = tally(
        model.agent.model,
        layer.node,
        seen.observations,
        seen.objects,
        batch_size=work.options["batch_size"],
        progress=progress,
        stage="objects and {}".format(layer.name),
    )
    return measured_layer(found, layer.directions.channel_dirs)


def attribution_records(layers, trajectories, logits, values, models, work, ranks, progress):
    """Compute attribution to every Layer in every trajectory: (layer's name, trajectory) -> its Records by output.

    models: PageModels, whose trajectories these are. Those of the same frames are one rank's work.
    """
    groups = seen_together(models)
    tasks = [(layer.name, i) for layer in layers for i in range(len(groups))]
    sizes = [sum(len(trajectories.actions[number]) for number in group) for group in groups]
    costs = [cost * size for cost in layer_costs(layers) for size in sizes]
    mine = {task for task, rank in zip(tasks, shares(costs, ranks.size)) if rank == ranks.rank}
    computed = {}
    for layer in layers:
        own = [group for i, group in enumerate(groups) if (layer.name, i) in mine]
        for group in progress.track(own, "attribution to {}".format(layer.name)):
            names = ["attribution-{}-{}".format(file_name(layer.name), number) for number in group]
            made = [work.kept.find(name) for name in names]
            if any(records is None for records in made):
                outputs = (trajectories, logits, values)
                made = _records_of_group(layer, group, outputs, models, work, names)
            computed.update(((layer.name, number), records) for number, records in zip(group, made))
    return merged(ranks.gather(computed))


def _records_of_group(layer, group, known, models, work, names):
    """The Records of each of some trajectories, which are of the same frames; names: of the pieces that they are."""
    trajectories, logits, values = known
    owners, minus = _models_of_trajectories(models), subtractions(models)
    found = {}
    # What differs comes last. All is there before images are made of it: these are made at the same time.
    for i in sorted(group, key=lambda number: number in minus):
        outputs = owners[i].outputs
        if i in minus:
            one, other = (found[number] for number in minus[i])
            found[i] = difference(outputs, one, other, work.options["batch_size"])
        else:
            of_frames = trajectories.observations[i], trajectories.actions[i]
            own = layer_of(owners[i], layer)
            found[i] = attribution.attributed(own, *of_frames, owners[i].agent, outputs, work.options)
    made = []
    for i, name in zip(group, names):
        writer = PieceWriter(work.writer, work.kept, name)
        numbers = values[i], logits[i], trajectories.actions[i]
        of_outputs = [output_values(output, *numbers) for output in found[i].outputs]
        made.append(attribution.records(layer, i, found[i], of_outputs, work._replace(writer=writer), writer.finish))
    return made
