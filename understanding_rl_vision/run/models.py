"""The models of an interface, each with the trajectories that it played, and what they must have in common."""

import collections

import numpy as np

from understanding_rl_vision.errors import InputError, quoted
from understanding_rl_vision.rl_util.layers import model_layers
from understanding_rl_vision.rl_util.model import FrozenModel, get_shape
from understanding_rl_vision.run.attribution.outputs import Agent, agent_outputs
from understanding_rl_vision.run.inputs import checked_trajectories

# name: for people; agent: an Agent; trajectories: Trajectories; nodes: of the layers, by the names shown; outputs: the
# Outputs that attribution is computed for, see `with_outputs`. looks: whether it looks at the frames that the first has
# played. minus: of a difference, see `with_differences`, the number of the model and that of the one taken from it.
PageModel = collections.namedtuple(
    "PageModel", "name agent trajectories nodes outputs looks minus", defaults=(False, None)
)

# What is given of each model that is compared with the first. trajectories: None of one that looks at the first's.
MODEL_KEYS = ("name", "model_bytes", "trajectories", "policy_logits_name", "value_function_name")


def make_page_model(name, model_bytes, trajectories, policy_logits_name, value_function_name, layer_kwargs):
    """The PageModel of a frozen model, without outputs.

    Raises InputError where model, names and trajectories do not fit together.
    """
    agent = make_agent(model_bytes, policy_logits_name, value_function_name)
    return PageModel(
        name,
        agent,
        checked_trajectories(trajectories, agent.model.image_shape, agent.num_actions),
        agent_layers(agent, layer_kwargs),
        (),
    )


def agent_layers(agent, layer_kwargs):
    """The layers of an Agent that are offered: name shown -> node."""
    outputs = [output for output in (agent.policy_logits_name, agent.value_function_name) if output is not None]
    return model_layers(agent.model, outputs, **layer_kwargs)


def layer_costs(layers):
    """What work on each layer costs beside the first: of the article's network each costs a third to an eighth."""
    return [4.0**-i for i in range(len(layers))]


def compared_page_model(first, given, layer_kwargs):
    """The PageModel of a model to compare with the first, of a dictionary of MODEL_KEYS.

    Raises InputError unless both take the same images and have the same actions and, unless it looks at the first's
    frames, the same layers and as many trajectories.
    """
    if not isinstance(given, dict) or set(given) - set(MODEL_KEYS) or set(MODEL_KEYS) - set(given):
        raise InputError(
            "compared holds {}; dictionaries of {} are accepted.".format(quoted(given), ", ".join(MODEL_KEYS))
        )
    shape = FrozenModel.from_bytes(given["model_bytes"]).image_shape
    _check_same("image shape", [first.name, given["name"]], [first.agent.model.image_shape, shape])
    if given["trajectories"] is None:
        return _looking(first, given, layer_kwargs)
    model = make_page_model(layer_kwargs=layer_kwargs, **given)
    check_comparable(*((each.name, each.agent, each.nodes) for each in (first, model)))
    counts = [len(each.trajectories.observations) for each in (first, model)]
    _check_same("number of trajectories", [first.name, model.name], counts)
    return model


def _looking(first, given, layer_kwargs):
    agent = make_agent(given["model_bytes"], given["policy_logits_name"], given["value_function_name"])
    check_outputs((first.name, first.agent), (given["name"], agent))
    nodes = agent_layers(agent, layer_kwargs)
    # What it would have given for what was beyond the frames, nobody knows.
    unknown = [
        None if values is None or not np.any(values) else np.where(values, np.nan, 0)
        for values in first.trajectories.final_values
    ]
    return PageModel(given["name"], agent, first.trajectories._replace(final_values=unknown), nodes, (), looks=True)


def with_outputs(models, groups, attr_policy, features_of):
    """PageModels with the outputs that attribution is computed for, see `agent_outputs`."""
    have_value = [model.agent.value_function_name is not None for model in models]
    return [
        model._replace(
            outputs=agent_outputs(
                model.agent.num_actions,
                groups,
                attr_policy,
                has_value=has_value,
                all_have_value=all(have_value),
                action=features_of.data,
            )
        )
        for model, has_value in zip(models, have_value)
    ]


def check_comparable(first, other):
    """Raise InputError unless two models, given as name, Agent and nodes of layers, can be shown on one page."""
    check_outputs(first[:2], other[:2])
    names, agents, nodes = zip(first, other)
    _check_same("layers", names, [_described_layers(*pair) for pair in zip(agents, nodes)])


def check_outputs(first, other):
    """Raise InputError unless two models, given as name and Agent, take the same images and have the same actions."""
    names, agents = zip(first, other)
    _check_same("image shape", names, [agent.model.image_shape for agent in agents])
    _check_same("number of actions", names, [agent.num_actions for agent in agents])


def _check_same(what, names, values):
    if values[0] != values[1]:
        raise InputError(
            "The models on one page must have the same {}: {} has {}, {} has {}. Make a page for each instead.".format(
                what, names[0] or "the first", values[0], names[1], values[1]
            )
        )


def _described_layers(agent, nodes):
    return ", ".join("{} ({} channels)".format(name, get_shape(agent.model, node)[-1]) for name, node in nodes.items())


def make_agent(model_bytes, policy_logits_name, value_function_name):
    """The Agent of a frozen model. Raises InputError where its nodes are no logits and no value function."""
    model = FrozenModel.from_bytes(model_bytes)
    logits_shape = get_shape(model, policy_logits_name)
    value_shape = [None] if value_function_name is None else get_shape(model, value_function_name)
    if len(logits_shape) != 2 or not logits_shape[1] or len(value_shape) != 1:
        raise InputError(
            "The logits must have the shape (N, actions) and the value function (N,); {} has {} and {} {}.".format(
                quoted(policy_logits_name), logits_shape, quoted(value_function_name), value_shape
            )
        )
    return Agent(model, policy_logits_name, value_function_name, logits_shape[1])
