"""Agents trained in PyTorch, whose IMPALA pools other pixels than TensorFlow's."""

import collections
import io
import pickle
import zipfile

import numpy as np
import pytest

from tests.helpers import torch_impala
from tests.rl_util.lucid_results import observations
from understanding_rl_vision import rl_util
from understanding_rl_vision.agents.architectures import (
    POLICY_LOGITS_NAME,
    VALUE_FUNCTION_NAME,
)
from understanding_rl_vision.agents.checkpoints import read_checkpoint
from understanding_rl_vision.agents.networks.building import pooled
from understanding_rl_vision.agents.networks.description import check_network
from understanding_rl_vision.agents.networks.presets import max_pool
from understanding_rl_vision.agents.policy import Policy
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.tensorflow1 import building, tf
from understanding_rl_vision.train.options import complete_options, options_of_checkpoint
from understanding_rl_vision.train.ppo import Learner


def pool(padding):
    """The layer of a complete description."""
    return check_network("network", [max_pool(padding), {"layer": "flatten"}, {"layer": "head", "output": "q"}])[0]


POOL_OF_TENSORFLOW, POOL_OF_TORCH = pool("same"), pool(1)


def frames(count, height, width, seed=0):
    return np.random.RandomState(seed).randint(256, size=(count, height, width, 3)).astype(np.uint8)


def assert_plays_like(policy, images, expected, rtol=1e-5):
    """Compare logits and values with expected ones, of the graph that plays and of the frozen one."""
    model = rl_util.FrozenModel.from_bytes(policy.freeze())
    frozen = [
        rl_util.get_acts(model, name, images / np.float32(255)) for name in (POLICY_LOGITS_NAME, VALUE_FUNCTION_NAME)
    ]
    for found in (policy.outputs(images), frozen):
        for ours, theirs in zip(found, expected):
            np.testing.assert_allclose(ours, theirs, atol=rtol * np.abs(theirs).max())


@pytest.mark.parametrize(
    "pooling, padding, size, behind",
    [
        ("torch", (1, 1), (16, 16), (2, 2)),
        ("tf", (0, 1), (16, 16), (2, 2)),
        # Of odd numbers of rows both pad on both sides.
        ("torch", (1, 1), (17, 33), (3, 5)),
        ("tf", (1, 1), (17, 33), (3, 5)),
    ],
)
def test_values_before_and_after_are_equal(tmp_path, pooling, padding, size, behind):
    weights = torch_impala.drawn_weights((4, 8, 8), 16, size=behind)
    path = torch_impala.write_checkpoint(tmp_path / "agent.jd", weights, behind, pooling=pooling)
    images = frames(3, *size)
    expected = torch_impala.outputs(weights, images / np.float32(255), padding)
    assert_plays_like(Policy(read_checkpoint(path), size + (3,)), images, expected)


def test_another_pooling_is_another_agent():
    weights, images = torch_impala.drawn_weights((4, 8, 8), 16, size=(2, 2)), frames(3, 16, 16) / np.float32(255)
    torch, tensorflow = (torch_impala.outputs(weights, images, padding)[1] for padding in ((1, 1), (0, 1)))
    assert np.abs(torch - tensorflow).min() > 0.01


@pytest.mark.parametrize("height, width", [(8, 6), (7, 6), (5, 9)])
def test_gradients_are_those_of_the_pooled_pixels(height, width):
    images = np.random.RandomState(0).randn(2, height, width, 3).astype(np.float32) - 3
    with building(), tf.Session() as session:
        given = tf.placeholder(tf.float32, images.shape)
        # TensorFlow's pooling of the picture upside down and left to right pads on the other sides.
        turned = tf.reverse(pooled(tf.reverse(given, [1, 2]), POOL_OF_TENSORFLOW), [1, 2])
        ours, expected = ([out, tf.gradients(out**2, given)[0]] for out in (pooled(given, POOL_OF_TORCH), turned))
        for own, other in zip(*session.run([ours, expected], {given: images})):
            np.testing.assert_array_equal(own, other)
    np.testing.assert_array_equal(
        torch_impala.max_pool(images.transpose(0, 3, 1, 2)).transpose(0, 2, 3, 1),
        max_pool_of(images),
    )


def max_pool_of(images):
    with building(), tf.Session() as session:
        return session.run(pooled(tf.constant(images), POOL_OF_TORCH))


