"""Checkpoints and Baselines' files, which are joblib's."""

import numpy as np
import pytest

from tests.helpers.hostile_checkpoints import joblib_bytes
from understanding_rl_vision.agent_files import read_agent_file
from understanding_rl_vision.agent_files.reading import is_joblib
from understanding_rl_vision.errors import InputError

ARRAYS = {"ppo2_model/pi/b:0": np.zeros(3, np.float32), "ppo2_model/vf/b:0": np.ones(1, np.float32)}
SLOTS = {"ppo2_model/pi/b/Adam:0": np.zeros(3), "ppo2_model/pi/b/Adam_1:0": np.zeros(3), "beta1_power:0": np.zeros(())}


def test_a_checkpoint(read):
    found = read(joblib_bytes({"params": ARRAYS, "args": {"env_name": "coinrun"}, "extra": object}))
    assert (found.format, list(found.tensors), found.facts) == ("jd", list(ARRAYS), {"args": {"env_name": "coinrun"}})


def test_the_bundled_checkpoint(checkpoint_path):
    found = read_agent_file(checkpoint_path)
    assert found.format == "jd" and found.tensors["ppo2_model/pi/b:0"].shape == (15,)
    assert found.facts["args"]["env_name"] == "coinrun"


@pytest.mark.parametrize("compress", [0, "zlib"])
def test_arrays_by_name(compress, read):
    found = read(joblib_bytes(dict(ARRAYS, **SLOTS), compress=compress))
    assert (found.format, list(found.tensors)) == ("baselines", list(ARRAYS))
    assert found.facts == {"left_out": ["the optimiser's 3 arrays"]}


def test_arrays_in_a_list(read):
    found = read(joblib_bytes(list(ARRAYS.values())))
    assert (found.format, list(found.tensors)) == ("baselines", ["0", "1"])
    np.testing.assert_array_equal(found.tensors["1"], ARRAYS["ppo2_model/vf/b:0"])


def test_coinruns_list(read):
    found = read(joblib_bytes({"params": {"model": list(ARRAYS.values())}, "args": {}}))
    assert (found.format, list(found.tensors)) == ("jd", ["0", "1"])


@pytest.mark.parametrize("value", [3, {}, [1, 2], {"a": "b"}, {"params": 3}, {1: np.zeros(3)}])
def test_no_arrays(value, read):
    with pytest.raises(InputError, match="no arrays by name"):
        read(joblib_bytes(value))


def test_the_kind_is_told_without_reading(checkpoint_path, checkout):
    assert is_joblib(checkpoint_path)
    assert not is_joblib(str(checkout / "tests/agent_files/files/kinds_zip.pt"))
