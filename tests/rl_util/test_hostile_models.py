"""Model files made to do harm: nothing of them runs, and what is wrong is a sentence."""

import numpy as np
import pytest

from tests.helpers.hostile_models import CHANGES, harmless_model, model_files
from tests.helpers.interfaces import FEW, tiny_data
from understanding_rl_vision import rl_clarity
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.rl_util import FrozenModel, get_acts, get_grad
from understanding_rl_vision.rl_util.graph_checks import OPERATIONS
from understanding_rl_vision.rl_util.model import get_shape

OTHERS = ("nothing", "noise", "half", "a page")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    written = tmp_path_factory.mktemp("written") / "written"
    yield model_files(str(written))
    assert not written.exists()


@pytest.mark.parametrize("name", [*CHANGES, *OTHERS])
def test_refused(files, name):
    with pytest.raises(InputError) as raised:
        get_shape(FrozenModel.from_bytes(files[name]), "logits")
    assert len(str(raised.value)) < 1000
    if name[:1].isupper() and " " not in name:
        assert name in str(raised.value)


def test_the_function_is_named(files):
    with pytest.raises(InputError, match="function harmless.*WriteFile"):
        FrozenModel.from_bytes(files["WriteFile in a function"])


def test_generate_refuses_before_it_writes(files, tmp_path):
    data = dict(tiny_data(), model_bytes=files["WriteFile"])
    with pytest.raises(InputError, match="WriteFile"):
        rl_clarity.generate(output_dir=str(tmp_path / "out"), **data, **FEW)
    assert not list(tmp_path.glob("out/*.html"))


def test_names_of_gradients_are_taken_away():
    model = FrozenModel.from_bytes(harmless_model())
    images = np.zeros((2, 8, 8, 3), np.float32)
    assert get_grad(model, "pi/2a/Relu", images).shape == images.shape


def test_what_tensorflow_cannot_compute_is_a_sentence():
    model = FrozenModel.from_bytes(tiny_data()["model_bytes"])
    with pytest.raises(InputError, match="TensorFlow cannot compute the model"):
        get_acts(model, "logits", np.zeros((1, 8, 9, 3), np.float32))


def test_real_models_are_admitted(shared):
    for path in shared.rglob("*.model.pb"):
        assert FrozenModel.load(str(path)).output_names


def test_every_operation_is_one_that_tensorflow_has_and_that_keeps_nothing():
    """But for those that this version does not have any more, or not yet."""
    definitions = pytest.importorskip("tensorflow.python.framework.op_def_registry")
    if not hasattr(definitions, "get"):
        registered = definitions.get_registered_ops()
    else:
        registered = {op: definitions.get(op) for op in OPERATIONS}
    known = [registered.get(op) for op in OPERATIONS if registered.get(op) is not None]
    assert len(known) > 150 and not [op.name for op in known if op.is_stateful]
