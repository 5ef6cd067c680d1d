"""Fixtures for every test."""

import copyreg
import importlib.util
import os
import signal
import sys
import types
import uuid
from pathlib import Path

import pytest

from tests.helpers.hostile_pickles import MAKE
from tests.helpers.serving import serving
from tests.helpers.stores import BUCKET, s3_server
from understanding_rl_vision import remote
from understanding_rl_vision.agents.places import MIRROR_VARIABLE
from understanding_rl_vision.cache import CACHE_VARIABLE
from understanding_rl_vision.envs import procgen_package

# Addresses of more stores, for tests by hand, such as gs://bucket.
STORES = os.environ.get("REMOTE_STORES", "").split()
CHECKOUT = Path(__file__).resolve().parent.parent


def pytest_configure(config):
    """Interrupts are heeded, and tests that need `procgen` take what stands for it from Python 3.13 on."""
    # A shell tells what it starts in the background to ignore them, and tests interrupt themselves and others.
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    spec = importlib.util.find_spec(procgen_package.NAME)
    if procgen_package.NAME == "procgen" or spec is None:
        return
    package = procgen_package.import_procgen("tests")
    for name, content in (("procgen", package), ("procgen.env", procgen_package.import_environments())):
        sys.modules[name] = types.ModuleType(name)
        sys.modules[name].__dict__.update(vars(content), __spec__=spec)
    sys.modules["procgen"].env = sys.modules["procgen.env"]


@pytest.fixture(scope="session")
def checkout():
    """The root of the checkout."""
    return CHECKOUT


@pytest.fixture(scope="session")
def checkpoint_path():
    """A CoinRun agent's checkpoint, in the required format; kept when a better agent is bundled in examples/."""
    return CHECKOUT / "tests" / "coinrun.jd"


@pytest.fixture(scope="session", autouse=True)
def one_day():
    """Pages of one test run are of one day, also of one that goes on past midnight."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", str(24 * 3600 * 20000))
        yield


@pytest.fixture(scope="session")
def shared():
    """The folder of real files beside the checkout; tests that need it are skipped where it is absent."""
    path = CHECKOUT.parent / "shared"
    if not path.is_dir():
        pytest.skip("no folder `shared` beside the checkout")
    return path


@pytest.fixture(scope="session")
def model_bytes(checkpoint_path):
    """That agent, frozen."""
    # TensorFlow takes seconds to import, and many tests do without.
    from understanding_rl_vision.agents.checkpoints import read_checkpoint
    from understanding_rl_vision.agents.policy import Policy

    return Policy(read_checkpoint(checkpoint_path), (64, 64, 3)).freeze()


@pytest.fixture(scope="session")
def model(model_bytes):
    from understanding_rl_vision.rl_util import FrozenModel

    return FrozenModel.from_bytes(model_bytes)


@pytest.fixture
def agent_cache(tmp_path, monkeypatch):
    """The path of an empty cache of agents."""
    path = tmp_path / "cache"
    monkeypatch.setenv(CACHE_VARIABLE, str(path))
    # Whatever stands between this machine and the network has no part in tests.
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return path


@pytest.fixture(scope="session")
def s3_faults():
    """The Faults before a server of S3's interface on this machine."""
    with s3_server() as faults:
        yield faults


@pytest.fixture(params=["memory", "s3", *STORES])
def store(request, agent_cache, monkeypatch, tmp_path):
    """The address of an empty folder of a remote store; nothing that fails is waited for."""
    return _empty_folder(request, monkeypatch, tmp_path)


@pytest.fixture(params=["s3", *STORES])
def served(request, agent_cache, monkeypatch, tmp_path):
    """The same of stores that are servers."""
    return _empty_folder(request, monkeypatch, tmp_path)


def _empty_folder(request, monkeypatch, tmp_path):
    pytest.importorskip("fsspec", reason="fsspec is not installed")
    monkeypatch.setattr(remote, "WAITS", (0, 0))
    if request.param in STORES:
        return "{}/{}".format(request.param, uuid.uuid4().hex)
    if request.param == "s3":
        request.getfixturevalue("s3_faults").reset()
    return "{}://{}/{}".format(request.param, BUCKET, tmp_path.name)


@pytest.fixture
def s3(s3_faults, agent_cache, monkeypatch, tmp_path):
    """The Faults before S3, and the address of an empty folder there."""
    s3_faults.reset()
    monkeypatch.setattr(remote, "WAITS", (0, 0))
    return s3_faults, "s3://{}/{}".format(BUCKET, tmp_path.name)


@pytest.fixture
def server(monkeypatch):
    """A web server on this machine (see `serving`), which also takes the place of OpenAI's."""
    with serving() as server:
        monkeypatch.setenv(MIRROR_VARIABLE, server.address)
        yield server


@pytest.fixture
def quarry(tmp_path, monkeypatch):
    """Where `ran` would be made, and the module `payload` lies."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "payload.py").write_text(MAKE + "\nclass Thing: pass\n")
    monkeypatch.setitem(copyreg._extension_cache, 7, os.system)
    yield tmp_path
    assert not (tmp_path / "ran").exists() and "payload" not in sys.modules
