"""The layers of a model that are asked for."""

from understanding_rl_vision.errors import InputError, quoted
from understanding_rl_vision.rl_util.dataset_examples import check_enough_for_thumbnail
from understanding_rl_vision.rl_util.layers import file_name, model_layers
from understanding_rl_vision.rl_util.model import get_shape
from understanding_rl_vision.visualize.features import check_layer


def fitting_layers(model, layer, options, num_observations):
    """The layers that a model offers, and those asked for: name -> node. Completes the option l2_layer.

    Raises InputError where options do not fit the model, or this many observations.
    """
    shown = model_layers(model, model.output_names)
    names = {node: name for name, node in shown.items()}
    nodes = {names.get(node, file_name(node)): node for node in _nodes(model, shown, layer)}
    if options["l2_layer"] is not None:
        options["l2_layer"] = _node(model, shown, options["l2_layer"])
    check_enough_for_thumbnail(num_observations, options["vis_thumbnail_num_mult"])
    for name, node in nodes.items():
        check_layer(model, name, node, options, num_observations)
    return shown, nodes


def _nodes(model, shown, layer):
    given = [layer] if isinstance(layer, str) else layer
    if not isinstance(given, (list, tuple)) or not given:
        raise InputError(
            "layer={} given; a name or a list of names is accepted: {}.".format(quoted(layer), ", ".join(shown))
        )
    return [_node(model, shown, name) for name in given]


def _node(model, shown, name):
    """The node of a layer by the name shown or by its own. Raises InputError unless it has activations (N, h, w, C)."""
    node = shown.get(name, name)
    try:
        axes = len(get_shape(model, node))
    except (InputError, ValueError):
        axes = None
    if axes != 4:
        raise InputError("Unknown layer {}; the model has {}.".format(quoted(name), ", ".join(shown)))
    return node
