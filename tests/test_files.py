import errno
import os
import signal
import tempfile

import pytest

from understanding_rl_vision.errors import InputError
from understanding_rl_vision.files import check_apart, check_writable, replacing, unwritable


def test_replacing_writes_the_whole_file_or_nothing(tmp_path):
    path = str(tmp_path / "folder" / "file")
    with replacing(path) as file:
        file.write(b"first")
        assert not os.path.exists(path)
    with pytest.raises(KeyError), replacing(path) as file:
        file.write(b"second")
        raise KeyError
    with open(path, "rb") as file:
        assert file.read() == b"first"
    assert os.listdir(os.path.dirname(path)) == ["file"]


def test_replacing_gives_the_permissions_of_a_new_file(tmp_path):
    (tmp_path / "ordinary").write_text("")
    with replacing(str(tmp_path / "replaced")):
        pass
    assert (tmp_path / "replaced").stat().st_mode == (tmp_path / "ordinary").stat().st_mode


def test_replacing_names_what_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="Cannot write .*file"), replacing(str(tmp_path / "file" / "below")):
        pass


@pytest.mark.parametrize("module, name", [(tempfile, "NamedTemporaryFile"), (os, "unlink")])
def test_a_signal_while_a_file_is_made_or_removed_leaves_none(tmp_path, monkeypatch, module, name):
    work = getattr(module, name)

    def interrupted(*arguments, **options):
        os.kill(os.getpid(), signal.SIGINT)
        return work(*arguments, **options)

    with monkeypatch.context() as patch, pytest.raises((KeyboardInterrupt, ZeroDivisionError)):
        patch.setattr(module, name, interrupted)
        with replacing(str(tmp_path / "file")):
            raise ZeroDivisionError
    assert os.listdir(str(tmp_path)) == []


def test_check_writable_leaves_an_empty_folder_or_names_the_file(tmp_path):
    check_writable(str(tmp_path / "folder" / "file"))
    assert os.listdir(str(tmp_path / "folder")) == []
    check_writable(str(tmp_path / "other" / "folder" / "file"), keep=False)
    assert os.listdir(str(tmp_path)) == ["folder"]
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="Cannot write .*below"):
        check_writable(str(tmp_path / "file" / "below"))


def test_the_advice_follows_from_the_error():
    full = OSError(errno.ENOSPC, "No space left on device")
    assert str(unwritable("demo", full)) == "Cannot write demo: No space left on device; free some room and run again."
    refused = OSError(errno.EACCES, "Permission denied")
    assert str(unwritable("demo/a.png", refused)) == (
        "Cannot write demo/a.png: Permission denied; give a local folder that you can write to."
    )
    assert str(unwritable("a", refused, "set B")) == "Cannot write a: Permission denied; set B."


def test_what_would_overwrite_what_is_read_is_refused(tmp_path):
    agent = tmp_path / "agent.jd"
    agent.write_text("")
    os.link(str(agent), str(tmp_path / "linked.jd"))
    (tmp_path / "link.jd").symlink_to(agent)
    for written in (agent, tmp_path / "linked.jd", tmp_path / "link.jd", tmp_path, tmp_path / "a" / ".." / "agent.jd"):
        with pytest.raises(InputError, match="agent.jd would be overwritten, but it is read; give another place"):
            check_apart([str(tmp_path / "other"), str(written)], [None, str(agent)])
    check_apart([str(tmp_path / "other"), str(tmp_path / "agent")], [None, str(agent)])
