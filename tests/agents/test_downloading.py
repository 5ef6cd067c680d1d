"""Downloads: whole or not at all, and a sentence that says what to do."""

import hashlib
import os
import re
import socket
import threading

import pytest

from tests.helpers.folders import files_below
from tests.helpers.serving import respond
from understanding_rl_vision.agents.downloading import download
from understanding_rl_vision.agents.fetching import fetch, fetch_derived
from understanding_rl_vision.agents.places import local_path
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.progress import Progress

BODY = bytes(range(256)) * 2000
QUIET = Progress(quiet=True)


@pytest.fixture
def refused(agent_cache):
    """Download where it must not succeed; returns what is said, and has looked that nothing is left."""

    def refuse(address, sha256=None, timeout=5):
        path = str(agent_cache / "agent.jd")
        with pytest.raises(InputError) as error_info:
            download(address, path, sha256, QUIET, timeout=timeout)
        assert not agent_cache.exists() or files_below(agent_cache) == set()
        said = str(error_info.value)
        assert said.startswith("Cannot download {}: ".format(address))
        assert said.endswith("Try again later, or get the file by other means and put it at {}.".format(path))
        return said

    return refuse


def test_a_file_is_downloaded_once(agent_cache, server):
    address = server.address + "runs/agent.jd"
    server.files["runs/agent.jd"] = BODY
    path = fetch(address)
    assert path == local_path(address)
    with open(path, "rb") as file:
        assert file.read() == BODY
    del server.files["runs/agent.jd"]
    assert fetch(address) == path and server.asked == ["runs/agent.jd"]
    assert files_below(agent_cache) == {os.path.relpath(path, str(agent_cache))}
    umask = os.umask(0)
    os.umask(umask)
    assert os.stat(path).st_mode & 0o777 == 0o666 & ~umask


def test_names_are_downloaded_from_below_openais_address(agent_cache, server):
    server.files["procgen/maze.jd"] = BODY
    path = fetch("openai:procgen/maze")
    assert path == str(agent_cache / "checkpoints" / "openai" / "procgen" / "maze.jd")
    assert fetch(server.address + "procgen/maze.jd") == path and server.asked == ["procgen/maze.jd"]


def test_a_path_asks_no_server(agent_cache, server, tmp_path):
    assert fetch(str(tmp_path / "agent.jd")) == str(tmp_path / "agent.jd")
    fetch_derived("agent.jd", ["rl-clarity/agent.model.pb"])
    assert server.asked == [] and not agent_cache.exists()


def test_the_log_tells_what_is_downloaded(agent_cache, server, capfd, monkeypatch):
    monkeypatch.setattr("understanding_rl_vision.progress_lines.WORTH_A_LINE", 0)
    server.files["agent.jd"] = BODY
    progress = Progress()
    fetch(server.address + "agent.jd", progress)
    said = capfd.readouterr().err
    assert said.splitlines()[-1] == "downloading agent.jd: 512,000 of 512,000, 0 s"
    assert list(progress.seconds) == ["downloading agent.jd"]
    server.files["other.jd"] = BODY
    fetch(server.address + "other.jd", QUIET)
    assert capfd.readouterr() == ("", "")


def test_what_is_not_there(refused, server):
    assert "the server answers 404 (Not Found)." in refused(server.address + "agent.jd")
    server.answers["agent.jd"] = lambda handler: handler.send_error(503)
    assert "the server answers 503 (Service Unavailable)." in refused(server.address + "agent.jd")


def test_no_connection(refused):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert "there is no connection to the server." in refused("http://127.0.0.1:{}/agent.jd".format(port))


