"""msgpack files of flax, as CleanRL's JAX agents are saved: settings, and trees of parameters."""

import collections

import numpy as np

from understanding_rl_vision.agent_files.agent_file import agent_file
from understanding_rl_vision.agent_files.facts import Facts
from understanding_rl_vision.agent_files.msgpack import Decoder
from understanding_rl_vision.errors import InputError, cut
from understanding_rl_vision.rl_util.streams import Source

# Arrays beyond 1 GB lie in parts.
_IN_PARTS = "__msgpack_chunked_array__"


def is_flax(start):
    """Whether these may be the first bytes of a msgpack file of a dictionary or a list; 0x80 begins pickles."""
    return len(start) > 1 and (0x80 < start[0] < 0xA0 or 0xDC <= start[0] <= 0xDF)


def read_flax(file):
    """The AgentFile of a msgpack file of flax: names are joined by slashes, as in "0/params/Conv_0/kernel".

    Of a file of settings and parameters the settings are the fact "args", and only the others are named.
    """
    source = Source(file)
    tree = Decoder(source).value()
    if source.read_byte(1):
        raise InputError("It goes on after its msgpack ends.")
    facts = Facts()
    if isinstance(tree, (dict, list)) and len(tree) == 2:
        settings, rest = tree.values() if isinstance(tree, dict) else tree
        if isinstance(settings, dict) and not _has_arrays(settings):
            facts.tell("args", settings)
            tree = rest
    tensors = collections.OrderedDict()
    _gather(tree, "", tensors, facts)
    if not tensors:
        raise InputError("It holds no arrays.")
    return agent_file("flax msgpack", tensors, facts)


def _gather(value, name, tensors, facts):
    if isinstance(value, np.ndarray):
        tensors[name] = value
    elif isinstance(value, (dict, list)):
        if isinstance(value, dict) and _IN_PARTS in value:
            raise InputError("{} is an array in parts, which is not read.".format(cut(name, 200)))
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            _gather(item, "{}/{}".format(name, key) if name else str(key), tensors, facts)
    elif value is not None:
        facts.tell(name, value)


def _has_arrays(value):
    if isinstance(value, (dict, list)):
        return any(map(_has_arrays, value.values() if isinstance(value, dict) else value))
    return isinstance(value, np.ndarray)
