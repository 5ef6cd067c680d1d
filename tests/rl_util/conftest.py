"""What Lucid computes on the tests' agent."""

import numpy as np
import pytest

from tests.rl_util import lucid_results
from understanding_rl_vision.agents.architectures import POLICY_LOGITS_NAME, VALUE_FUNCTION_NAME


@pytest.fixture(scope="session")
def output_names():
    return POLICY_LOGITS_NAME, VALUE_FUNCTION_NAME


@pytest.fixture(scope="session")
def stored():
    """Lucid's results on that agent, computed on the faithful stack."""
    with np.load(str(lucid_results.DATA / "lucid_results.npz")) as file:
        return dict(file)


@pytest.fixture(scope="session")
def lucid():
    return pytest.importorskip("lucid.scratch.rl_util", reason="Lucid is for the faithful stack only")


@pytest.fixture(scope="session")
def lucid_model(lucid, model_bytes, tmp_path_factory):
    from lucid.modelzoo.vision_base import Model

    path = tmp_path_factory.mktemp("lucid") / "coinrun.model.pb"
    path.write_bytes(model_bytes)
    return Model.load(str(path))
