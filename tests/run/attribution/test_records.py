"""Attribution to a layer; test_generating.py holds the whole against the page."""

import errno
import tempfile

import pytest

from tests.helpers.interfaces import tiny_data
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.rl_util.layers import file_name
from understanding_rl_vision.run.generating import generate


def test_names_of_layers_become_parts_of_names_of_files():
    assert [file_name(name) for name in ("2b", "block/Relu", "Relu:0")] == ["2b", "block-Relu", "Relu-0"]


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
