"""The models of an interface, each with the trajectories that it played, and what they must have in common."""

import collections

from understanding_rl_vision.errors import InputError, quoted
from understanding_rl_vision.rl_util.layers import model_layers
from understanding_rl_vision.rl_util.model import FrozenModel, get_shape
from understanding_rl_vision.run.attribution.outputs import Agent, agent_outputs
from understanding_rl_vision.run.inputs import checked_trajectories

# name: for people; agent: an Agent; trajectories: Trajectories; nodes: of the layers, by the names shown; outputs: the
# Outputs that attribution is computed for, see `with_outputs`.
PageModel = collections.namedtuple("PageModel", "name agent trajectories nodes outputs")

# What is given of each model that is compared with the first.
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


def compared_page_model(first, given, layer_kwargs):
    """The PageModel of a model to compare with the first, of a dictionary of MODEL_KEYS.

    Raises InputError unless both take the same images, have the same actions and layers, and as many trajectories.
    """
    if not isinstance(given, dict) or set(given) - set(MODEL_KEYS) or set(MODEL_KEYS) - set(given):
        raise InputError(
            "compared holds {}; dictionaries of {} are accepted.".format(quoted(given), ", ".join(MODEL_KEYS))
        )
    shape = FrozenModel.from_bytes(given["model_bytes"]).image_shape
    _check_same("image shape", [first.name, given["name"]], [first.agent.model.image_shape, shape])
    model = make_page_model(layer_kwargs=layer_kwargs, **given)
    check_comparable(*((each.name, each.agent, each.nodes) for each in (first, model)))
    counts = [len(each.trajectories.observations) for each in (first, model)]
    _check_same("number of trajectories", [first.name, model.name], counts)
    return model


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
    names, agents, nodes = zip(first, other)
    _check_same("image shape", names, [agent.model.image_shape for agent in agents])
    _check_same("number of actions", names, [agent.num_actions for agent in agents])
    _check_same("layers", names, [_described_layers(*pair) for pair in zip(agents, nodes)])


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
