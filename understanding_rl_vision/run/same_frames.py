"""Models that look at the same frames: the layers that they share, and how each differs from the first."""

import numpy as np

from understanding_rl_vision.errors import InputError
from understanding_rl_vision.rl_util.compute import get_acts
from understanding_rl_vision.rl_util.model import get_shape
from understanding_rl_vision.rl_util.nmf import Directions
from understanding_rl_vision.run.models import PageModel


def shared_layers(models, input_layer):
    """Names of the layers of the first that all have, of one size: one position is the same place of the picture.

    models: (name, Agent, nodes) of each. Raises InputError where there is none, unless there is `input_layer`.
    """
    sizes = [_sizes(agent, nodes) for _, agent, nodes in models]
    shared = [name for name, size in sizes[0].items() if all(other.get(name) == size for other in sizes[1:])]
    if not shared and not input_layer:
        described = [
            "{} has {}".format(model[0] or "the first", ", ".join("{} ({} x {})".format(n, *s) for n, s in of.items()))
            for model, of in zip(models, sizes)
        ]
        raise InputError(
            "The models that look at the same frames have no layer of the same name and size: {}. "
            "input_layer_include=True compares what they make of the pixels; or make a page for each.".format(
                "; ".join(described)
            )
        )
    return shared


def _sizes(agent, nodes):
    """Name -> (h, w) of layers."""
    blank = np.zeros((1,) + agent.model.image_shape, np.float32)
    return {name: get_acts(agent.model, node, blank).shape[1:3] for name, node in nodes.items()}


def with_shared_layers(models, input_layer):
    """PageModels, with only the layers that are shared where some look at the first's frames."""
    if not any(model.looks for model in models):
        return models
    shared = shared_layers([(model.name, model.agent, model.nodes) for model in models], input_layer)
    return [model._replace(nodes={name: model.nodes[name] for name in shared}) for model in models]


def why_whole(models, layer, shared_features):
    """Why attribution to a layer is shown as a whole in all PageModels; None where all have the first's features."""
    if len(models) > 1 and not shared_features:
        return "No features: what is a channel of one model is not one of another (shared_features=False)."
    channels = [channels_of(model, layer) for model in models]
    for model, count in zip(models, channels):
        if count != channels[0]:
            return "No features: {} has {} channels in it, {} has {}, and features are directions among these.".format(
                models[0].name or "the first model", channels[0], model.name, count
            )
    return None


def channels_of(model, layer):
    """How many channels a layer of a PageModel has."""
    return get_shape(model.agent.model, model.nodes[layer])[-1]


def no_directions(channels):
    """Directions of a layer whose attribution is shown as a whole."""
    return Directions(np.zeros((0, channels), np.float32), 0)


def layer_of(model, layer):
    """A Layer as a PageModel has it: its own node, and the first's directions where it has features."""
    if layer.node is None:
        return layer
    directions = layer.directions if layer.directions.features else no_directions(channels_of(model, layer.name))
    return layer._replace(node=model.nodes[layer.name], directions=directions)


def with_differences(models):
    """PageModels and, after them, what those that look at the first's frames differ from it by.

    A difference has no Agent, and the outputs that both have.
    """
    first = models[0]
    differences = [
        PageModel(
            "{} \u2212 {}".format(model.name or "other", first.name or "first"),
            None,
            model.trajectories,
            first.nodes,
            [output for output in model.outputs if output in first.outputs],
            looks=True,
            minus=(number, 0),
        )
        for number, model in enumerate(models)
        if model.looks
    ]
    return [*models, *differences]


def numbers_of(models):
    """The numbers of each PageModel's trajectories, which follow on each other."""
    ends = np.cumsum([len(model.trajectories.dones) for model in models])
    return [list(range(end - len(model.trajectories.dones), end)) for model, end in zip(models, ends.tolist())]


def subtractions(models):
    """Number of a difference's trajectory -> those of the trajectory that it is of, and of the one taken from it."""
    numbers = numbers_of(models)
    return {
        difference: (one, other)
        for model, own in zip(models, numbers)
        if model.minus
        for difference, one, other in zip(own, *(numbers[part] for part in model.minus))
    }


def seen_together(models):
    """Numbers of trajectories in groups: those whose frames are the same, so that they can be subtracted."""
    numbers = numbers_of(models)
    looking = [own for model, own in zip(models, numbers) if model.looks]
    apart = [[number] for model, own in zip(models[1:], numbers[1:]) if not model.looks for number in own]
    return [list(group) for group in zip(numbers[0], *looking)] + apart
