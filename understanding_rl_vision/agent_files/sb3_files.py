"""Zip files of Stable-Baselines3: plain JSON of the agent's settings, and its network as a torch file within.

Objects are in the JSON twice: as pickles (`:serialized:`), which are not decoded, and with their plain fields beside.
"""

from understanding_rl_vision.agent_files.facts import Facts
from understanding_rl_vision.agent_files.torch_files import read_torch
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.json_files import parse_json

_NETWORK = "policy.pth"
_SETTINGS = "data"
_LEFT_OUT = ("policy.optimizer.pth", "pytorch_variables.pth")
_SERIALIZED = ":serialized:"
LONGEST_SETTINGS = 64 << 20
MOST_SETTINGS = 100_000


def is_sb3(archive):
    """Whether an Archive is of Stable-Baselines3."""
    return _SETTINGS in archive and (_NETWORK in archive or "parameters" in archive)


def read_sb3(archive):
    """The AgentFile of a Stable-Baselines3 zip's Archive: tensors are named as in policy.pth."""
    if _NETWORK not in archive:
        raise InputError(
            "It is a zip file of Stable-Baselines for TensorFlow, which is not read; those of Stable-Baselines3 are."
        )
    settings = parse_json(bytes(archive.read(_SETTINGS, LONGEST_SETTINGS)).decode("utf-8"), MOST_SETTINGS)
    if not isinstance(settings, dict):
        raise InputError("Its settings are no JSON object.")
    network = read_torch(archive.open(_NETWORK))
    facts = Facts()
    facts.leave_out(*network.facts.get("left_out", []), *(name for name in _LEFT_OUT if name in archive))
    for name, value in settings.items():
        facts.tell(name, _without_pickles(value))
    for name in ("_stable_baselines3_version", "system_info.txt"):
        if name in archive:
            facts.tell(name, bytes(archive.read(name, 1 << 16)).decode("utf-8", "replace"))
    return network._replace(format="sb3", facts=facts)


def _without_pickles(value):
    if isinstance(value, dict):
        return {key: _without_pickles(item) for key, item in value.items() if key != _SERIALIZED}
    return [_without_pickles(item) for item in value] if isinstance(value, list) else value
