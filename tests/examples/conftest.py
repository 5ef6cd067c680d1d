"""The modules of examples/, which are no package."""

import importlib
import sys

import pytest


@pytest.fixture(scope="session")
def example(checkout):
    """Function of a module's name to the module."""
    sys.path.insert(0, str(checkout / "examples"))
    yield importlib.import_module
    sys.path.remove(str(checkout / "examples"))


@pytest.fixture(scope="session")
def machine(example):
    """A CPU that computes in float32."""
    torch = pytest.importorskip("torch")
    return example("torch_machine").Machine(torch.device("cpu"), torch.float32, False)
