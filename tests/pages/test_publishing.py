"""Pages at remote addresses."""

import json
import os

import pytest

from tests.helpers.stores import texts
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.pages.manifest import MANIFEST
from understanding_rl_vision.pages.output_folder import INTERFACE_FILE, summary_line, writing
from understanding_rl_vision.progress import Progress
from understanding_rl_vision.remote import Remote

OLD = {INTERFACE_FILE: "old", "images/a.png": "old", "images/b.png": "old"}
NEW = {INTERFACE_FILE: "new", "images/a.png": "new", "images/c.png": "new"}


def write(address, files, page=INTERFACE_FILE):
    with writing(address, page) as folder:
        for name, text in files.items():
            path = os.path.join(folder.page, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w") as file:
                file.write(text)


def standing(address):
    return {name: text for name, text in texts(address).items() if name != MANIFEST}


def test_a_page_takes_the_place_of_an_earlier_one_and_of_its_images(store, agent_cache):
    write(store, OLD)
    Remote(store + "/images/mine").write(b"mine")
    write(store, dict(both="visualize"), "both")
    write(store, NEW)
    assert standing(store) == dict(NEW, **{"images/mine": "mine", "both": "visualize"})
    assert json.loads(texts(store)[MANIFEST]) == {"both": ["both"], INTERFACE_FILE: sorted(NEW)}
    # Nothing of it is kept here.
    assert [files for _, _, files in os.walk(str(agent_cache)) if files] == []
    assert summary_line(store + "/" + INTERFACE_FILE, Progress(quiet=True)).startswith(
        store + "/interface.html (0.0 MB"
    )


def test_the_page_is_last(s3):
    faults, store = s3
    write(store, NEW)
    put = [path.split("/", 3)[3] for method, path in faults.asked if method == "PUT"]
    placed = [name for name in put if not name.startswith(".")]
    assert placed[-1] == INTERFACE_FILE and set(placed) == set(NEW) and MANIFEST in put[: put.index(INTERFACE_FILE)]


@pytest.mark.parametrize("puts", range(1, 6))
def test_an_upload_that_fails_leaves_the_earlier_page_and_is_completed(s3, puts):
    """One PUT sees whether the address can be written to, three bring the files, and the fifth says that all came."""
    faults, store = s3
    write(store, OLD)
    faults.fail_after(puts, "PUT")
    with pytest.raises(InputError, match="whole in .*: the next command on that address puts it there") as error:
        write(store, NEW)
    faults.reset()
    there = standing(store)
    assert {name: there.get(name) for name in OLD} == (OLD if puts < 5 else dict(OLD, **{INTERFACE_FILE: None}))
    assert str(error.value).count("\n") == 0
    with pytest.raises(KeyError), writing(store):
        raise KeyError
    assert standing(store) == NEW


@pytest.mark.parametrize("copies", range(5))
def test_what_was_begun_of_the_copying_is_completed_from_another_machine(s3, monkeypatch, tmp_path, copies):
    faults, store = s3
    write(store, OLD)
    faults.fail_after(5 + copies, "PUT")
    if copies < 4:
        with pytest.raises(InputError):
            write(store, NEW)
    else:
        write(store, NEW)
    faults.reset()
    assert INTERFACE_FILE not in standing(store) or copies == 4
    monkeypatch.setenv("UNDERSTANDING_RL_VISION_CACHE", str(tmp_path / "other machine"))
    with pytest.raises(KeyError), writing(store):
        raise KeyError
    assert standing(store) == NEW


class OutOfMemory(MemoryError):
    """Python 3.7 cannot raise MemoryError itself once NumPy has raised its own."""


@pytest.mark.parametrize("error", [KeyboardInterrupt, InputError, OutOfMemory])
def test_what_ends_early_changes_nothing(store, error):
    write(store, OLD)
    with pytest.raises(error), writing(store):
        raise error
    assert standing(store) == OLD


def test_what_is_not_writable_shows_first(s3):
    faults, store = s3
    faults.fail_after(0, "PUT")
    with pytest.raises(InputError, match="Cannot write {}".format(store)), writing(store):
        raise AssertionError("begun")


def test_a_list_of_files_leads_nowhere_else(store):
    for name in ("mine", "demo/" + MANIFEST):
        Remote(store + "/" + name).write(json.dumps({INTERFACE_FILE: ["../mine"]}).encode())
    write(store + "/demo", NEW)
    assert set(texts(store)) == {"mine", "demo/" + MANIFEST} | {"demo/" + name for name in NEW}


def test_two_at_once(store):
    with pytest.raises(KeyError), writing(store):
        with pytest.raises(InputError, match="{} is in use by process".format(store)):
            write(store, NEW)
        raise KeyError
