"""Model files that a stranger could send: graphs that do harm, and graphs that are damaged."""

import json

from tests.helpers.interfaces import tiny_data
from understanding_rl_vision.tensorflow1 import tf


def _graph(model_bytes):
    return tf.GraphDef.FromString(model_bytes)


def _const(graph, name, value):
    node = graph.node.add(name=name, op="Const")
    tensor = tf.make_tensor_proto(value)
    node.attr["dtype"].type = tensor.dtype
    node.attr["value"].tensor.CopyFrom(tensor)
    return name


def _behind_logits(graph, node):
    next(one for one in graph.node if one.name == "logits").input.append("^" + node)


def _writes(graph, written):
    inputs = [_const(graph, "path", written), _const(graph, "text", "ran")]
    graph.node.add(name="harm", op="WriteFile", input=inputs)
    _behind_logits(graph, "harm")


def _saves(graph, written):
    inputs = [_const(graph, "path", written), _const(graph, "names", ["x"]), _const(graph, "data", 1.0)]
    node = graph.node.add(name="harm", op="Save", input=inputs)
    node.attr["T"].list.type.append(tf.float32.as_datatype_enum)
    _behind_logits(graph, "harm")


def _prints(graph, written):
    node = graph.node.add(name="harm", op="PrintV2", input=[_const(graph, "text", "ran")])
    node.attr["output_stream"].s = ("file://" + written).encode()
    _behind_logits(graph, "harm")


def _plain(op):
    def add(graph, written):
        graph.node.add(name="harm", op=op, input=[_const(graph, "path", written)])
        _behind_logits(graph, "harm")

    return add


def _in_function(graph, written):
    function = graph.library.function.add()
    function.signature.name = "harmless"
    function.node_def.add(name="harm", op="WriteFile")
    graph.node.add(name="called", op="harmless")
    _behind_logits(graph, "called")


def _unused_function(graph, written):
    function = graph.library.function.add()
    function.signature.name = "harmless"
    function.node_def.add(name="harm", op="PyFunc")


def _cycle(graph, written):
    graph.node.add(name="one", op="Identity", input=["two"])
    graph.node.add(name="two", op="Identity", input=["one"])


def _twice(graph, written):
    graph.node.add(name="logits", op="NoOp")


def _missing(graph, written):
    graph.node.add(name="one", op="Identity", input=["nowhere"])


def _huge_constant(graph, written):
    name = _const(graph, "huge", 1.0)
    node = next(one for one in graph.node if one.name == name)
    for _ in range(2):
        node.attr["value"].tensor.tensor_shape.dim.add(size=1 << 20)


def _negative_constant(graph, written):
    name = _const(graph, "huge", 1.0)
    next(one for one in graph.node if one.name == name).attr["value"].tensor.tensor_shape.dim.add(size=-5)


def _no_strides(graph, written):
    next(one for one in graph.node if one.op == "Conv2D").attr["strides"].list.i[1] = 0


def _wrong_type(graph, written):
    next(one for one in graph.node if one.op == "Conv2D").attr["T"].type = tf.string.as_datatype_enum


def _wrong_inputs(graph, written):
    node = next(one for one in graph.node if one.op == "Conv2D")
    del node.input[1:]


def _too_many_nodes(graph, written):
    for number in range(11000):
        graph.node.add(name="n{}".format(number), op="NoOp")


def _foreign_gradient(graph, written):
    """Harmless: what only names something is taken away."""
    next(one for one in graph.node if one.op == "Conv2D").attr["_gradient_op_type"].s = b"nowhere"


def _metadata(**changed):
    def change(graph, written):
        tensor = next(one for one in graph.node if one.name == "lucid_metadata_json").attr["value"].tensor
        tensor.string_val[0] = json.dumps(dict(json.loads(tensor.string_val[0].decode()), **changed)).encode()

    return change


CHANGES = {
    "WriteFile": _writes,
    "Save": _saves,
    "PrintV2": _prints,
    "WriteFile in a function": _in_function,
    "PyFunc in a function that is not called": _unused_function,
    "cycle": _cycle,
    "two nodes of one name": _twice,
    "an input that is not there": _missing,
    "a constant of 4 TB": _huge_constant,
    "a constant of a negative side": _negative_constant,
    "strides of 0": _no_strides,
    "a convolution of texts": _wrong_type,
    "a convolution without kernel": _wrong_inputs,
    "too many nodes": _too_many_nodes,
    "no such input": _metadata(input_name="nowhere"),
    "input of a number": _metadata(input_name=3),
    "input of a list": _metadata(input_name=[["images"]]),
    "image_shape of text": _metadata(image_shape="888"),
    "image_shape of two": _metadata(image_shape=[8, 8]),
    "image_shape of 2^40": _metadata(image_shape=[2**40, 8, 3]),
    "image_shape of true": _metadata(image_shape=[True, 8, 3]),
    "image_shape of null": _metadata(image_shape=None),
    "image_value_range of NaN": _metadata(image_value_range=[float("nan"), 1]),
    "image_value_range of one": _metadata(image_value_range=[0]),
    "image_value_range of 1e400": _metadata(image_value_range=[0, float("inf")]),
    "image_value_range upside down": _metadata(image_value_range=[1, 0]),
}
OTHERS = (
    "ReadFile MatchingFiles PyFunc EagerPyFunc Print Assert MergeV2Checkpoints NoSuchThing StatefulPartitionedCall "
    "While Enter Variable IteratorGetNext DecodeJpeg LoadLibrary"
)
CHANGES.update((op, _plain(op)) for op in OTHERS.split())


def model_files(written):
    """What each file is → its bytes. written: the path of a file that those write that can."""
    plain = tiny_data()["model_bytes"]
    files = {}
    for name, change in CHANGES.items():
        graph = _graph(plain)
        change(graph, written)
        files[name] = graph.SerializeToString()
    files["nothing"] = b""
    files["noise"] = bytes(range(256)) * 8
    files["half"] = plain[: len(plain) // 2]
    files["a page"] = b"<!doctype html><title>404</title>"
    return files


def harmless_model():
    graph = _graph(tiny_data()["model_bytes"])
    _foreign_gradient(graph, None)
    return graph.SerializeToString()
