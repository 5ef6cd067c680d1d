"""Known agents give the numbers that they are known to give, on both stacks."""

import numpy as np
import pytest

from tests.helpers import golden

# What numbers may differ by, in parts of the largest of an array. Between the stacks, measured: outputs, activations
# and advantages 3e-6, attributions 1.8e-4, and what is fitted, which may stop a step sooner, 2.5e-3.
TOLERANCES = {
    "outputs": 1e-5,
    "activations": 1e-5,
    "attributions": 5e-4,
    "directions": 1e-2,
    "features": 1e-2,
    "advantages": 1e-5,
}
LAYERS = ["1a", "2a", "2b", "3a", "4a"]


@pytest.fixture(scope="module")
def bundled():
    return ("bundled",) + golden.bundled_agent()


@pytest.fixture(scope="module")
def article(shared):
    if not (shared / "openai").is_dir():
        pytest.skip("no folder `openai` in the folder `shared` beside the checkout")
    return ("article",) + golden.article_agent(shared)


@pytest.fixture(scope="module", params=["bundled", "article"])
def found_and_stored(request):
    """Two dictionaries, name → array."""
    name, path, images = request.getfixturevalue(request.param)
    digest, stored = golden.stored(name)
    assert digest == golden.sha256(path), "Another agent: give `python -m tests.helpers.golden`."
    return golden.numbers(golden.frozen(path), images), stored


@pytest.mark.parametrize("kind", list(TOLERANCES))
def test_numbers_are_those_that_are_stored(found_and_stored, kind):
    found, stored = ({name: a for name, a in arrays.items() if name.startswith(kind)} for arrays in found_and_stored)
    assert set(found) == set(stored) != set()
    for name, expected in stored.items():
        assert found[name].shape == expected.shape and np.isfinite(expected).all() and expected.any(), name
        assert np.abs(found[name] - expected).max() <= TOLERANCES[kind] * np.abs(expected).max(), name


def test_every_layer_has_its_numbers(found_and_stored):
    _, stored = found_and_stored
    for kind in ("activations", "attributions", "directions", "features"):
        assert sorted({name.split("/")[1] for name in stored if name.startswith(kind)}) == LAYERS
