import json
import os
import pathlib
import shutil
import sys

import pytest

from tests.helpers.folders import files_below
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.pages import output_folder
from understanding_rl_vision.pages.manifest import MANIFEST
from understanding_rl_vision.pages.output_folder import (
    INTERFACE_FILE,
    PartialFolder,
    make_subfolders,
    size_in_bytes,
    writing,
)


def write(output, page=INTERFACE_FILE, owns=(), **texts):
    """Write a page and files, name with two underscores for a slash -> text."""
    with writing(output, page, owns) as folder:
        for name, text in dict(texts, **{page: page}).items():
            path = os.path.join(folder.page, name.replace("__", "/"))
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w") as file:
                file.write(text)


def contents(folder):
    return {name: (folder / name).read_text() for name in files_below(folder)}


def test_a_page_takes_the_place_of_an_earlier_one_and_of_its_images(tmp_path):
    folder = tmp_path / "new" / "demo"
    write(folder, features__a="old", features__b="old", deep__er__c="old")
    (folder / "notes.txt").write_text("mine")
    (folder / "features" / "mine").write_text("mine")
    write(str(folder), features__a="new", observations__d="new")
    new = {INTERFACE_FILE: INTERFACE_FILE, "features/a": "new", "observations/d": "new"}
    assert contents(folder) == dict(new, **{"notes.txt": "mine", "features/mine": "mine"})
    assert sorted(os.listdir(str(folder))) == [MANIFEST, "features", INTERFACE_FILE, "notes.txt", "observations"]
    assert os.listdir(str(tmp_path / "new")) == ["demo"]


def test_pages_of_several_commands_share_a_folder(tmp_path):
    write(tmp_path / "a", both="run", one="run", measured="run")
    write(tmp_path / "a", "features.html", both="visualize", two="visualize")
    write(tmp_path / "a", owns=["measured", "none"])
    assert set(contents(tmp_path / "a")) == {INTERFACE_FILE, "features.html", "both", "two"}
    write(tmp_path / "a", "features.html")
    assert set(contents(tmp_path / "a")) == {INTERFACE_FILE, "features.html"}


class OutOfMemory(MemoryError):
    """Python 3.7 cannot raise MemoryError itself once NumPy has raised its own."""


@pytest.mark.parametrize("error", [KeyboardInterrupt, InputError, OutOfMemory])
def test_what_ends_early_changes_nothing(tmp_path, error):
    write(tmp_path / "demo", image="old")
    before = contents(tmp_path / "demo")
    with pytest.raises(error), writing(tmp_path / "demo") as folder:
        make_subfolders(folder, ["features/"])
        raise error
    assert contents(tmp_path / "demo") == before and os.listdir(str(tmp_path)) == ["demo"]
    with pytest.raises(error), writing(tmp_path / "no" / "demo"):
        raise error
    assert os.listdir(str(tmp_path)) == ["demo"]


@pytest.mark.skipif(os.name == "nt", reason="folders cannot be held open")
@pytest.mark.parametrize("removed", ["demo.partial", "demo.partial/page"])
def test_a_page_whose_images_were_removed_does_not_take_its_place(tmp_path, removed):
    write(tmp_path / "demo", image="old")
    before = contents(tmp_path / "demo")
    with pytest.raises(InputError, match="page was removed while the page was made there. Run again"):
        with writing(tmp_path / "demo") as folder:
            make_subfolders(folder, ["features/"])
            shutil.rmtree(str(tmp_path / removed))
            os.makedirs(folder.page)
            with open(os.path.join(folder.page, INTERFACE_FILE), "w") as file:
                file.write("without images")
    assert contents(tmp_path / "demo") == before and os.listdir(str(tmp_path)) == ["demo"]


class Killed(BaseException):
    """Stands for a process that ends where it is: nothing after it is done."""


# The steps by which a page takes its place.
STEPS = ("os.replace", "os.remove", "shutil.rmtree")


def at_step(monkeypatch, step, work):
    """Let this be done before the step of this number by which a page takes its place, from 0."""
    left = [step]

    def counted(original):
        def do(*arguments, **options):
            left[0] -= 1
            if left[0] == -1:
                work()
            return original(*arguments, **options)

        return do

    for name in STEPS:
        module, attribute = getattr(output_folder, name.split(".")[0]), name.split(".")[1]
        monkeypatch.setattr(module, attribute, counted(getattr(module, attribute)))


@pytest.mark.parametrize("step", range(8))
def test_a_kill_while_a_page_takes_its_place_loses_nothing(tmp_path, monkeypatch, step):
    write(tmp_path / "demo", a="old", b="old")

    def end():
        raise Killed

    with monkeypatch.context() as patched:
        at_step(patched, step, end)
        with pytest.raises(Killed):
            write(tmp_path / "demo", a="new", c="new")
    standing = contents(tmp_path / "demo")
    new = {INTERFACE_FILE: INTERFACE_FILE, "a": "new", "c": "new"}
    old = {INTERFACE_FILE: INTERFACE_FILE, "a": "old", "b": "old"}
    # A page never stands beside images of another.
    assert INTERFACE_FILE not in standing or standing in (old, new)
    with pytest.raises(KeyError), writing(tmp_path / "demo"):
        raise KeyError
    assert contents(tmp_path / "demo") == (old if step < 2 else new)
    assert os.listdir(str(tmp_path)) == ["demo"]


