"""What the options of `generate` must fit: told before anything is played, and before anything is computed."""

import numpy as np

from understanding_rl_vision.errors import InputError, quoted
from understanding_rl_vision.rl_util.compute import get_acts
from understanding_rl_vision.rl_util.dataset_examples import check_enough_for_thumbnail
from understanding_rl_vision.rl_util.layers import file_name
from understanding_rl_vision.run.actions import complete_combos
from understanding_rl_vision.run.labels import read_writings
from understanding_rl_vision.run.models import agent_layers, check_comparable, check_outputs, make_agent
from understanding_rl_vision.run.nmf_output import read_nmf_output
from understanding_rl_vision.run.same_frames import shared_layers


def check_before_play(options, models, num_observations, lengths, looking=False):
    """Raise InputError where options of `generate` do not fit models that have not played yet; a `check` of `load`.

    options: complete. models: by name their bytes and the nodes of the logits and of the value function (or None).
    lengths: of all trajectories, or None where they are not known. looking: whether all but the first look at its
    frames. Returns a function of the keys of the actions that raises InputError where options do not fit them.
    """
    agents = {name: make_agent(*model) for name, model in models.items()}
    layers = {name: agent_layers(agent, options["layer_kwargs"]) for name, agent in agents.items()}
    first = next(iter(agents))
    for name in list(agents)[1:]:
        if looking:
            check_outputs((first, agents[first]), (name, agents[name]))
        else:
            check_comparable((first, agents[first], layers[first]), (name, agents[name], layers[name]))
    if looking:
        shared = shared_layers([(name, agents[name], layers[name]) for name in agents], options["input_layer_include"])
        layers[first] = {name: layers[first][name] for name in shared}
    check_several(options, len(agents))
    check_fit(options, agents[first], layers[first], num_observations)
    read_writings(options, list(layers[first]), lengths)

    def check_actions(env_combos):
        combos = env_combos if options["action_combos"] is None else options["action_combos"]
        read_nmf_output("nmf_output", options["nmf_output"], agents[first], complete_combos(combos, len(combos)))

    if options["action_combos"] is not None:
        complete_combos(options["action_combos"], agents[first].num_actions)
    return check_actions


def check_several(options, models):
    """Raise InputError for an option of `generate` that is about several models where there is one."""
    if models == 1 and not options["shared_features"]:
        raise InputError("shared_features=False given with one model; it is about several on one page. Leave it out.")


def check_fit(options, agent, layers, num_observations):
    """Raise InputError for the first option of `generate` that does not fit an Agent and its layers (name -> node)."""
    name = options["input_layer_name"]
    if file_name(name) in layers:
        raise InputError(
            "input_layer_name={} given, which is the name of a layer; choose another, such as 'input'.".format(
                quoted(name)
            )
        )
    check_enough_for_thumbnail(num_observations, options["vis_thumbnail_num_mult"])
    for name, node in layers.items():
        check_layer_fits(agent.model, name, node, options["nmf_features"])


def check_layer_fits(model, name, node, nmf_features):
    """The activations of a layer for a blank image, (1, h, w, C).

    Raises InputError where there are fewer channels than nmf_features, unless that is None.
    """
    acts = get_acts(model, node, np.zeros((1,) + model.image_shape, np.float32))
    if nmf_features is not None and nmf_features > acts.shape[-1]:
        raise InputError(
            "{} features are asked for, but there are {} channels in layer {}; nmf_features is at most {}.".format(
                nmf_features, acts.shape[-1], name, acts.shape[-1]
            )
        )
    return acts
