"""What users may give in place of a path, and where it is kept."""

import os
from pathlib import Path

import pooch
import pytest

from understanding_rl_vision.agents.places import derived_address, find_place, local_path
from understanding_rl_vision.agents.published import ADDRESS, PUBLISHED
from understanding_rl_vision.errors import InputError


@pytest.fixture(autouse=True)
def alone(agent_cache, monkeypatch):
    monkeypatch.delenv("UNDERSTANDING_RL_VISION_OPENAI_URL", raising=False)


@pytest.mark.parametrize("path", ["agent.jd", "a/b.jd", "/a/b.jd", "C:/a.jd", "no openai:coinrun", "~/a.jd", ""])
def test_paths_stay_what_they_are(path):
    assert find_place(path) is None
    assert local_path(path) == local_path(path, published=True) == path
    assert local_path(Path("a") / "b.jd") == os.path.join("a", "b.jd")


@pytest.mark.parametrize("name", ["coinrun", "procgen/coinrun", "finite_levels/run_1/coinrun_100"])
def test_names_are_openais_and_are_kept_under_them(agent_cache, name):
    place = find_place("openai:" + name)
    assert place.address == ADDRESS + name + ".jd" and place.sha256 == PUBLISHED[name].sha256
    assert local_path("openai:" + name) == str(agent_cache / "checkpoints" / "openai" / (name + ".jd"))
    assert local_path("openai:" + name, published=True) == str(agent_cache / "published" / "openai" / (name + ".jd"))
    for same in ("openai:{}.jd".format(name), "OpenAI:" + name, ADDRESS + name + ".jd", Path("openai:" + name)):
        assert find_place(same) == place


def test_the_address_of_a_mirror(agent_cache, monkeypatch):
    monkeypatch.setenv("UNDERSTANDING_RL_VISION_OPENAI_URL", "https://mirror.example/models")
    place = find_place("openai:procgen/maze")
    assert place.address == "https://mirror.example/models/procgen/maze.jd"
    assert find_place("https://mirror.example/models/procgen/maze.jd") == place
    assert local_path("openai:procgen/maze") == str(agent_cache / "checkpoints" / "openai" / "procgen" / "maze.jd")


def test_addresses_are_kept_by_host_and_never_two_in_one_place(agent_cache):
    addresses = [
        "https://example.org/runs/1/agent.jd",
        "https://example.org/runs/2/agent.jd",
        "http://example.org/runs/1/agent.jd",
        "http://example.org:8000/runs/1/agent.jd",
        "https://example.org/runs/1/agent.jd?version=2",
        "https://example.org/runs%2F1/agent.jd",
    ]
    paths = [local_path(address) for address in addresses]
    assert len(set(paths)) == len(paths)
    for path in paths:
        parts = Path(path).relative_to(agent_cache).parts
        assert parts[:2] == ("checkpoints", "web") and parts[2].startswith("example.org-")
        assert parts[-1] == "agent.jd"
    assert local_path(Path(addresses[0])) == paths[0]


@pytest.mark.parametrize("path", ["../../../etc/passwd", "%2e%2e/%2e%2e/a.jd", "a/../b.jd", "a\\..\\b.jd", "~/.ssh/k"])
def test_no_address_leads_out_of_the_cache(agent_cache, path):
    kept = local_path("http://example.org/" + path)
    assert os.path.normpath(kept) == kept and kept.startswith(str(agent_cache / "checkpoints" / "web") + os.sep)


def test_the_derived_files_lie_beside_the_checkpoint():
    place = find_place("https://example.org/my%20runs/agent.jd?version=2")
    assert derived_address(place, ".model.pb") == "https://example.org/my%20runs/rl-clarity/agent.model.pb?version=2"
    assert derived_address(find_place("openai:coinrun"), ".metadata.jd") == ADDRESS + "rl-clarity/coinrun.metadata.jd"


@pytest.mark.parametrize(
    "given, said",
    [
        ("openai:starpilto", "no agent openai:starpilto; did you mean openai:procgen/starpilot.*lists them"),
        ("openai:coinrun_300", "did you mean .*openai:finite_levels/run_[12]/coinrun_300"),
        ("openai:", r"no agent openai:\. The command `rl-clarity agents` lists"),
        ("openai:../coinrun", "no agent openai:../coinrun"),
        ("https://example.org", "the address of a checkpoint file"),
        ("https://example.org/agents/", "the address of a checkpoint file"),
        ("https:///agent.jd", "the address of a checkpoint file"),
        ("http://[::1/agent.jd", "no address"),
        (5, "5 given; the path, name or address of a checkpoint"),
        (None, "None given"),
    ],
)
def test_what_is_no_agent_is_refused(given, said):
    with pytest.raises(InputError, match=said):
        local_path(given)


def test_the_cache_is_where_the_variable_says_or_where_the_platform_has_such_files(agent_cache, monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("UNDERSTANDING_RL_VISION_CACHE", "~/mine")
    assert local_path("openai:coinrun").startswith(str(tmp_path / "mine") + os.sep)
    monkeypatch.delenv("UNDERSTANDING_RL_VISION_CACHE")
    assert local_path("openai:coinrun").startswith(str(pooch.os_cache("understanding_rl_vision")) + os.sep)


def test_the_example_is_kept_apart_and_has_no_published_files(agent_cache):
    place = find_place("example:coinrun")
    path = str(agent_cache / "checkpoints" / "example" / "coinrun.jd")
    assert local_path("example:coinrun") == local_path("Example:coinrun.jd", published=True) == path
    assert place.address == "example:coinrun"
    with pytest.raises(InputError, match="no example 'maze'; there is example:coinrun"):
        find_place("example:maze")
