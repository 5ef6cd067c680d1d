"""ONNX's messages, those parts that a network needs: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto."""

import numpy as np

from understanding_rl_vision.agent_files import values
from understanding_rl_vision.agent_files.protobuf import Field, many
from understanding_rl_vision.errors import InputError, cut

_ENTRY = {1: Field("key", "text"), 2: Field("value", "text")}
TENSOR = {
    1: many("dims", "number"),
    2: Field("data_type", "number"),
    4: many("float_data", "float"),
    5: many("int32_data", "number"),
    7: many("int64_data", "number"),
    8: Field("name", "text"),
    9: Field("raw_data", "bytes"),
    10: many("double_data", "double"),
    13: many("external_data", _ENTRY),
    14: Field("data_location", "number"),
}
_ATTRIBUTE = {
    1: Field("name", "text"),
    2: Field("f", "float"),
    3: Field("i", "number"),
    4: Field("s", "bytes"),
    5: Field("t", TENSOR),
    7: many("floats", "float"),
    8: many("ints", "number"),
    20: Field("type", "number"),
}
_NODE = {
    1: many("input", "text"),
    2: many("output", "text"),
    3: Field("name", "text"),
    4: Field("op_type", "text"),
    5: many("attribute", _ATTRIBUTE),
    7: Field("domain", "text"),
}
_SHAPE = {1: many("dim", {1: Field("dim_value", "number")})}
_VALUE = {1: Field("name", "text"), 2: Field("type", {1: Field("tensor_type", {2: Field("shape", _SHAPE)})})}
_GRAPH = {
    1: many("node", _NODE),
    5: many("initializer", TENSOR),
    11: many("input", _VALUE),
    12: many("output", _VALUE),
}
MODEL = {
    1: Field("ir_version", "number"),
    2: Field("producer_name", "text"),
    3: Field("producer_version", "text"),
    7: Field("graph", _GRAPH),
    14: many("metadata_props", _ENTRY),
}
_EXTERNAL = 1
# ONNX's types by their numbers, and where values of each are when they are not in raw_data.
_KINDS = dict(
    enumerate("float32 uint8 int8 uint16 int16 int32 int64 text bool float16 float64 uint32 uint64".split(), start=1)
)
_KINDS.update({14: "complex64", 15: "complex128", 16: values.BFLOAT16})
_PLACES = {"float32": "float_data", "float64": "double_data", "int64": "int64_data"}
_PLACES.update((kind, "int32_data") for kind in ("int32", "int16", "int8", "uint16", "uint8", "bool"))


def array_of(tensor, name):
    """The array of a TENSOR message. Raises InputError where its values are not in the file, or not of its shape."""
    name = cut(name, 200)
    if tensor.get("data_location") == _EXTERNAL or tensor["external_data"]:
        raise InputError(
            "Values of {} are in another file; export with them inside (external_data=False).".format(name)
        )
    shape = values.check_shape(tensor["dims"])
    kind = _KINDS.get(tensor.get("data_type"), "number {}".format(tensor.get("data_type")))
    size = values.item_size(kind)
    count = values.count_values(shape)
    if "raw_data" in tensor:
        data = np.frombuffer(tensor["raw_data"], np.uint8)
        if len(data) == count * size:
            # Not a view: it would keep the whole file.
            return values.decode(data, kind).reshape(shape).copy()
    elif kind in _PLACES:
        parts = tensor[_PLACES[kind]]
        flat = np.concatenate([np.atleast_1d(part) for part in parts]) if parts else np.zeros(0)
        if flat.size == count:
            return flat.astype(kind).reshape(shape)
    raise InputError("Values of {} are not there, or not of its shape.".format(name))


def attributes(node):
    """Name → value of a node's attributes: numbers, texts, lists of whole numbers, tensors."""
    found = {}
    for attribute in node["attribute"]:
        if "s" in attribute:
            value = bytes(attribute["s"]).decode("utf-8")
        else:
            value = next((attribute[key] for key in ("t", "i", "f") if key in attribute), attribute["ints"])
        found[attribute.get("name", "")] = value
    return found


def shape_of(value):
    """The sides of an input, None for those that the file leaves open."""
    shape = value.get("type", {}).get("tensor_type", {}).get("shape", {"dim": []})
    return [side.get("dim_value") for side in shape["dim"]]
