import os

import numpy as np
import pytest

from understanding_rl_vision.errors import InputError
from understanding_rl_vision.rl_util.pickles import save_joblib
from understanding_rl_vision.train import saving

PARAMS = {"ppo2_model/pi/b:0": np.zeros(3, np.float32)}
ARGS = {"env_name": "coinrun"}


def write(path, update):
    saving.write_checkpoint(path, params=PARAMS, args=ARGS, optimizer={}, training={"update": update})


def test_the_last_checkpoint_is_read(tmp_path):
    for age, name in enumerate(["checkpoint-2.jd", "checkpoint-10.jd", "checkpoint-9.jd"]):
        write(str(tmp_path / name), int(name[11:-3]))
        os.utime(str(tmp_path / name), (0, 100 - age // 2))
    (tmp_path / "checkpoint-99.jd.k3x.tmp").write_bytes(b"begun")
    write(str(tmp_path / "other.jd"), 77)
    assert saving.read_last_checkpoint(str(tmp_path))["training"]["update"] == 10


@pytest.mark.parametrize("save_all, name", [(False, "checkpoint.jd"), (True, "checkpoint-30.jd")])
def test_checkpoint_path(save_all, name):
    assert saving.checkpoint_path("folder", 30, save_all) == os.path.join("folder", name)


def test_what_cannot_be_gone_on_from_is_named(tmp_path):
    with pytest.raises(InputError, match="no checkpoint in"):
        saving.read_last_checkpoint(str(tmp_path))
    save_joblib({"params": PARAMS, "args": ARGS}, str(tmp_path / "checkpoint.jd"))
    with pytest.raises(InputError, match="optimizer"):
        saving.read_last_checkpoint(str(tmp_path))


def test_leftovers_are_removed_and_nothing_else(tmp_path):
    write(str(tmp_path / "checkpoint.jd"), 1)
    (tmp_path / "checkpoint.jd.abc.tmp").write_bytes(b"begun")
    (tmp_path / "notes.tmp").write_bytes(b"mine")
    saving.remove_leftovers(str(tmp_path))
    assert sorted(os.listdir(str(tmp_path))) == ["checkpoint.jd", "notes.tmp"]
