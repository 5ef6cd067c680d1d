"""Attribution of the agent's outputs to a layer, reduced to NMF directions and a residual."""

import collections

import numpy as np

from understanding_rl_vision.rl_util.compute import (
    get_acts,
    get_acts_without,
    get_grad,
    has_gradient,
)
from understanding_rl_vision.rl_util.joint_attribution import RIGHT, get_attrs
from understanding_rl_vision.rl_util.multi_path import get_multi_path_attr

# A model with the names of the nodes of its policy's logits and of its value function, None where it does not have it.
Agent = collections.namedtuple("Agent", "model policy_logits_name value_function_name num_actions")

# What attribution is computed for. type: 'v', 'action' (data: its index), 'action_group' (data: their indices) or
# 'action_taken', at each frame the action that was taken after it.
Output = collections.namedtuple("Output", "type data name")

# The reduced attribution of one output over frames. channel_maps: (T, h, w, K); residual_map: (T, h, w); totals: the
# sum (T,) of the unreduced attribution.
Attribution = collections.namedtuple("Attribution", "channel_maps residual_map totals")

VALUE = Output("v", None, "v")
TAKEN = Output("action_taken", None, "action_taken")


def agent_outputs(num_actions, action_groups, policy, *, has_value=True, all_have_value=True, action=None):
    """What attribution is computed for: the value function, if the agent has one, and what of its policy is asked for.

    policy: every logit and group of actions, and the logit of the action taken. Without it, where not all agents of a
    page have a value function, it is the groups, or the logits where there are none. action: the number of one whose
    logit is there in any case.
    """
    value = [VALUE] if has_value else []
    logits = [Output("action", i, "action_{}".format(i)) for i in range(num_actions)]
    groups = [Output("action_group", group, "action_group_{}".format(i)) for i, group in enumerate(action_groups)]
    if policy:
        return value + [TAKEN] + logits + groups
    chosen = [] if all_have_value else groups or logits
    wanted = [] if action is None or logits[action] in chosen else [logits[action]]
    return value + wanted + chosen


def output_values(output, values, logits, actions):
    """The numbers (T,) of an output, given those of the value function (T,) and of the logits (T, actions).

    actions: (T,) those taken.
    """
    if output.type == "v":
        return values
    if output == TAKEN:
        return logits[np.arange(len(logits)), actions]
    return logits[..., np.atleast_1d(output.data)].sum(axis=-1)


def scored(agent, output):
    """The node of an Agent to score for an Output, and the weights of its channels, None for a node without."""
    if output.type == "v":
        return agent.value_function_name, None
    act_dir = np.zeros(agent.num_actions, np.float32)
    act_dir[np.atleast_1d(output.data)] = 1
    return agent.policy_logits_name, act_dir


def _members(output):
    """The names of the outputs that a group is the sum of; none for others."""
    return ["action_{}".format(action) for action in output.data] if output.type == "action_group" else []


def raw_attributions(
    agent,
    outputs,
    layer_node,
    obses,
    *,
    integrate_steps,
    exact,
    batch_size,
    rule=RIGHT,
    directions=None,
    max_paths=None,
):
    """Attributions of the outputs to a layer, an array (T, h, w, C) each; gradients where the node is None, the input.

    They are integrated along the straight path, see `get_attrs`, or with `max_paths` along several, which differ in the
    order of the directions, so that without any there is one; their rule is 'right'. A group's attribution is the sum
    of its logits', where these are outputs too. That of an output to a layer which it does not depend on is zero.
    """
    names = {output.name for output in outputs}
    summed = {
        output.name: members
        for output, members in ((output, _members(output)) for output in outputs)
        if members and names.issuperset(members)
    }
    scores = {output.name: scored(agent, output) for output in outputs if output.name not in summed}
    apart = [name for name, (node, _) in scores.items() if not has_gradient(agent.model, node, layer_node)]
    scores = {name: score for name, score in scores.items() if name not in apart}
    if layer_node is None:
        arrays = [
            get_grad(agent.model, node, obses, act_dir=act_dir, batch_size=batch_size)
            for node, act_dir in scores.values()
        ]
    elif not scores:
        arrays = []
    elif max_paths is None or not directions.features:
        options = {"integrate_steps": integrate_steps, "exact": exact, "rule": rule, "batch_size": batch_size}
        arrays = get_attrs(agent.model, list(scores.values()), [layer_node], obses, **options)[layer_node]
    else:
        arrays = [
            get_multi_path_attr(
                agent.model,
                node,
                layer_node,
                obses,
                directions,
                act_dir=act_dir,
                max_paths=max_paths,
                integrate_steps=integrate_steps,
                # The same paths for every observation, so that frames can be shared out in any way.
                random_state=np.random.RandomState(0),
                batch_size=batch_size,
            )
            for node, act_dir in scores.values()
        ]
    attributions = dict(zip(scores, arrays))
    if apart:
        acts = get_acts(agent.model, layer_node, obses, batch_size=batch_size)
        attributions.update((name, np.zeros_like(acts)) for name in apart)
    attributions.update((name, sum(attributions[member] for member in members)) for name, members in summed.items())
    return [attributions[output.name] for output in outputs]


def baseline(agent, output, layer_node, obses, *, batch_size):
    """The output (T,) when all activations of the layer are zero."""
    node, act_dir = scored(agent, output)
    without = get_acts_without(agent.model, node, layer_node, obses, batch_size=batch_size)
    return without if act_dir is None else without @ act_dir


def reduced(attribution, nmf):
    """Attribution (T, h, w, C) as an Attribution: coordinates of its signed parts times what each direction adds up to.

    The maps of channels and of the residual sum to the attribution.
    """
    coordinates = nmf.transform(np.maximum(attribution, 0)) - nmf.transform(np.maximum(-attribution, 0))
    residual = (attribution - nmf.inverse_transform(coordinates)).sum(axis=-1)
    channels = coordinates * nmf.channel_dirs.sum(axis=-1).astype(coordinates.dtype)
    return Attribution(channels, residual, attribution.sum(axis=(1, 2, 3)))


def unreduced(gradient):
    """The gradient of an input layer as an Attribution: its own channels and no residual."""
    return Attribution(gradient, np.zeros(gradient.shape[:3], gradient.dtype), gradient.sum(axis=(1, 2, 3)))
