"""A PyTorch module of the caller's own, where PyTorch is installed."""

import numpy as np
import pytest

from understanding_rl_vision.agents.checkpoints import read_checkpoint
from understanding_rl_vision.agents.games import policy_of
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.run.modules import is_module, module_checkpoint

GAME = {"env_name": "coinrun", "distribution_mode": "easy"}


def network(torch, divide, swap=False):
    """A module with residual blocks that is none of a known family."""

    class Net(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.first = torch.nn.Conv2d(3, 6, 5, stride=3, padding=2)
            self.inner = torch.nn.Conv2d(6, 6, 3, padding=1)
            self.rows = torch.nn.Linear(6 * 11 * 11, 12)
            self.policy, self.worth = torch.nn.Linear(12, 15), torch.nn.Linear(12, 1)

        def forward(self, images):
            out = torch.relu(self.first(images / 255 if divide else images))
            out = out + self.inner(torch.relu(out))
            out = torch.nn.functional.max_pool2d(out, 2)
            out = torch.relu(self.rows(out.flatten(1)))
            given = self.policy(out), self.worth(out)
            return given[::-1] if swap else given

    torch.manual_seed(0)
    return Net()


@pytest.mark.parametrize("divide, swap, given", [(True, True, {}), (False, False, {"scale": 1 / 255})])
def test_a_module_is_the_same_agent_as_a_checkpoint(tmp_path, divide, swap, given):
    torch, _ = pytest.importorskip("torch"), pytest.importorskip("onnx")
    module = network(torch, divide, swap)
    path = module_checkpoint(module, str(tmp_path / "agent.jd"), dict(GAME, **given), None)
    policy = policy_of(read_checkpoint(path))
    images = np.random.RandomState(0).randint(256, size=(4, 64, 64, 3)).astype(np.uint8)
    with torch.no_grad():
        pixels = torch.from_numpy(images.transpose(0, 3, 1, 2).astype(np.float32))
        expected = module(pixels if divide else pixels / 255)
    expected = expected[::-1] if swap else expected
    for ours, theirs in zip(policy.outputs(images), expected):
        np.testing.assert_allclose(ours, theirs.numpy().reshape(ours.shape), atol=1e-5)
    assert module.training


def test_a_module_that_does_not_say_what_it_takes_is_asked_for_it(tmp_path):
    torch, _ = pytest.importorskip("torch"), pytest.importorskip("onnx")
    module = network(torch, divide=False)
    with pytest.raises(InputError, match="pixels from 0 to 255 or fractions"):
        module_checkpoint(module, str(tmp_path / "agent.jd"), GAME, None)
    with pytest.raises(InputError, match="give args={'env_name'"):
        module_checkpoint(module, str(tmp_path / "agent.jd"), {}, None)


def test_a_module_that_computes_otherwise_is_refused(tmp_path):
    torch, _ = pytest.importorskip("torch"), pytest.importorskip("onnx")
    module = network(torch, divide=True)
    # In training it exports as in evaluation, but it does not answer so.
    module.policy.register_forward_hook(lambda *given: given[-1] * (1 if torch.onnx.is_in_onnx_export() else 1.01))
    path = tmp_path / "agent.jd"
    path.write_text("of an earlier run")
    with pytest.raises(InputError, match="gives other logits than the module: they differ by up to"):
        module_checkpoint(module, str(path), GAME, None)
    assert path.read_text() == "of an earlier run"


def test_paths_are_no_modules():
    assert not is_module("agent.jd") and not is_module(["agent.jd"])
