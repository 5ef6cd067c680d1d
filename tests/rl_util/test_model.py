import json

import numpy as np
import pytest

from understanding_rl_vision.errors import InputError
from understanding_rl_vision.rl_util.model import FrozenModel, freeze_model, get_shape, get_var
from understanding_rl_vision.rl_util.sessions import model_session
from understanding_rl_vision.tensorflow1 import tf

IMAGES = np.random.RandomState(0).rand(2, 8, 8, 3).astype(np.float32)


def frozen_bytes():
    """A small frozen model, with a device and a node of no use, and its logits, values and kernel."""
    with tf.Graph().as_default(), tf.Session() as sess:
        images = tf.placeholder(tf.float32, (None, 8, 8, 3), name="images")
        with tf.variable_scope("net"), tf.device("/cpu:0"):
            kernel = tf.get_variable("kernel", (3, 3, 3, 4))
            acts = tf.nn.relu(tf.nn.conv2d(images, kernel, [1, 1, 1, 1], "SAME"), name="acts")
            pooled = tf.nn.max_pool(acts, [1, 8, 8, 1], [1, 8, 8, 1], "SAME")
            logits = tf.matmul(tf.reshape(pooled, (-1, 4)), tf.get_variable("w", (4, 5)), name="logits")
            value = tf.reduce_sum(logits, 1, name="value")
            tf.add(kernel, 1.0, name="unused")
        sess.run(tf.global_variables_initializer())
        model_bytes = freeze_model(
            sess,
            input_name="images",
            output_names=["net/logits", "net/value"],
            image_shape=(8, 8, 3),
            image_value_range=(0.0, 1.0),
        )
        return model_bytes, sess.run([logits, value, kernel], {images: IMAGES})


@pytest.fixture(scope="module")
def frozen():
    return frozen_bytes()


def test_freeze_model_keeps_values_and_describes_the_input(frozen):
    model_bytes, (logits, value, _) = frozen
    model = FrozenModel.from_bytes(model_bytes)
    assert (model.input_name, model.image_shape, model.image_value_range) == ("images", (8, 8, 3), (0.0, 1.0))
    assert model.output_names == ["net/value"] and model.model_path is None
    session = model_session(model)
    tensors = [session.tensor("net/logits"), session.tensor("net/value")]
    for given, expected in zip(session.run(tensors, {session.images: IMAGES}), [logits, value]):
        np.testing.assert_allclose(given, expected, rtol=1e-5, atol=1e-6)


def test_freeze_model_keeps_what_leads_to_the_outputs_only(frozen):
    nodes = FrozenModel.from_bytes(frozen[0]).graph_def.node
    assert not [node.name for node in nodes if "unused" in node.name or node.device or "Variable" in node.op]


def test_freeze_model_writes_no_attribute_at_its_default(frozen):
    """TensorFlow 1.14 does not know some attributes that TensorFlow 2 gives to every node."""
    attributes = {node.op: set(node.attr) for node in FrozenModel.from_bytes(frozen[0]).graph_def.node}
    assert "explicit_paddings" not in attributes["MaxPool"] and "grad_a" not in attributes["MatMul"]


def test_get_var_and_get_shape(frozen):
    model_bytes, (_, _, kernel) = frozen
    model = FrozenModel.from_bytes(model_bytes)
    np.testing.assert_array_equal(get_var(model, "net/kernel"), kernel)
    assert get_shape(model, "net/kernel") == [3, 3, 3, 4]
    assert get_shape(model, "net/acts") == [None, None, None, 4]
    with pytest.raises(InputError, match="net/kernle"):
        get_var(model, "net/kernle")


def test_lucid_opens_a_frozen_model(frozen, tmp_path):
    vision_base = pytest.importorskip("lucid.modelzoo.vision_base")
    rl_util = pytest.importorskip("lucid.scratch.rl_util")
    path = str(tmp_path / "model.pb")
    with open(path, "wb") as file:
        file.write(frozen[0])
    ours, lucids = FrozenModel.load(path), vision_base.Model.load(path)
    for name in ("input_name", "image_shape", "image_value_range", "model_path"):
        given, expected = getattr(ours, name), getattr(lucids, name)
        assert given == (tuple(expected) if isinstance(expected, list) else expected)
    np.testing.assert_array_equal(get_var(ours, "net/kernel"), rl_util.get_var(lucids, "net/kernel"))
    np.testing.assert_array_equal(get_var(lucids, "net/kernel"), rl_util.get_var(lucids, "net/kernel"))
    assert get_shape(ours, "net/acts") == rl_util.get_shape(lucids, "net/acts")
    np.testing.assert_allclose(rl_util.get_acts(lucids, "net/logits", IMAGES), frozen[1][0], rtol=1e-5, atol=1e-6)


def test_load_opens_a_model_that_lucid_saved(tmp_path):
    vision_base = pytest.importorskip("lucid.modelzoo.vision_base")
    path = str(tmp_path / "model.pb")
    with tf.Graph().as_default(), tf.Session() as sess:
        images = tf.placeholder(tf.float32, (None, 4, 4, 3), name="images")
        tf.multiply(images, tf.get_variable("scale", ()), name="out")
        sess.run(tf.global_variables_initializer())
        vision_base.Model.save(path, "images", ["out"], [4, 4, 3], [-1, 1])
    model = FrozenModel.load(path)
    assert model.output_names == ["out"] and model.image_value_range == (-1, 1)
    assert get_shape(model, "out") == [None, None, None, None]


def graph_bytes(*nodes):
    graph_def = tf.GraphDef()
    for name, value in nodes:
        node = graph_def.node.add(name=name, op="Const")
        node.attr["value"].tensor.CopyFrom(tf.make_tensor_proto(value))
    return graph_def.SerializeToString()


METADATA = {"input_name": "images", "image_shape": [8, 8, 3], "image_value_range": [0, 1]}


@pytest.mark.parametrize(
    "model_bytes",
    [
        b"not a graph",
        graph_bytes(("images", 0.0)),
        graph_bytes(("images", 0.0), ("lucid_metadata_json", "{")),
        graph_bytes(("images", 0.0), ("lucid_metadata_json", json.dumps({"input_name": "images"}))),
        graph_bytes(("other", 0.0), ("lucid_metadata_json", json.dumps(METADATA))),
    ],
)
def test_load_refuses_what_is_no_frozen_model(model_bytes, tmp_path):
    path = str(tmp_path / "model.pb")
    with open(path, "wb") as file:
        file.write(model_bytes)
    with pytest.raises(InputError, match="model.pb"):
        FrozenModel.load(path)


def test_load_refuses_missing_and_truncated_files(frozen, tmp_path):
    path = str(tmp_path / "model.pb")
    with pytest.raises(InputError, match="model.pb"):
        FrozenModel.load(path)
    with open(path, "wb") as file:
        file.write(frozen[0][:-100])
    with pytest.raises(InputError, match="model.pb"):
        FrozenModel.load(path)
