import numpy as np
import pytest

from understanding_rl_vision.agents.architectures import (
    POLICY_LOGITS_NAME,
    VALUE_FUNCTION_NAME,
    build_policy,
)
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.tensorflow1 import tf


def build(shape=(64, 64, 3), num_actions=15, **options):
    """A graph with a policy, its images, logits, values, and the shapes of its variables."""
    with tf.Graph().as_default() as graph:
        images = tf.placeholder(tf.float32, (None,) + shape)
        logits, values = build_policy(images, num_actions, **options)
        shapes = {variable.name: tuple(variable.shape.as_list()) for variable in tf.global_variables()}
    return graph, images, logits, values, shapes


def relu_names(graph):
    return [op.name for op in graph.get_operations() if op.type == "Relu" and len(op.outputs[0].shape) == 4]


@pytest.mark.parametrize("cnn", ["clear", "impala", "nature"])
def test_build_policy_names_and_shapes_its_results(cnn):
    graph, images, logits, values, _ = build(cnn=cnn)
    assert (logits.op.name, values.op.name) == (POLICY_LOGITS_NAME, VALUE_FUNCTION_NAME)
    with tf.Session(graph=graph) as sess, graph.as_default():
        sess.run(tf.global_variables_initializer())
        ran = sess.run([logits, values], {images: np.random.RandomState(0).rand(2, 64, 64, 3)})
    assert ran[0].shape == (2, 15) and ran[1].shape == (2,)
    assert np.ptp(ran[0]) > 0 and np.abs(ran[0]).max() < 0.2


@pytest.mark.parametrize("cnn", ["clear", "impala", "nature"])
def test_build_policy_shares_variables_between_calls(cnn):
    graph, images, _, _, shapes = build(cnn=cnn)
    with graph.as_default():
        build_policy(images, 15, cnn=cnn)
        assert len(tf.global_variables()) == len(shapes)


def test_clear_has_the_layers_of_the_article():
    graph, _, _, _, shapes = build()
    assert relu_names(graph) == ["ppo2_model/pi/{}/Relu".format(name) for name in ("1a", "2a", "2b", "3a", "4a")]
    assert shapes["ppo2_model/pi/1a/conv2d/kernel:0"] == (7, 7, 3, 16)
    assert shapes["ppo2_model/pi/dense_1/bias:0"] == (512,)
    assert shapes["ppo2_model/pi/w:0"] == (512, 15) and shapes["ppo2_model/vf/b:0"] == (1,)


def test_impala_has_baselines_parameters():
    graph, _, _, _, shapes = build(cnn="impala")
    expected = {"ppo2_model/pi/layer_{}/{}:0".format(k, name) for k in range(16) for name in ("kernel", "bias")}
    assert set(shapes) == expected | {"ppo2_model/{}/{}:0".format(h, name) for h in ("pi", "vf") for name in "wb"}
    assert shapes["ppo2_model/pi/layer_0/kernel:0"] == (3, 3, 3, 16)
    assert shapes["ppo2_model/pi/layer_5/kernel:0"] == (3, 3, 16, 32)
    assert shapes["ppo2_model/pi/layer_15/kernel:0"] == (8 * 8 * 32, 256)
    assert relu_names(graph)[:2] == ["ppo2_model/pi/Relu", "ppo2_model/pi/Relu_1"] and len(relu_names(graph)) == 12


def test_impala_takes_other_sizes():
    _, _, _, _, shapes = build(cnn="impala", stack_channels="8_24", emb_size=100)
    assert (
        shapes["ppo2_model/pi/layer_10/kernel:0"] == (16 * 16 * 24, 100)
        and "ppo2_model/pi/layer_11/kernel:0" not in shapes
    )


@pytest.mark.parametrize("pooling, size, cells", [("tf", 20, 4), ("torch", 20, 1), ("tf", 32, 4), ("torch", 32, 4)])
def test_clear_in_pytorch_leaves_out_a_last_odd_row(pooling, size, cells):
    assert build((size, size, 3), pooling=pooling)[-1]["ppo2_model/pi/dense/kernel:0"] == (32 * cells, 256)


def test_nature_has_baselines_parameters():
    _, _, _, _, shapes = build((84, 84, 4), 6, cnn="nature")
    assert {name.replace("ppo2_model/", ""): shape for name, shape in shapes.items()} == {
        "pi/c1/w:0": (8, 8, 4, 32),
        "pi/c1/b:0": (1, 32, 1, 1),
        "pi/c2/w:0": (4, 4, 32, 64),
        "pi/c2/b:0": (1, 64, 1, 1),
        "pi/c3/w:0": (3, 3, 64, 64),
        "pi/c3/b:0": (1, 64, 1, 1),
        "pi/fc1/w:0": (7 * 7 * 64, 512),
        "pi/fc1/b:0": (512,),
        "pi/w:0": (512, 6),
        "pi/b:0": (6,),
        "vf/w:0": (512, 1),
        "vf/b:0": (1,),
    }


@pytest.mark.parametrize(
    "options, said",
    [
        ({"cnn": "clera"}, "clera.*clear, impala, nature"),
        ({"cnn": "impala", "stack_channels": "16,32"}, "stack_channels='16,32'"),
        ({"cnn": "impala", "stack_channels": "16_0"}, "stack_channels='16_0'"),
        ({"cnn": "impala", "stack_channels": 16}, "stack_channels=16"),
        ({"cnn": "impala", "emb_size": 0}, "emb_size=0"),
        ({"pooling": "same"}, "pooling='same' given; accepted are 'tf', and 'torch'"),
        ({"cnn": "nature", "shape": (30, 40, 3)}, "30.40"),
    ],
)
def test_build_policy_says_what_it_accepts(options, said):
    with pytest.raises(InputError, match=said):
        build(**options)
