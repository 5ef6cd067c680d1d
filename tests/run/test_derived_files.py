import os

import pytest

from tests.helpers.loading import FEW, link_example
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.locks import locked
from understanding_rl_vision.run.loading import load

needs_procgen = pytest.mark.skipif(
    "not __import__('importlib').util.find_spec('procgen')", reason="procgen is not installed"
)


@pytest.mark.parametrize(
    "options, said",
    [
        ({"trajectories_path": "agent.jd"}, "agent.jd would be overwritten"),
        ({"model_path": os.path.join("rl-clarity", "agent.metadata.jd")}, "metadata.jd would be overwritten"),
    ],
)
def test_derived_files_do_not_overwrite_the_checkpoint_nor_each_other(tmp_path, options, said):
    path = link_example(tmp_path)
    with open(path, "rb") as file:
        before = file.read()
    with pytest.raises(InputError, match=said):
        load(path, **dict(FEW, **{name: str(tmp_path / value) for name, value in options.items()}))
    with open(path, "rb") as file:
        assert file.read() == before
    assert os.listdir(str(tmp_path)) == ["agent.jd"]


@needs_procgen
def test_derived_files_are_written_by_one_and_read_by_many(tmp_path):
    path = link_example(tmp_path)
    load(path, **FEW)
    lock = str(tmp_path / "rl-clarity" / "agent.trajectories.jd.lock")
    with locked(lock, "agent.trajectories.jd"):
        for options in (FEW, {"resample": False}):
            with pytest.raises(InputError, match="agent.trajectories.jd is in use by process {}".format(os.getpid())):
                load(path, **options)
        load(path, temp_files=True, **FEW)
    with locked(lock, "agent.trajectories.jd", shared=True):
        load(path, resample=False)
        with pytest.raises(InputError, match="is in use"):
            load(path, **FEW)
    assert len(os.listdir(str(tmp_path / "rl-clarity"))) == 4
