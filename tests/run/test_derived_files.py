import os

import numpy as np
import pytest

from tests.helpers.loading import FEW, link_example
from understanding_rl_vision import large_arrays
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.locks import locked
from understanding_rl_vision.rl_util import streams
from understanding_rl_vision.run.derived_files import derived_paths_in, read_derived, write_derived
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


@pytest.mark.skipif(not hasattr(os, "posix_fallocate"), reason="there is no such room to be had here")
def test_frames_that_are_read_again_are_in_files_as_those_just_played(tmp_path, monkeypatch):
    frames = np.random.RandomState(0).randint(256, size=(20, 8, 8, 3)).astype(np.uint8)
    played = {
        "model": b"model",
        "metadata": {"policy_logits_name": "logits"},
        "trajectories": {"observations": frames, "observations_full": frames[::-1], "rewards": np.arange(20.0)},
        "observations": {"observations": frames},
    }
    paths = derived_paths_in(str(tmp_path), "agent", played)
    write_derived(played, paths)
    made = []
    monkeypatch.setattr(large_arrays, "LARGE", frames.nbytes)
    # Of trajectories, which are compressed as they have frames at full size, and of observations, which are not.
    for name in ("of_parts", "empty"):
        make = getattr(large_arrays, name)
        monkeypatch.setattr(large_arrays, name, lambda *given, make=make: made.append(make(*given)) or made[-1])
    # Of memory there is enough for what is not in files.
    for name, value in {"CHUNK": 64, "UNASKED": 0, "available_memory": lambda: 1500}.items():
        monkeypatch.setattr(streams, name, value)
    found = read_derived(paths)
    for kind in ("trajectories", "observations"):
        assert found[kind].keys() == played[kind].keys()
        for name, array in played[kind].items():
            np.testing.assert_array_equal(found[kind][name], array)
    assert [array.nbytes for array in made] == [frames.nbytes] * 3 and all(array.base is not None for array in made)
    read = [found["trajectories"]["observations"], found["observations"]["observations"]]
    assert all(any(np.shares_memory(array, one) for one in made) for array in read)
    assert not np.shares_memory(found["trajectories"]["rewards"], made[0])
    # What is cut short, or says that it is longer, takes no room.
    made.clear()
    path = paths["observations"]
    with open(path, "r+b") as file:
        file.truncate(os.path.getsize(path) // 2)
    with pytest.raises(InputError, match="ends too early"):
        read_derived(paths)
    assert len(made) == 2
