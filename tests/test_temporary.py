"""Temporary folders that do not stay behind."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile

import pytest

from understanding_rl_vision.temporary import folder_until_exit, temporary_folder

PROGRAM = """
import os, signal, sys
from understanding_rl_vision.temporary import folder_until_exit

print(folder_until_exit("images"), flush=True)
if sys.argv[1:]:
    os.kill(os.getpid(), int(sys.argv[1]))
"""


def made_by_a_process(checkout, folder, *arguments):
    """The path of the folder that a process made, and its exit status."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        cwd=str(checkout),
        env=dict(os.environ, TMPDIR=str(folder)),
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout.strip(), done.returncode


@pytest.mark.skipif(os.name == "nt", reason="there are no such locks")
def test_a_folder_goes_with_its_process_or_with_the_next_one(checkout, tmp_path, monkeypatch):
    made, status = made_by_a_process(checkout, tmp_path)
    assert status == 0 and os.path.dirname(made) == str(tmp_path) and not os.path.exists(made)
    killed, status = made_by_a_process(checkout, tmp_path, "9")
    assert status == -9 and os.path.isdir(killed)
    os.utime(killed, (0, 0))
    foreign = tmp_path / "understanding-rl-vision-others-1"
    foreign.mkdir()
    # That of this process is not taken for one that was left.
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    own = folder_until_exit("images")
    os.utime(own, (0, 0))
    assert not os.path.exists(killed)
    made_by_a_process(checkout, tmp_path)
    assert os.path.isdir(own) and foreign.is_dir()


@pytest.mark.parametrize("module, name", [(tempfile, "mkdtemp"), (shutil, "rmtree")])
def test_a_signal_while_a_folder_is_made_or_removed_leaves_none(tmp_path, monkeypatch, module, name):
    work = getattr(module, name)

    def interrupted(*arguments, **options):
        os.kill(os.getpid(), signal.SIGINT)
        return work(*arguments, **options)

    monkeypatch.setattr(module, name, interrupted)
    with pytest.raises(KeyboardInterrupt), temporary_folder(parent=str(tmp_path)) as made:
        assert os.path.dirname(made) == str(tmp_path)
        (tmp_path / os.path.basename(made) / "file").write_text("")
    assert os.listdir(str(tmp_path)) == []
