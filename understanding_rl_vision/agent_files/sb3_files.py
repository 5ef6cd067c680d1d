"""Zip files of Stable-Baselines3: plain JSON of the agent's settings, and its network as a torch file within.

Objects are in the JSON twice: as pickles (`:serialized:`), which are not decoded, and with their plain fields beside.
"""

from understanding_rl_vision.agent_files.facts import plain
from understanding_rl_vision.agent_files.torch_files import read_torch
from understanding_rl_vision.errors import InputError, cut
from understanding_rl_vision.json_files import parse_json

_NETWORK = "policy.pth"
_SETTINGS = "data"
_LEFT_OUT = ("policy.optimizer.pth", "pytorch_variables.pth")
_SERIALIZED = ":serialized:"
LONGEST_SETTINGS = 64 << 20


def is_sb3(archive):
    """Whether an Archive is of Stable-Baselines3."""
    return _SETTINGS in archive and (_NETWORK in archive or "parameters" in archive)


def read_sb3(archive):
    """The AgentFile of a Stable-Baselines3 zip's Archive: tensors are named as in policy.pth."""
    if _NETWORK not in archive:
        raise InputError(
            "It is a zip file of Stable-Baselines for TensorFlow, which is not read; those of Stable-Baselines3 are."
        )
    settings = parse_json(bytes(archive.read(_SETTINGS, LONGEST_SETTINGS)).decode("utf-8"))
    if not isinstance(settings, dict):
        raise InputError("Its settings are no JSON object.")
    network = read_torch(archive.open(_NETWORK))
    facts, left_out = dict(network.facts), list(network.facts.get("left_out", []))
    for name, value in settings.items():
        told, value = plain(_without_pickles(value))
        if told:
            facts[cut(name, 200)] = value
        else:
            left_out.append(cut(name, 200))
    for name in ("_stable_baselines3_version", "system_info.txt"):
        if name in archive:
            facts[name] = bytes(archive.read(name, 1 << 16)).decode("utf-8", "replace")
    left_out += [name for name in _LEFT_OUT if name in archive]
    return network._replace(format="sb3", facts=dict(facts, left_out=left_out[:100]))


def _without_pickles(value):
    if isinstance(value, dict):
        return {key: _without_pickles(item) for key, item in value.items() if key != _SERIALIZED}
    return [_without_pickles(item) for item in value] if isinstance(value, list) else value
