"""What a state should make of the agent: target functions (section 3.3 and appendix).

Each is a function from Outputs (tensors) to a tensor (N,) that the states are made to maximise. With q what the agent
thinks of each action (Q-values or logits), and beta the sharpness:

    T-      -sum q_i exp(beta q_i) / sum exp(beta q_k): even the best action is bad (equation 6, which is minimised)
    T+      -T-(-q) with equation 6: even the worst action is good
    T+-     equation 7: the best is good and the worst is bad
    S+, S-  sum of q, and its negative
    value+, value-   the value function, and its negative
    action:7, action:RIGHT   q of one action, by its number or by its keys joined with '+'
"""

import collections

from understanding_rl_vision.errors import InputError, quoted
from understanding_rl_vision.run.actions import ACTION, action_index
from understanding_rl_vision.synthesize.picture_agent import preferences
from understanding_rl_vision.tensorflow1 import tf

Target = collections.namedtuple("Target", "name function")


def soft_maximum(q, beta):
    """Equation 6: the mean of q (N, A) with weights that grow with q, (N,). It tends to the maximum with beta."""
    return tf.reduce_sum(tf.nn.softmax(beta * q) * q, axis=1)


def _t_minus(q, beta):
    return -soft_maximum(q, beta)


def _t_plus(q, beta):
    return -soft_maximum(-q, beta)


def _t_plus_minus(q, beta):
    return soft_maximum(q, beta) + soft_maximum(-q, beta)


def _s_plus(q, beta):
    return tf.reduce_sum(q, axis=1)


def _s_minus(q, beta):
    return -tf.reduce_sum(q, axis=1)


OF_PREFERENCES = {"T-": _t_minus, "T+": _t_plus, "T+-": _t_plus_minus, "S+": _s_plus, "S-": _s_minus}
OF_VALUE = {"value+": 1.0, "value-": -1.0}
# As the paper writes them.
ALIASES = {"T⁻": "T-", "T⁺": "T+", "T±": "T+-", "S⁺": "S+", "S⁻": "S-"}
ACCEPTED = "{}, 'action:' with a number or keys, and, from Python, functions of the outputs".format(
    ", ".join(map(repr, list(OF_PREFERENCES) + list(OF_VALUE)))
)


def make_targets(given, *, num_actions, action_combos=None, has_value=True, beta=1.0):
    """The Targets that are meant by one name or function, or by a list of them.

    action_combos: keys of each action, where they are known. Raises InputError for an unknown name, an action that
    there is not, and the value of an agent without.
    """
    items = list(given) if isinstance(given, (list, tuple)) else [given]
    if not items:
        raise InputError("No target given; accepted are {}.".format(ACCEPTED))
    targets = [_target(item, num_actions, action_combos, has_value, beta) for item in items]
    names = [target.name for target in targets]
    for name in names:
        if names.count(name) > 1:
            raise InputError("The target {} is given twice; name each once.".format(quoted(name)))
    return targets


def _target(item, num_actions, action_combos, has_value, beta):
    if callable(item):
        return Target(getattr(item, "__name__", "function"), item)
    name = ALIASES.get(item, item) if isinstance(item, str) else item
    if name in OF_PREFERENCES:
        return Target(name, lambda outputs: OF_PREFERENCES[name](preferences(outputs), beta))
    if name in OF_VALUE:
        if not has_value:
            raise InputError("target={} given, but the agent has no value function.".format(quoted(item)))
        return Target(name, lambda outputs: OF_VALUE[name] * outputs.value)
    if isinstance(name, str) and name.startswith(ACTION):
        action = action_index(name[len(ACTION) :], num_actions, action_combos, "target")
        return Target(name, lambda outputs: preferences(outputs)[:, action])
    raise InputError("target={} given; accepted are {}.".format(quoted(item), ACCEPTED))


def objective(target, outputs):
    """The target's tensor (N,). Raises InputError where its function returns anything else."""
    values = target.function(outputs)
    wanted = [preferences(outputs).shape[0]]
    right = isinstance(values, tf.Tensor) and values.dtype.is_floating and values.shape.ndims == 1
    if not right or not values.shape.is_compatible_with(wanted):
        raise InputError(
            "The target {} returned {}; a function from the outputs to one number for each state, a float tensor of "
            "shape (N,), is accepted.".format(quoted(target.name), values)
        )
    return values
