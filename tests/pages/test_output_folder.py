import os

import pytest

from understanding_rl_vision.errors import InputError
from understanding_rl_vision.pages.output_folder import INTERFACE_FILE, prepare, size_in_bytes


def test_folders_are_made_and_an_earlier_page_is_taken_away(tmp_path):
    folder = tmp_path / "new" / "demo"
    prepare(folder, ["observations/", "deep/er/"])
    assert sorted(os.listdir(str(folder))) == ["deep", "observations"]
    assert os.listdir(str(folder / "deep")) == ["er"]
    (folder / INTERFACE_FILE).write_text("old")
    (folder / "notes.txt").write_text("mine")
    prepare(str(folder), ["observations/"])
    assert sorted(os.listdir(str(folder))) == ["deep", "notes.txt", "observations"]
    prepare(folder, [], page="notes.txt")
    assert sorted(os.listdir(str(folder))) == ["deep", "observations"]


@pytest.mark.parametrize("folder", ["s3://bucket/demo", "gs://bucket", "HTTPS://example.org/x"])
def test_remote_folders_are_refused_and_nothing_is_made(tmp_path, monkeypatch, folder):
    monkeypatch.chdir(str(tmp_path))
    with pytest.raises(InputError, match="is remote, which is not yet supported; give a local folder"):
        prepare(folder, ["observations/"])
    assert os.listdir(str(tmp_path)) == []


def test_folders_that_cannot_be_written_to(tmp_path):
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "file", tmp_path / "file" / "demo", "/proc/demo", ""):
        with pytest.raises(InputError, match="Cannot write.*local folder that you can write to"):
            prepare(folder, [])
    with pytest.raises(InputError, match="Cannot write /proc"):
        prepare("/proc", [])
    (tmp_path / "demo" / INTERFACE_FILE).mkdir(parents=True)
    with pytest.raises(InputError, match="Cannot write.*interface.html"):
        prepare(tmp_path / "demo", [])


def test_the_size_is_that_of_all_files(tmp_path):
    (tmp_path / "a").write_bytes(b"123")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "c").write_bytes(b"12345")
    assert size_in_bytes(str(tmp_path)) == 8
