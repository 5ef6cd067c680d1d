"""The layers of a model that are asked for."""

from understanding_rl_vision.errors import InputError, quoted
from understanding_rl_vision.rl_util.dataset_examples import check_enough_for_thumbnail
from understanding_rl_vision.rl_util.layers import file_name, model_layers
from understanding_rl_vision.rl_util.model import get_shape
from understanding_rl_vision.run.fitting_options import check_layer_fits
from understanding_rl_vision.visualize.features import check_layer
from understanding_rl_vision.visualize.run_page import run_directions


def fitting_layers(model, layer, options, num_observations, run_dir):
    """The layers that a model offers, those asked for (name -> node), and of these a run's directions.

    run_dir: the folder of the run, or None, see `run_directions`. Completes the option l2_layer. Raises InputError
    where options do not fit the model, or this many observations.
    """
    shown = model_layers(model, model.output_names)
    names = {node: name for name, node in shown.items()}
    nodes = {names.get(node, file_name(node)): node for node in _nodes(model, shown, layer)}
    if options["l2_layer"] is not None:
        options["l2_layer"] = _node(model, shown, options["l2_layer"])
    check_enough_for_thumbnail(num_observations, options["vis_thumbnail_num_mult"])
    fitted = options["nmf_features"] if options["nmf"] and run_dir is None else None
    acts = {name: check_layer_fits(model, name, node, fitted) for name, node in nodes.items()}
    directions = run_directions(run_dir, {name: of_layer.shape[-1] for name, of_layer in acts.items()})
    for name, node in nodes.items():
        features = len(directions[name]) if name in directions else fitted
        check_layer(model, node, acts[name], features, options, num_observations)
    return shown, nodes, directions


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
