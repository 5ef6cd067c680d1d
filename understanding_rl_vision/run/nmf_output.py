"""What the features of layers are directions of: the attribution of an output to the layer, or its activations."""

import collections

import numpy as np

from understanding_rl_vision import checks
from understanding_rl_vision.errors import InputError, quoted
from understanding_rl_vision.rl_util.batches import batch_slices
from understanding_rl_vision.rl_util.compute import get_acts, has_gradient
from understanding_rl_vision.rl_util.model import get_shape
from understanding_rl_vision.rl_util.nmf import Directions, LayerNMF
from understanding_rl_vision.run.actions import ACTION, action_index
from understanding_rl_vision.run.attribution.outputs import scored

# What directions are of. type: 'v', 'action' (data: its number), as of an attribution.Output, or 'activations'; option:
# as options and files name it; words: the same within a sentence.
FeaturesOf = collections.namedtuple("FeaturesOf", "type data option words")

ACTIVATIONS = FeaturesOf("activations", None, "activations", "the layer's activations")
OF_VALUE = FeaturesOf("v", None, "value", "the value's attribution to the layer")

# Time and memory of the fit grow with its rows. The 64 x 64 layer has more than these from 128 observations on.
# From 4,096 observations, the directions of 2a and 3a are those of twice as many rows, with cosines of 0.9999 and more.
NMF_ROWS = 2**20

ATTR_OPTS = {"integrate_steps": 10, "exact": False}


@checks.of_text
def check_nmf_output(name, value):
    """Return a value that has the form of an output to fit features on; whether the agent has it shows later."""
    if not isinstance(value, str) or (value not in ("value", "activations") and not value.startswith(ACTION)):
        accepted = "'value', 'activations', or '{0}' with an action's number or keys, such as '{0}RIGHT',"
        checks.refuse(name, value, accepted.format(ACTION))
    return value


def read_nmf_output(name, value, agent, action_combos=None):
    """The FeaturesOf that the value of an option means; of None the value's, if the agent has one, else ACTIVATIONS.

    name: the option's; agent: an Agent; action_combos: keys of each action, where they are known. Raises InputError for
    an output that the agent does not have.
    """
    if value is None:
        return ACTIVATIONS if agent.value_function_name is None else OF_VALUE
    check_nmf_output(name, value)
    if value.startswith(ACTION):
        if agent.policy_logits_name is None:
            raise InputError(
                "{}={} given without policy_logits_name, the node of the logits.".format(name, quoted(value))
            )
        action = action_index(value[len(ACTION) :], agent.num_actions, action_combos, name)
        keys = "+".join(action_combos[action]) if action_combos else ""
        words = "the attribution of action {} to the layer".format(keys or action)
        return FeaturesOf("action", action, "{}{}".format(ACTION, action), words)
    if value == "value" and agent.value_function_name is None:
        raise InputError(
            "{}='value' given, but the agent has no value function, or value_function_name does not name it. Give "
            "'activations', or an action such as '{}0'.".format(name, ACTION)
        )
    return OF_VALUE if value == "value" else ACTIVATIONS


def fit_directions(
    agent, features_of, node, observations, images, features, *, attr_opts=None, batch_size, progress=None, stage="NMF"
):
    """The LayerNMF of a layer on observations (N, H, W, C); images: the same as people see them.

    features_of: a FeaturesOf, or None for the channels themselves; node: the layer's; features: how many at most;
    attr_opts: options of `get_attr`, by default ATTR_OPTS. Of an output that does not depend on the layer there are
    none, in Directions.
    """
    fitted_on = {}
    if features_of not in (None, ACTIVATIONS):
        name, act_dir = scored(agent, features_of)
        if not has_gradient(agent.model, name, node):
            return Directions(np.zeros((0, get_shape(agent.model, node)[-1]), np.float32), 0)
        fitted_on = {"attr_layer_name": name, "attr_opts": dict(attr_opts or ATTR_OPTS, act_dir=act_dir)}
    return LayerNMF(
        agent.model,
        node,
        observations,
        obses_full=images,
        features=None if features_of is None else features,
        batch_size=batch_size,
        max_rows=NMF_ROWS,
        progress=progress,
        stage=stage,
        **fitted_on,
    )


def features_note(nmf, features_of, wanted, model, node, observations, batch_size):
    """Why a layer has fewer features than wanted, or none, in sentences; None where it has as many.

    nmf: what `fit_directions` returned for the layer on these observations.
    """
    if nmf.features == wanted:
        return None
    where = "on the {} observations".format(len(observations))
    if nmf.features:
        channels = nmf.channel_dirs.any(axis=0)
        return (
            "{} feature{} instead of {}: there are no more independent directions in {}, in which {} of {} channels "
            "take part {}."
        ).format(
            nmf.features,
            "" if nmf.features == 1 else "s",
            wanted,
            features_of.words,
            np.count_nonzero(channels),
            len(channels),
            where,
        )
    if features_of == ACTIVATIONS or not _is_active(model, node, observations, batch_size):
        return "No features: all activations of the layer are zero {}.".format(where)
    return (
        "No features: {} is zero {}, though the layer is active. The option nmf_output fits features on another "
        "output, or on the activations.".format(features_of.words, where)
    )


def _is_active(model, node, observations, batch_size):
    return any(get_acts(model, node, observations[rows]).any() for rows in batch_slices(len(observations), batch_size))
