"""The article's own agent, as OpenAI published it: what its authors' notebook prints, and their frozen model."""

import numpy as np
import pytest

from understanding_rl_vision.agents.architectures import VALUE_FUNCTION_NAME
from understanding_rl_vision.agents.checkpoints import read_checkpoint
from understanding_rl_vision.agents.policy import Policy
from understanding_rl_vision.rl_util import FrozenModel, get_acts
from understanding_rl_vision.rl_util.layers import model_layers


@pytest.fixture(scope="module")
def openai(shared):
    if not (shared / "openai").is_dir():
        pytest.skip("no folder `openai` in the folder `shared` beside the checkout")
    return shared / "openai"


@pytest.fixture(scope="module")
def ours(openai):
    return FrozenModel.from_bytes(Policy(read_checkpoint(openai / "coinrun.jd"), (64, 64, 3)).freeze())


@pytest.fixture(scope="module")
def theirs(openai):
    return FrozenModel.from_bytes((openai / "rl-clarity" / "coinrun.model.pb").read_bytes())


@pytest.fixture(scope="module")
def notebook(openai):
    with np.load(openai / "notebook.npz") as arrays:
        return arrays["observations"] / np.float32(255), arrays["values"]


def test_values_are_those_that_the_notebook_prints(ours, notebook):
    images, printed = notebook
    assert np.abs(get_acts(ours, VALUE_FUNCTION_NAME, images) - printed).max() <= 0.0005


def test_all_layers_and_outputs_are_those_of_the_original_systems_model(ours, theirs, notebook):
    images, _ = notebook
    layers = model_layers(ours, ours.output_names)
    assert list(layers) == list(model_layers(theirs, theirs.output_names)) and len(layers) == 5
    nodes = list(layers.values()) + [name.split(":")[0] for name in ours.output_names]
    for node in nodes:
        expected = get_acts(theirs, node, images)
        assert np.abs(get_acts(ours, node, images) - expected).max() <= 1e-5 * np.abs(expected).max(), node
