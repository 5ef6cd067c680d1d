"""Fixtures for every test."""

from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def checkout():
    """The root of the checkout."""
    return CHECKOUT


@pytest.fixture(scope="session")
def checkpoint_path():
    """The bundled CoinRun checkpoint, in the required format."""
    return CHECKOUT / "examples" / "coinrun.jd"


@pytest.fixture(scope="session")
def shared():
    """The folder of real files beside the checkout; tests that need it are skipped where it is absent."""
    path = CHECKOUT.parent / "shared"
    if not path.is_dir():
        pytest.skip("no folder `shared` beside the checkout")
    return path
