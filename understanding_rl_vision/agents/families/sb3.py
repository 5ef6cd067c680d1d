"""Stable-Baselines3's agents with a CnnPolicy: PPO, A2C and DQN."""

import itertools

import numpy as np

from understanding_rl_vision.agents.families.assembling import Assembly
from understanding_rl_vision.agents.families.sequential import three_convolutions
from understanding_rl_vision.errors import InputError, cut, quoted

ACTIVATIONS = {"ReLU": "relu", "Tanh": "tanh", "ELU": "elu", "Sigmoid": "sigmoid", "LeakyReLU": "leaky_relu"}
FAMILY = "Stable-Baselines3"


def recognise(file):
    """The Agent of an AgentFile, or None where it is none of these."""
    if any(name.startswith("quantile_net.") for name in file.tensors):
        raise InputError("It is a distributional agent (quantile_net); those with one Q-value are accepted.")
    if "q_net.features_extractor.cnn.0.weight" in file.tensors:
        return _dqn(file)
    if "features_extractor.cnn.0.weight" in file.tensors and "action_net.weight" in file.tensors:
        return _actor_critic(file)
    return None


def _extractor(assembly, prefix, scope="pi"):
    convs = [prefix + "features_extractor.cnn.{}".format(index) for index in (0, 2, 4)]
    return three_convolutions(assembly, convs, prefix + "features_extractor.linear.0", scope)


def _start(file):
    """The input layer, where images are not divided by 255."""
    given = _policy_kwargs(file).get("normalize_images", True)
    return [] if given in (True, "True") else [{"layer": "input", "scale": 1.0}]


def _dqn(file):
    assembly = Assembly(FAMILY + "'s DQN", file.tensors)
    layers = _start(file) + _extractor(assembly, "q_net.")
    count = numbered_by_two(file.tensors, "q_net.q_net.{}.weight")
    activation = _activation(file, "relu") if count > 1 else None
    hidden = [
        assembly.dense("q_net.q_net.{}".format(2 * index), "q{}".format(index + 1), activation=activation)
        for index in range(count - 1)
    ]
    head = assembly.head("q_net.q_net.{}".format(2 * (count - 1)), "q", layers=hidden)
    args = _args(file)
    if isinstance(file.facts.get("exploration_final_eps"), (int, float)):
        args["epsilon_greedy"] = file.facts["exploration_final_eps"]
    return assembly.agent(layers + [head], args, ["q_net_target."])


def _actor_critic(file):
    assembly = Assembly(FAMILY + "'s CnnPolicy", file.tensors)
    layers = _start(file) + _extractor(assembly, "")
    shared = _perceptron(assembly, file, "mlp_extractor.shared_net", "shared", "pi")
    of_policy = _perceptron(assembly, file, "mlp_extractor.policy_net", "policy", "pi")
    of_value = _perceptron(assembly, file, "mlp_extractor.value_net", "value", "vf")
    heads = [assembly.head("action_net", "logits", layers=of_policy)]
    if _are_equal(file.tensors, "vf_features_extractor.", "features_extractor."):
        heads.append(assembly.head("value_net", "value", layers=of_value))
        ignored = ["pi_features_extractor.", "vf_features_extractor."]
    else:
        own = _extractor(assembly, "vf_", "vf")
        heads.append(assembly.head("value_net", "value", layers=own + of_value, of="input"))
        ignored = ["pi_features_extractor."]
    return assembly.agent(layers + shared + heads, _args(file), ignored)


def _are_equal(tensors, one, other):
    """Whether tensors whose names begin with one text are those that begin with another, as far as there are any."""
    return all(
        np.array_equal(array, tensors.get(other + name[len(one) :]))
        for name, array in tensors.items()
        if name.startswith(one)
    )


def numbered_by_two(tensors, pattern):
    """How many layers there are at every other place of a torch.nn.Sequential; activations are in between."""
    return next(index for index in itertools.count() if pattern.format(2 * index) not in tensors)


def _perceptron(assembly, file, source, name, scope):
    count = numbered_by_two(file.tensors, source + ".{}.weight")
    activation = _activation(file, "tanh") if count else None
    return [
        assembly.dense("{}.{}".format(source, 2 * index), name + str(index + 1), scope, activation=activation)
        for index in range(count)
    ]


def _policy_kwargs(file):
    kwargs = file.facts.get("policy_kwargs")
    return kwargs if isinstance(kwargs, dict) else {}


def _activation(file, default):
    """The activation of dense layers: that of policy_kwargs, a class as text, or the default of the policy."""
    given = _policy_kwargs(file).get("activation_fn")
    if given is None:
        return default
    name = cut(str(given), 200).rstrip("'>").rpartition(".")[2]
    if name not in ACTIVATIONS:
        raise InputError("Its activation_fn is {}; accepted are {}.".format(quoted(given), ", ".join(ACTIVATIONS)))
    return ACTIVATIONS[name]


def _args(file):
    # As rl-zoo trains on Atari, where most of these come from.
    args = {"gamma": 0.99, "lambda": 0.95, "reward_processing": "clip"}
    for ours, theirs in (("gamma", "gamma"), ("lambda", "gae_lambda")):
        if isinstance(file.facts.get(theirs), (int, float)):
            args[ours] = file.facts[theirs]
    return args
