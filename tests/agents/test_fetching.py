"""What is downloaded for a name or an address, and by several processes."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.helpers.folders import files_below
from tests.helpers.serving import respond, serving
from understanding_rl_vision.agents.fetching import fetch, fetch_derived
from understanding_rl_vision.agents.places import local_path
from understanding_rl_vision.errors import InputError

BODY = bytes(range(256)) * 2000


# A process that was started in the background may have been told to ignore SIGINT.
PROGRAM = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from understanding_rl_vision.agents.fetching import fetch
print(fetch(sys.argv[1]))
"""


def start(address, checkout):
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, address], cwd=str(checkout), stdout=subprocess.PIPE, universal_newlines=True
    )


def test_two_processes_at_once(agent_cache, server, checkout):
    both = threading.Barrier(2, timeout=60)

    def together(handler):
        # Both are in the middle of it at the same time.
        respond(handler, BODY, 1000)
        both.wait()
        handler.wfile.write(BODY[1000:])

    server.answers["agent.jd"] = together
    address = server.address + "agent.jd"
    processes = [start(address, checkout) for _ in range(2)]
    paths = [process.communicate(timeout=60)[0].strip() for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    assert paths == [local_path(address)] * 2
    with open(paths[0], "rb") as file:
        assert file.read() == BODY
    assert len(files_below(agent_cache)) == 1


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_what_an_interrupted_download_leaves_is_no_checkpoint(agent_cache, server, checkout, how):
    begun, over = threading.Event(), threading.Event()

    def slow(handler):
        respond(handler, BODY, 100000)
        begun.set()
        over.wait(60)

    server.answers["agent.jd"] = slow
    address = server.address + "agent.jd"
    process = start(address, checkout)
    assert begun.wait(60)
    process.send_signal(how)
    process.communicate(timeout=60)
    over.set()
    assert process.returncode != 0
    left = files_below(agent_cache)
    assert left == set() if how == signal.SIGINT else all(name.endswith(".tmp") for name in left)
    server.answers.clear()
    server.files["agent.jd"] = BODY
    with open(fetch(address), "rb") as file:
        assert file.read() == BODY


def test_derived_files_are_downloaded_where_they_are_missing_and_only_there(agent_cache, server, tmp_path):
    folder = agent_cache / "published" / "openai" / "procgen" / "rl-clarity"
    paths = [str(folder / ("maze" + suffix)) for suffix in (".model.pb", ".metadata.jd")]
    server.files.update({"procgen/rl-clarity/maze.model.pb": BODY, "procgen/rl-clarity/maze.metadata.jd": b"abc"})
    fetch_derived("openai:procgen/maze", paths + [str(tmp_path / "own.trajectories.jd")])
    assert files_below(agent_cache / "published" / "openai" / "procgen" / "rl-clarity") == {
        "maze.model.pb",
        "maze.metadata.jd",
    }
    assert server.asked == ["procgen/rl-clarity/maze.model.pb", "procgen/rl-clarity/maze.metadata.jd"]
    fetch_derived("openai:procgen/maze", paths)
    assert len(server.asked) == 2
    with pytest.raises(
        InputError, match="404.* put it at .*, or leave resample=False out, so that the agent is played"
    ):
        fetch_derived("openai:procgen/maze", [str(folder / "maze.trajectories.jd")])


def test_other_servers_than_the_mirror(agent_cache, server):
    with serving() as other:
        other.files["agent.jd"] = BODY
        fetch(other.address + "agent.jd")
        assert other.asked == ["agent.jd"] and server.asked == []


def test_the_example_is_copied_where_it_is_not_the_packages(agent_cache, checkout):
    path = fetch("example:coinrun")
    bundled = (checkout / "examples" / "coinrun.jd").read_bytes()
    assert Path(path).read_bytes() == bundled and files_below(agent_cache) == {"checkpoints/example/coinrun.jd"}
    time = os.stat(path).st_mtime_ns
    assert fetch("example:coinrun") == path and os.stat(path).st_mtime_ns == time
    with open(path, "wb") as file:
        file.write(b"of an earlier version")
    fetch("example:coinrun")
    assert Path(path).read_bytes() == bundled
    # Nothing is published beside it: what is missing is missed by who reads it.
    fetch_derived("example:coinrun", [str(agent_cache / "checkpoints/example/rl-clarity/coinrun.model.pb")])
    assert files_below(agent_cache) == {"checkpoints/example/coinrun.jd"}