def test_attribution_adds_up_and_the_smooth_gradient_is_finite(tmp_path):
    weights = torch_impala.drawn_weights((4, 8), 16, size=(4, 4))
    path = torch_impala.write_checkpoint(tmp_path / "agent.jd", weights, (4, 4))
    model = rl_util.FrozenModel.from_bytes(Policy(read_checkpoint(path), (16, 16, 3)).freeze())
    images = frames(2, 16, 16) / np.float32(255)
    baseline = rl_util.get_acts(model, VALUE_FUNCTION_NAME, 0 * images)
    added = rl_util.get_acts(model, VALUE_FUNCTION_NAME, images) - baseline
    attr = rl_util.get_attr(model, VALUE_FUNCTION_NAME, None, images, integrate_steps=300)
    np.testing.assert_allclose(attr.sum(axis=(1, 2, 3)), added, atol=0.02 * np.abs(added).max())
    smooth = rl_util.get_grad(model, VALUE_FUNCTION_NAME, images, override=rl_util.maxpool_override())
    assert np.isfinite(smooth).all() and np.ptp(smooth) > 0


def test_training_goes_on_with_the_network_as_it_was(tmp_path):
    weights = torch_impala.drawn_weights((4,), 8, num_actions=5, size=(4, 4))
    checkpoint = read_checkpoint(torch_impala.write_checkpoint(tmp_path / "agent.jd", weights, (4, 4)))
    learner = Learner((8, 8, 3), 5, complete_options(options_of_checkpoint(checkpoint.args, {"num_envs": 8})))
    learner.restore(checkpoint.params, learner.optimizer())
    images = frames(3, 8, 8)
    for ours, theirs in zip(learner.evaluate(images), torch_impala.outputs(weights, images / np.float32(255))):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)


def test_other_poolings_are_refused(tmp_path):
    weights = torch_impala.drawn_weights((4,), 16, size=(8, 8))
    path = torch_impala.write_checkpoint(tmp_path / "agent.jd", weights, pooling="pytorch")
    with pytest.raises(InputError, match="pooling='pytorch' given; accepted are 'tf', and 'torch'"):
        Policy(read_checkpoint(path), (16, 16, 3))
    with pytest.raises(InputError, match="pooling='pytorch' given"):
        complete_options({"env_name": "coinrun", "pooling": "pytorch"})


class _StateDict(pickle.Unpickler):
    """What torch.save wrote of an agent, without PyTorch: names -> arrays."""

    def __init__(self, archive):
        (name,) = [name for name in archive.namelist() if name.endswith("/data.pkl")]
        super().__init__(io.BytesIO(archive.read(name)))
        self._archive, self._folder = archive, name[: -len("data.pkl")]

    def find_class(self, module, name):
        return {"OrderedDict": collections.OrderedDict, "_rebuild_tensor_v2": self._tensor, "FloatStorage": np.float32}[
            name
        ]

    def persistent_load(self, pid):
        return np.frombuffer(self._archive.read(self._folder + "data/" + pid[2]), pid[1])

    @staticmethod
    def _tensor(storage, offset, size, stride, *_):
        assert offset == 0 and stride == tuple(np.cumprod((1,) + size[:0:-1])[::-1])
        return storage[: int(np.prod(size))].reshape(size)


def agent_of_others(path):
    """The weights in a file of train-procgen-pfrl."""
    with zipfile.ZipFile(str(path)) as archive:
        arrays = _StateDict(archive).load()
    blocks = ["res_block{}.conv{}".format(block, conv) for block in range(2) for conv in range(2)]
    names = ["conv_seqs.{}.{}".format(stack, name) for stack in range(3) for name in ["conv"] + blocks]
    assert len(arrays) == 2 * (len(names) + 3)
    layers = {name: (arrays[name + ".weight"], arrays[name + ".bias"]) for name in names}
    heads = {
        ours: "{}_fc".format(theirs)
        for ours, theirs in (("hidden", "hidden"), ("policy", "logits"), ("value", "value"))
    }
    weights = {ours: (arrays[name + ".weight"], arrays[name + ".bias"]) for ours, name in heads.items()}
    return dict(weights, convolutions=list(layers.values()))


def test_an_agent_that_others_trained_is_the_same_here(shared, tmp_path):
    path = shared / "agents" / "leesharkey_pfrl_model_final.pt"
    if not path.exists():
        pytest.skip("the folder `shared` has no leesharkey_pfrl_model_final.pt")
    weights = agent_of_others(path)
    checkpoint = read_checkpoint(torch_impala.write_checkpoint(tmp_path / "agent.jd", weights))
    images = np.rint(observations()[:16] * 255).astype(np.uint8)
    expected = torch_impala.outputs(weights, images / np.float32(255))
    # Its returns are at most 10, those that it was trained on.
    assert 3 < expected[1].mean() < 12
    assert_plays_like(Policy(checkpoint, (64, 64, 3)), images, expected)
