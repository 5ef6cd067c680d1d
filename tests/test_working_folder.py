import os
import shutil

import pytest

from tests.helpers.folders import files_below
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.files import replacing
from understanding_rl_vision.remote import Remote
from understanding_rl_vision.working_folder import working_folder


def write(path, text):
    with replacing(os.path.join(path, "levels.csv")) as file:
        file.write(text)


@pytest.mark.skipif(os.name == "nt", reason="folders cannot be held open")
@pytest.mark.parametrize("made_anew", [False, True])
def test_a_folder_that_is_removed_is_noticed(tmp_path, made_anew):
    folder = tmp_path / "out"
    with pytest.raises(InputError, match="out was removed while this command wrote to it. Run again."):
        with working_folder(folder) as working:
            write(working.path, b"first")
            working.push()
            shutil.rmtree(str(folder))
            if made_anew:
                write(working.path, b"second")
    assert files_below(tmp_path) == ({"out/levels.csv"} if made_anew else set())


@pytest.mark.skipif(os.name == "nt", reason="folders cannot be held open")
@pytest.mark.parametrize("when", ["while it is written to", "before"])
def test_a_copy_that_is_removed_removes_nothing_at_the_remote_address(store, when):
    with pytest.raises(KeyError), working_folder(store) as working:
        write(working.path, b"first")
        raise KeyError
    assert Remote(store).below("levels.csv").stamp()
    if when == "before":
        shutil.rmtree(working.path)
        with working_folder(store, lambda files: []) as working:
            assert os.listdir(working.path) == []
    else:
        with pytest.raises(InputError, match="was removed while"), working_folder(store) as working:
            shutil.rmtree(working.path)
    assert Remote(store).below("levels.csv").stamp()
