"""Walks over a graph."""

import pytest

from understanding_rl_vision.rl_util.graphs import consumers, depends, inputs, is_of_model, name_in_model, reach
from understanding_rl_vision.tensorflow1 import building, tf


@pytest.fixture
def ops():
    """From the images to the output lead a relu and, past it, an identity; of the images `count` has only the shape."""
    with building() as graph:
        images = tf.placeholder(tf.float32, (None, 3), name="import/images")
        relu = tf.nn.relu(images, name="import/relu")
        tf.add(relu, tf.identity(images, name="import/past"), name="import/output")
        tf.fill(tf.shape(images, name="import/shape"), 1.0, name="import/ones")
        tf.negative(relu, name="added")
        return {name_in_model(op.name) if is_of_model(op) else op.name: op for op in graph.get_operations()}


def test_everything_that_is_reached_is_found_once(ops):
    steps = {1: [2, 3], 2: [4], 3: [4], 4: [1], 5: [1]}
    assert reach([1], steps.get) == {1, 2, 3, 4}
    assert reach([5, 4], steps.get) == {1, 2, 3, 4, 5}
    assert {op.name for op in reach([ops["relu"]], consumers)} == {"import/relu", "import/output", "added"}
    assert reach([ops["past"]], inputs) == {ops["past"], ops["images"]}


def test_an_operation_depends_on_another_by_any_way_that_is_left(ops):
    assert depends(ops["output"], ops["images"])
    assert depends(ops["output"], ops["images"], without=ops["relu"])
    assert not depends(ops["relu"], ops["output"])
    assert not depends(ops["added"], ops["images"], without=ops["relu"])


def test_a_shape_hands_on_no_number(ops):
    assert not depends(ops["ones"], ops["images"])
    assert ops["shape"] not in consumers(ops["images"]) and inputs(ops["shape"]) == []


def test_nodes_of_the_model_are_told_from_those_that_were_added(ops):
    assert [name for name, op in ops.items() if not is_of_model(op)] == ["added"]