def test_a_server_that_does_not_speak_http(refused):
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(1)

        def answer():
            connection, _ = listening.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(b"220 ready\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        refused("http://127.0.0.1:{}/agent.jd".format(listening.getsockname()[1]))
        thread.join()


@pytest.mark.parametrize("sent", [0, 1000])
def test_a_server_that_stops_answering(refused, server, sent):
    done = threading.Event()

    def stall(handler):
        if sent:
            respond(handler, BODY, sent)
            handler.wfile.flush()
        done.wait(20)

    server.answers["agent.jd"] = stall
    assert "the server has not answered for 0.3 seconds." in refused(server.address + "agent.jd", timeout=0.3)
    done.set()


@pytest.mark.parametrize("length", [len(BODY), None], ids=["of known length", "in chunks"])
def test_a_body_that_is_cut_short(refused, server, length):
    def cut(handler):
        if length is None:
            handler.protocol_version = "HTTP/1.1"
            respond(handler, b"fff\r\n" + BODY[:1000], Content_Length=None, Transfer_Encoding="chunked")
        else:
            respond(handler, BODY, 1000)

    server.answers["agent.jd"] = cut
    assert re.search("the connection broke off|it is cut short", refused(server.address + "agent.jd"))


def test_a_body_shorter_than_announced_where_the_library_does_not_look(refused, server, monkeypatch):
    # urllib3 before version 2 takes what it gets.
    import urllib3

    read = urllib3.HTTPResponse._error_catcher

    def look_away(response):
        response.length_remaining = None
        return read(response)

    monkeypatch.setattr(urllib3.HTTPResponse, "_error_catcher", look_away)
    server.answers["agent.jd"] = lambda handler: respond(handler, BODY, 1000)
    assert "it is cut short, 1000 of 512000 bytes." in refused(server.address + "agent.jd")


@pytest.mark.parametrize("page", [b"<!DOCTYPE html><title>Log in</title>", b"\n <html>", b'<?xml version="1.0"?>'])
def test_a_web_page_is_no_checkpoint(refused, server, page):
    server.files["agent.jd"] = page
    assert "it is a web page, no checkpoint." in refused(server.address + "agent.jd")


def test_an_empty_file(refused, server):
    server.files["agent.jd"] = b""
    assert "it is empty." in refused(server.address + "agent.jd")


def test_a_length_that_is_no_number(refused, server):
    server.answers["agent.jd"] = lambda handler: respond(handler, BODY, Content_Length="much")
    refused(server.address + "agent.jd")


def test_a_frozen_model_whose_beginning_looks_like_a_page(agent_cache, server):
    # A protocol buffer: a field of 60 bytes, whose first field follows.
    server.files["agent.pb"] = b"\n<\n\x02ab" + b"x" * 56
    assert os.path.getsize(fetch(server.address + "agent.pb")) == 62


def test_another_sum(refused, agent_cache, server):
    server.files["agent.jd"] = BODY
    said = refused(server.address + "agent.jd", "0" * 64)
    right = hashlib.sha256(BODY).hexdigest()
    assert "its SHA-256 is {}, not {}.".format(right, "0" * 64) in said
    download(server.address + "agent.jd", str(agent_cache / "agent.jd"), right, QUIET)
    assert (agent_cache / "agent.jd").read_bytes() == BODY


def test_what_openai_published_is_known_by_its_sum(agent_cache, server, monkeypatch, capfd):
    server.files["coinrun.jd"] = BODY
    with pytest.raises(InputError, match="its SHA-256 is .*, not 507ae71be495.* put it at .*coinrun.jd"):
        fetch("openai:coinrun")
    # A file that someone has put there is not taken for it either.
    path = agent_cache / "checkpoints" / "openai" / "coinrun.jd"
    path.write_bytes(b"something else")
    with pytest.raises(InputError, match="its SHA-256 is"):
        fetch("openai:coinrun", Progress())
    assert "coinrun.jd is not what OpenAI published; it is downloaded anew." in capfd.readouterr().err
    assert path.read_bytes() == b"something else"


def test_the_real_file_put_there_by_hand_needs_no_server(agent_cache, shared, monkeypatch):
    monkeypatch.setenv("UNDERSTANDING_RL_VISION_OPENAI_URL", "http://127.0.0.1:9")
    path = agent_cache / "checkpoints" / "openai" / "procgen" / "coinrun.jd"
    path.parent.mkdir(parents=True)
    path.symlink_to(shared / "openai" / "procgen" / "coinrun.jd")
    assert fetch("openai:procgen/coinrun") == str(path)


def test_redirects_are_followed(agent_cache, server):
    def redirect(handler):
        handler.send_response(302)
        handler.send_header("Location", "/elsewhere.jd")
        handler.end_headers()

    server.answers["agent.jd"] = redirect
    server.files["elsewhere.jd"] = BODY
    with open(fetch(server.address + "agent.jd"), "rb") as file:
        assert file.read() == BODY


def test_a_cache_that_cannot_be_written(agent_cache, server):
    server.files["agent.jd"] = BODY
    agent_cache.write_text("a file, no folder")
    said = "Cannot write .*agent.jd: .*; set UNDERSTANDING_RL_VISION_CACHE to a folder that can be written, with room."
    with pytest.raises(InputError, match=said):
        fetch(server.address + "agent.jd")


@pytest.mark.skipif("not __import__('os').path.exists('/dev/full')", reason="no device that is always full")
def test_no_room(agent_cache, server, monkeypatch):
    server.files["agent.jd"] = BODY
    named = "understanding_rl_vision.files.tempfile.NamedTemporaryFile"
    made = []

    def full(dir, **options):
        made.append(os.path.join(dir, "full"))
        os.symlink("/dev/full", made[-1])
        return open(made[-1], "r+b")

    monkeypatch.setattr(named, full)
    with pytest.raises(InputError, match="agent.jd: No space left on device; set UNDERSTANDING_RL_VISION_CACHE"):
        fetch(server.address + "agent.jd")
    assert made and files_below(agent_cache) == set()
