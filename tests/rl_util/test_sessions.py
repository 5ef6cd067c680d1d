"""How a model's graph is imported: with gradients that are quicker, but the same."""

import numpy as np
import pytest

from understanding_rl_vision import rl_util
from understanding_rl_vision.rl_util.convolutions import PLAIN_CONVOLUTION
from understanding_rl_vision.rl_util.sessions import import_model
from understanding_rl_vision.tensorflow1 import tf

# Kernel size and options of tf.nn.conv2d, and whether its gradient is that of a plain convolution.
CONVOLUTIONS = {
    "odd": ((3, 5), {"strides": [1] * 4, "padding": "SAME"}, True),
    "even": ((2, 4), {"strides": [1] * 4, "padding": "SAME"}, True),
    "strided": ((3, 3), {"strides": [1, 2, 2, 1], "padding": "SAME"}, False),
    "valid": ((3, 3), {"strides": [1] * 4, "padding": "VALID"}, False),
}


def graph_def_of(build):
    with tf.Graph().as_default() as graph:
        build(tf.placeholder(tf.float32, (None, 8, 9, 3), name="input"))
        return graph.as_graph_def()


def gradients(import_graph, obses):
    """Gradients of the score with respect to the images and the kernel in the graph that a function imports."""
    with tf.Graph().as_default() as graph, tf.Session() as session:
        images = tf.constant(obses)
        import_graph(images)
        kernel = graph.get_tensor_by_name("import/kernel:0")
        return session.run(tf.gradients(graph.get_tensor_by_name("import/score:0"), [images, kernel])), graph


@pytest.mark.parametrize("name", list(CONVOLUTIONS))
def test_gradients_are_those_of_tensorflow(name):
    size, options, plain = CONVOLUTIONS[name]
    random = np.random.RandomState(0)

    def build(images):
        kernel = tf.constant(random.randn(*size + (3, 4)).astype(np.float32), name="kernel")
        out = tf.nn.relu(tf.nn.conv2d(images**2, kernel, name="convolution", **options))
        tf.reduce_sum(out**3, name="score")

    model = rl_util.FrozenModel(
        graph_def_of(build), input_name="input", image_shape=(8, 9, 3), image_value_range=(0, 1)
    )
    obses = random.rand(2, 8, 9, 3).astype(np.float32)
    ours, graph = gradients(lambda images: import_model(model, images, "import"), obses)
    theirs, _ = gradients(lambda images: tf.import_graph_def(model.graph_def, {"input": images}, name="import"), obses)
    for own, other in zip(ours, theirs):
        np.testing.assert_allclose(own, other, rtol=1e-4, atol=1e-4 * np.abs(other).max())
    convolution = graph.get_operation_by_name("import/convolution").node_def
    assert (convolution.attr["_gradient_op_type"].s == PLAIN_CONVOLUTION.encode()) == plain
    assert {op.type for op in graph.get_operations() if op.name.startswith("import/pow")} >= {"Square", "Pow"}
