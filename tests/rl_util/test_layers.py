import pytest

from understanding_rl_vision.agents.architectures import build_policy
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.rl_util.layers import bottlenecks, select_layers, short_names
from understanding_rl_vision.tensorflow1 import tf

PI = "ppo2_model/pi/"


def layers_of(cnn, **options):
    """The layers selected from an architecture for images of 64 x 64."""
    with tf.Graph().as_default():
        images = tf.placeholder(tf.float32, (None, 64, 64, 3))
        logits, values = build_policy(images, 15, cnn=cnn)
        return select_layers(images.op, [logits.op, values.op], **options)


def residual_graph():
    """A block with a residual connection, after one convolution and before another, as operations by name."""

    def convolve(acts, name):
        kernel = tf.zeros((3, 3, acts.shape[-1], 3))
        return tf.nn.relu(tf.nn.conv2d(acts, kernel, [1, 1, 1, 1], "SAME", name=name + "/conv"), name=name + "/Relu")

    with tf.Graph().as_default() as graph:
        images = tf.placeholder(tf.float32, (None, 8, 8, 3), name="images")
        first = convolve(images, "first")
        inner = convolve(first, "inner")
        joined = tf.nn.relu(first + inner, name="joined/Relu")
        last = convolve(joined, "last")
        tf.nn.relu(images, name="aside/Relu")
        tf.reduce_sum(last, axis=[1, 2, 3], name="value")
        tf.nn.relu(tf.reduce_mean(last, axis=[1, 2]), name="logits/Relu")
    return graph


def select(graph, **options):
    outputs = [graph.get_operation_by_name(name) for name in ("logits/Relu", "value")]
    return select_layers(graph.get_operation_by_name("images"), outputs, **options)


def test_layers_of_the_clear_architecture_have_the_names_of_the_article():
    assert layers_of("clear") == {name: PI + name + "/Relu" for name in ("1a", "2a", "2b", "3a", "4a")}


def test_of_impala_only_what_no_residual_connection_bypasses():
    # Each stack has four activations with height and width; the second within each block is bypassed.
    expected = ["Relu", "Relu_2", "Relu_4", "Relu_6", "Relu_8", "Relu_10"]
    assert layers_of("impala") == {name: PI + name for name in expected}
    assert len(layers_of("impala", bottleneck_only=False)) == 12


def test_layers_of_the_nature_architecture():
    assert layers_of("nature") == {name: PI + name for name in ("Relu", "Relu_1", "Relu_2")}


def test_a_layer_within_a_residual_block_is_bypassed():
    assert list(select(residual_graph())) == ["first", "joined", "last"]
    assert list(select(residual_graph(), bottleneck_only=False)) == ["first", "inner", "joined", "last"]


def test_bottlenecks_are_crossed_by_every_path():
    graph = residual_graph()
    ops = {name: graph.get_operation_by_name(name) for name in ("images", "value", "logits/Relu")}
    found = bottlenecks(graph.get_operations(), ops["images"], [ops["value"], ops["logits/Relu"]])
    names = {op.name for op in found if op.type in ("Relu", "Conv2D", "Placeholder")}
    expected = {"images", "first/conv", "first/Relu", "joined/Relu", "last/conv", "last/Relu"}
    assert names == expected


def test_names_are_shortened_before_layers_are_selected_by_their_full_names():
    assert layers_of("clear", name_contains_one_of="2b") == {"2b": PI + "2b/Relu"}
    assert list(layers_of("clear", name_contains_one_of=["/2", "4a"])) == ["2a", "2b", "4a"]
    assert len(layers_of("clear", name_contains_one_of="ppo2_model")) == 5
    assert list(layers_of("clear", name_contains_one_of=["a/Relu"], discard_first_n=2)) == ["3a", "4a"]


def test_other_types_of_operations():
    pools = layers_of("clear", op_is_one_of=["AvgPool"], bottleneck_only=False)
    assert pools and all("pool" in name.lower() for name in pools.values())
    assert layers_of("clear", op_is_one_of="AvgPool", bottleneck_only=False) == pools
    assert layers_of("clear", op_is_one_of=["RELU"]) == layers_of("clear")


@pytest.mark.parametrize(
    "names, short",
    [
        (["pi/1a/Relu", "pi/2b/Relu"], ["1a", "2b"]),
        (["pi/Relu", "pi/Relu_1"], ["Relu", "Relu_1"]),
        (["pi/a/x/Relu", "pi/b/x/Relu"], ["a", "b"]),
        (["pi/1a/Relu"], ["Relu"]),
        (["x/Relu", "x/y/Relu"], ["Relu", "y/Relu"]),
        ([], []),
    ],
)
def test_what_all_names_share_is_left_out(names, short):
    assert short_names(names) == short


@pytest.mark.parametrize(
    "options, said",
    [
        ({"name_contains_one_of": "5a"}, "No layer is selected by name_contains_one_of='5a'.*1a, 2a, 2b, 3a, 4a"),
        ({"discard_first_n": 5}, "discard_first_n=5; layers of these types are: 1a"),
        ({"op_is_one_of": ["selu"]}, "layers of these types are: none"),
    ],
)
def test_no_layer_is_an_error_that_names_those_there_are(options, said):
    with pytest.raises(InputError, match=said):
        layers_of("clear", **options)
