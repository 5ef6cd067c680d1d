"""Files at remote addresses: in a server of S3's interface and in fsspec's memory."""

import os
import pathlib
import sys

import numpy as np
import pytest

from tests.helpers.stores import texts
from understanding_rl_vision.errors import InputError, MissingPackageError
from understanding_rl_vision.files import check_apart, check_writable, exists, here, replacing
from understanding_rl_vision.json_files import read_json
from understanding_rl_vision.remote import Remote, address_of, is_address, is_remote, local_copy
from understanding_rl_vision.rl_util.pickles import load_joblib, save_joblib


@pytest.mark.parametrize("path", ["s3://b/a.jd", "gs://b", "AZ://b/c", "memory://x", "simplecache::s3://b/a"])
def test_what_is_remote(path):
    assert is_remote(path) and is_address(path)
    assert address_of(pathlib.Path("s3://b/a.jd")) == "s3://b/a.jd"


@pytest.mark.parametrize("path", ["a.jd", "/a/b", "C:/a", "C://a", "openai:coinrun", "a/s3://b", "", "~/a"])
def test_what_is_here(path):
    assert not is_remote(path) and not is_address(path) and here(path) == path


def test_pages_of_the_web_are_not_written_to(tmp_path, monkeypatch):
    monkeypatch.chdir(str(tmp_path))
    assert not is_remote("https://example.org/a") and is_address("https://example.org/a")
    with pytest.raises(InputError, match="nothing can be written to such an address"), replacing(
        "HTTPS://example.org/a"
    ):
        pass
    assert os.listdir(str(tmp_path)) == []


@pytest.mark.parametrize("missing", ["fsspec", "s3fs"])
def test_without_the_extra_a_sentence_says_how_to_install_it(tmp_path, monkeypatch, missing):
    monkeypatch.chdir(str(tmp_path))
    if missing == "s3fs":
        pytest.importorskip("fsspec")
        # What has reached S3 once is kept there; the package has another thing by the module's name.
        monkeypatch.delitem(sys.modules["fsspec.registry"]._registry, "s3", raising=False)
    monkeypatch.setitem(sys.modules, missing, None)
    for work in (check_writable, here, exists, lambda path: replacing(path).__enter__()):
        with pytest.raises(
            MissingPackageError, match="'s3://b/a' is remote.*pip install 'understanding-rl-vision.remote"
        ):
            work("s3://b/a" if work is not check_writable else "s3://b/a/c")
    assert os.listdir(str(tmp_path)) == []


def test_unknown_addresses(agent_cache):
    pytest.importorskip("fsspec")
    with pytest.raises(InputError, match="'foo://b/a' cannot be used: Protocol not known: foo.* s3://bucket/folder"):
        here("foo://b/a")


def test_a_file_is_put_there_whole_or_not_at_all(store):
    with replacing(store + "/deep/file") as file:
        file.write(b"first")
        assert texts(store) == {}
    with pytest.raises(KeyError), replacing(store + "/deep/file") as file:
        file.write(b"second")
        raise KeyError
    assert texts(store) == {"deep/file": "first"}
    check_writable(store + "/file")
    assert set(texts(store)) == {"deep/file"}


def test_what_is_read_is_fetched_once_and_again_when_it_has_changed(store, monkeypatch):
    address, fetched = store + "/agent.jd", []
    get = Remote.get
    monkeypatch.setattr(Remote, "get", lambda self, *given: fetched.append(self.address) or get(self, *given))
    for value in (np.arange(3), np.arange(4)):
        save_joblib({"a": value}, address)
        for _ in range(2):
            np.testing.assert_array_equal(load_joblib(address)["a"], value)
    assert fetched == [address] * 2 and exists(address)
    assert os.path.basename(here(pathlib.Path(address))) == "agent.jd"
    with replacing(store + "/labels.json") as file:
        file.write(b'{"a": 1}')
    assert read_json(store + "/labels.json", "the labels") == {"a": 1}


def test_what_is_not_there_is_named(store):
    assert not exists(store + "/agent.jd")
    with pytest.raises(InputError, match="There is no file {}/agent.jd".format(store)):
        here(store + "/agent.jd")
    with pytest.raises(InputError, match="no file {}/agent.jd".format(store)):
        load_joblib(store + "/agent.jd")


def test_copies_of_different_files_are_kept_apart(agent_cache):
    addresses = ["s3://b/a/c.jd", "s3://b/a_/c.jd", "gs://b/a/c.jd", "s3://b/a/../../c.jd", "s3://b/.."]
    copies = [os.path.normpath(local_copy(address)) for address in addresses]
    assert len(set(copies)) == len(copies) and all(copy.startswith(str(agent_cache) + os.sep) for copy in copies)


def test_what_is_read_is_not_written_over():
    with pytest.raises(InputError, match="s3://b/agent.jd would be overwritten"):
        check_apart(["s3://b/agent.jd"], ["s3://b/agent.jd"])
    with pytest.raises(InputError, match="would be overwritten"):
        check_apart(["s3://b"], ["s3://b/agent.jd"])
    check_apart(["s3://b/agent2.jd"], ["s3://b/agent.jd", "b/agent.jd", None])


@pytest.mark.parametrize("failures", [1, 2, 3])
def test_what_fails_is_tried_again(s3, failures):
    faults, store = s3
    left = [failures]

    def answer(method, _):
        if method == "PUT" and left[0]:
            left[0] -= 1
            return "400 Bad Request"
        return None

    faults.answer = answer
    if failures < 3:
        Remote(store + "/a").write(b"content")
        assert texts(store) == {"a": "content"}
    else:
        with pytest.raises(
            InputError, match="Cannot write {}/a: .*; try again later, or give a local path".format(store)
        ):
            Remote(store + "/a").write(b"content")
        assert texts(store) == {}


def test_what_is_refused_is_not_tried_again(s3):
    faults, store = s3
    faults.fail_after(0, "PUT")
    with pytest.raises(InputError, match="Cannot write {}/.writable.*: .*; the credentials are those".format(store)):
        check_writable(store + "/a")
    assert [method for method, _ in faults.asked].count("PUT") == 1


def test_kinds_of_contents_are_told(s3):
    _, store = s3
    remote = Remote(store)
    remote.below("a.html").write(b"<html>")
    remote.below("a.html").copy_to(remote.below("b/a.html"))
    remote.below("a.jd").write(b"")
    kinds = [_kind(remote.below(name)) for name in ("a.html", "b/a.html", "a.jd")]
    assert kinds == ["text/html", "text/html", "application/octet-stream"]


def _kind(remote):
    file_system, path = remote._fs, remote._path
    bucket, key = path.split("/", 1)
    return file_system.call_s3("head_object", Bucket=bucket, Key=key)["ContentType"]
