"""An empty cache, and a server on this machine that stands for OpenAI's."""

import pytest

from tests.serving import serving
from understanding_rl_vision.agents.places import CACHE_VARIABLE, MIRROR_VARIABLE


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """The path of an empty cache."""
    path = tmp_path / "cache"
    monkeypatch.setenv(CACHE_VARIABLE, str(path))
    # Whatever stands between this machine and the network has no part in tests.
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return path


@pytest.fixture
def server(monkeypatch):
    """A Server, which also takes the place of OpenAI's."""
    with serving() as server:
        monkeypatch.setenv(MIRROR_VARIABLE, server.address)
        yield server
