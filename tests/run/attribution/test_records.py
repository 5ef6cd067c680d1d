"""Parts of a layer's data; test_generating.py holds the whole against the page."""

import errno
import tempfile

import numpy as np
import pytest

from tests.helpers.interfaces import tiny_data
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.run.attribution.records import Record, file_name, relative_gap
from understanding_rl_vision.run.generating import generate


def record(gaps, explained):
    return Record([], {}, None, None, 0.5, np.array(gaps), np.array(explained))


def test_names_of_layers_become_parts_of_names_of_files():
    assert [file_name(name) for name in ("2b", "block/Relu", "Relu:0")] == ["2b", "block-Relu", "Relu-0"]


def test_the_relative_gap_weighs_all_frames_of_all_trajectories():
    records = [record([1.0, -1.0], [4.0, -6.0]), record([0.0], [10.0])]
    assert relative_gap(records) == pytest.approx(2 / 20)
    # Of nothing, or of rounding, there is no share.
    assert relative_gap([record([0.0, 0.0], [0.0, 0.0])]) is None
    assert relative_gap([record([1e-9], [0.0]), record([0.0], [3e-8])]) is None


def test_a_full_temporary_folder_is_named(tmp_path, monkeypatch):
    class Full:
        def seek(self, offset):
            pass

        def write(self, data):
            raise OSError(errno.ENOSPC, "No space left on device")

    real = tempfile.TemporaryFile
    monkeypatch.setattr("tempfile.TemporaryFile", lambda **where: real(**where) if "dir" in where else Full())
    with pytest.raises(InputError, match="Cannot write {}: No space left".format(tempfile.gettempdir())):
        generate(tmp_path, nmf_features=3, layer_kwargs={"name_contains_one_of": "2a"}, **tiny_data())
    assert not (tmp_path / "interface.html").exists()
