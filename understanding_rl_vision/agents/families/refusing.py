"""What is known of agents that are not accepted: they are refused by what they are."""

import re

from understanding_rl_vision.agents.families.assembling import listed
from understanding_rl_vision.errors import InputError

_RECURRENT = re.compile(r"(.*?)\.?weight_ih(_l0)?$")
# What a name has -> what such an agent is.
_KINDS = (
    (re.compile(r"(^|\.)(log_std|logstd|actor_logstd|fc_mean|action_scale|actor_mean)(\.|$)"), "of continuous actions"),
    (re.compile(r"(^|\.)(atoms|supports?)$"), "distributional"),
    (re.compile(r"(^|\.)(attn|attention|self_attn|transformer)(\.|$)"), "with attention"),
    (re.compile(r"\.running_mean$"), "with batch normalisation, or with normalised observations"),
)
ACCEPTED = "agents of discrete actions, without memory, that see pictures are accepted"


def check_accepted(tensors):
    """Raise InputError for agents that no network here can be: recurrent, continuous, of vectors and others."""
    for name, array in tensors.items():
        if _RECURRENT.match(name):
            gates = {3: "a GRU", 4: "an LSTM"}.get(array.shape[0] // max(_hidden(name, array, tensors), 1), "an RNN")
            raise InputError("It is a recurrent agent, with {}: {}; {}.".format(gates, name, ACCEPTED))
    for pattern, kind in _KINDS:
        found = [name for name in tensors if pattern.search(name)]
        if found:
            raise InputError("It is an agent {}: {}; {}.".format(kind, listed(found), ACCEPTED))
    kernels = [name for name, array in tensors.items() if array.ndim == 4]
    if not kernels:
        raise InputError(
            "It is an agent that sees no pictures: none of its parameters ({}) is a convolution's; {}.".format(
                listed(tensors), ACCEPTED
            )
        )


def _hidden(name, array, tensors):
    """The number of units of a recurrent layer."""
    recurrent = tensors.get(name.replace("weight_ih", "weight_hh"))
    return recurrent.shape[1] if recurrent is not None and recurrent.ndim == 2 else array.shape[0]