@pytest.mark.parametrize("step", range(8))
def test_a_folder_that_is_removed_while_a_page_takes_its_place(tmp_path, monkeypatch, step):
    write(tmp_path / "demo", a="old", b="old")
    new = {INTERFACE_FILE: INTERFACE_FILE, "a": "new", "c": "new"}
    with monkeypatch.context() as patched:
        at_step(patched, step, lambda: shutil.rmtree(str(tmp_path / "demo")))
        try:
            write(tmp_path / "demo", a="new", c="new")
            # It was made anew.
            assert contents(tmp_path / "demo") == new
        except InputError as error:
            assert "Cannot write" in str(error) or "removed while a page was put there. Run again" in str(error)
            assert not (tmp_path / "demo" / INTERFACE_FILE).exists()
    write(tmp_path / "demo", "other.html")
    assert contents(tmp_path / "demo") in ({"other.html": "other.html"}, dict(new, **{"other.html": "other.html"}))
    assert os.listdir(str(tmp_path)) == ["demo"]


def test_what_a_killed_process_left_is_removed_and_anything_else_is_not(tmp_path):
    (tmp_path / "demo.partial" / "page" / "features").mkdir(parents=True)
    (tmp_path / "demo.partial" / "page" / "features" / "a.png").write_text("half")
    write(tmp_path / "demo")
    assert contents(tmp_path / "demo") == {INTERFACE_FILE: INTERFACE_FILE} and os.listdir(str(tmp_path)) == ["demo"]
    (tmp_path / "demo.partial").mkdir()
    (tmp_path / "demo.partial" / "thesis.tex").write_text("mine")
    with pytest.raises(InputError, match="demo.partial is in the way"):
        write(tmp_path / "demo")
    assert os.listdir(str(tmp_path / "demo.partial")) == ["thesis.tex"]


@pytest.mark.parametrize("listed", [{INTERFACE_FILE: ["../mine", "/etc/x", 3]}, [3], {INTERFACE_FILE: "mine"}, "{"])
def test_a_list_of_files_leads_nowhere_else(tmp_path, listed):
    (tmp_path / "demo").mkdir()
    (tmp_path / "mine").write_text("mine")
    (tmp_path / "demo" / MANIFEST).write_text(json.dumps(listed))
    write(tmp_path / "demo")
    assert (tmp_path / "mine").read_text() == "mine" and set(contents(tmp_path / "demo")) == {INTERFACE_FILE}


def test_a_folder_that_nothing_can_be_put_beside(tmp_path, monkeypatch):
    (tmp_path / "mounted").mkdir()
    monkeypatch.setattr("os.access", lambda *_: False)
    with writing(tmp_path / "mounted") as folder:
        pathlib.Path(folder.page, INTERFACE_FILE).write_text("page")
        assert os.path.dirname(folder.page) == str(tmp_path / "mounted" / ".partial")
    assert os.listdir(str(tmp_path)) == ["mounted"] and sorted(os.listdir(str(tmp_path / "mounted"))) == [
        MANIFEST,
        INTERFACE_FILE,
    ]


def test_two_at_once(tmp_path):
    with pytest.raises(KeyError), writing(tmp_path / "demo"):
        with pytest.raises(InputError, match="demo is in use by process {} on .* since 2".format(os.getpid())):
            write(tmp_path / "demo")
        write(tmp_path / "other")
        raise KeyError
    write(tmp_path / "demo")
    assert sorted(os.listdir(str(tmp_path))) == ["demo", "other"]


def test_without_the_extra_no_folder_is_named_like_an_address(tmp_path, monkeypatch):
    monkeypatch.chdir(str(tmp_path))
    monkeypatch.setitem(sys.modules, "fsspec", None)
    for folder in ("s3://bucket/demo", "gs://bucket", pathlib.Path("az://bucket")):
        with pytest.raises(InputError, match="'[gsaz3]+://bucket.*' is remote.*pip install"):
            write(folder)
    with pytest.raises(InputError, match="nothing can be written to such an address"):
        write("HTTPS://example.org/x")
    assert os.listdir(str(tmp_path)) == []


def test_folders_that_cannot_be_written_to(tmp_path):
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "file", tmp_path / "file" / "demo", "/proc/demo", ""):
        with pytest.raises(InputError, match="Cannot write.*local folder that you can write to"):
            write(folder)
    with pytest.raises(InputError, match="Cannot write /proc"):
        write("/proc")
    (tmp_path / "demo" / INTERFACE_FILE).mkdir(parents=True)
    with pytest.raises(InputError, match="Cannot write.*interface.html"):
        write(tmp_path / "demo")
    with pytest.raises(InputError, match="Cannot write .*file.*image"):
        make_subfolders(PartialFolder(str(tmp_path), str(tmp_path / "new"), None), ["file/"])


def test_the_size_is_that_of_all_files(tmp_path):
    (tmp_path / "a").write_bytes(b"123")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "c").write_bytes(b"12345")
    assert size_in_bytes(str(tmp_path)) == 8
