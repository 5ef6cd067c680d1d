"""Nothing of an agent's file runs. (Other files made to do harm: tests/test_strangers.py.)"""

import numpy as np
import pytest

from tests.helpers.agent_files import sb3_zip, tensor, torch_legacy, torch_pickle, torch_zip
from tests.helpers.hostile_agent_files import hostile_agent_files
from tests.helpers.hostile_pickles import HOSTILE
from understanding_rl_vision.errors import InputError

STATE = {"weight": tensor(np.float32([1, 2]))}
PICKLED = torch_pickle({"state_dict": STATE, "extra": None})[0]
LEGACY = torch_pickle({"state_dict": STATE, "extra": None}, legacy=True)[0]


def _hiding(opcodes, pickled):
    """The pickle of a network with opcodes beside it, which give or take one value."""
    assert pickled.count(b"extra") == 1
    at = pickled.index(b"N", pickled.index(b"extra"))
    return pickled[:at] + opcodes + pickled[at + 1 :]


def _in_legacy(pickled):
    return torch_legacy({"state_dict": STATE, "extra": None}).replace(LEGACY, pickled)


@pytest.mark.parametrize("opcodes", HOSTILE.values(), ids=HOSTILE)
def test_nothing_runs(opcodes, quarry, read):
    for content in (
        torch_zip(STATE, **{"data.pkl": _hiding(opcodes, PICKLED)}),
        _in_legacy(_hiding(opcodes, LEGACY)),
        sb3_zip(STATE, policy__pth=torch_zip(STATE, **{"data.pkl": _hiding(opcodes, PICKLED)})),
    ):
        try:
            assert list(read(content).tensors) == ["weight"]
        except InputError as error:
            assert "damaged" in str(error)


def test_the_corpus_has_files_of_every_format():
    names = list(hostile_agent_files())
    assert len(names) >= 60
    for kind in ("torch zip", "torch legacy", "sb3", "safetensors", "flax", "onnx"):
        assert sum(name.startswith(kind) for name in names) >= 7
