"""ONNX files: weights, and the layers that the nodes make."""

import numpy as np
import pytest

from tests.helpers.agent_files import field, onnx_model, onnx_node, onnx_tensor
from tests.helpers.network_in_numpy import outputs
from understanding_rl_vision.agent_files import read_agent_file
from understanding_rl_vision.errors import InputError

FILES = "tests/agent_files/files"
RANDOM = np.random.RandomState(0)
TENSORS = {
    "conv.weight": RANDOM.standard_normal((2, 3, 3, 3)).astype(np.float32),
    "conv.bias": np.float32([1, -1]),
    "pi.weight": RANDOM.standard_normal((4, 2 * 6 * 6)).astype(np.float32),
    "pi.bias": np.arange(4, dtype=np.float32),
    "square": RANDOM.standard_normal((2, 2, 3, 3)).astype(np.float32),
}
CONV = onnx_node("Conv", ["image", "conv.weight", "conv.bias"], "c", strides=[1, 1])
FLATTEN = onnx_node("Flatten", ["r"], "f", axis=1)
DENSE = onnx_node("Gemm", ["f", "pi.weight", "pi.bias"], "logits", transB=1)
RELU = onnx_node("Relu", ["c"], "r")


def images_of(name, shape):
    images = np.random.RandomState(3).randint(0, 256, shape).astype(np.float32)
    return images / 255 if name == "sequential" else images


FILES_OF_TORCH = {
    "residual_traced": (2, 12, 12, 3),
    "sequential_traced": (2, 2, 12, 12),
    "sequential_exported": (2, 2, 12, 12),
    "two_traced": (2, 2, 12, 12),
    "two_exported": (2, 2, 12, 12),
}


@pytest.mark.parametrize("name, shape", FILES_OF_TORCH.items())
def test_outputs_are_those_of_torch(name, shape, checkout):
    """Of files of torch 2.13's two exporters; the outputs are the modules', to which ONNX Runtime agreed."""
    found = read_agent_file(str(checkout / FILES / "{}.onnx".format(name)))
    network = name.split("_")[0]
    expected = np.load(str(checkout / FILES / "onnx_outputs.npz"))
    given = outputs(found, images_of(network, shape))
    assert found.format == "onnx" and given
    for output, values in given.items():
        stored = expected["{}_{}".format(network, output)]
        np.testing.assert_allclose(values.reshape(stored.shape), stored, atol=2e-5)


def test_layers(checkout):
    first, conv, pool, residual, shortened, *_, logits, value = read_agent_file(
        str(checkout / FILES / "residual_traced.onnx")
    ).network
    assert (first["layout"], first["shape"], first["scale"]) == ("hwc", [12, 12, 3], 1 / 255)
    assert (conv["name"], conv["size"], conv["padding"], conv["kernel"]) == ("conv", [3, 3], 1, "conv.weight")
    assert pool == {"layer": "pool", "pool": "max", "size": [3, 3], "stride": [2, 2], "padding": 1}
    assert [layer["layer"] for layer in residual["layers"]] == ["activation", "conv", "activation", "conv"]
    assert "shortcut" not in residual and [layer["name"] for layer in shortened["shortcut"]] == ["down"]
    assert [(head["output"], head["of"], head["layers"]) for head in (logits, value)] == [
        ("logits", "trunk", []),
        ("value", "trunk", []),
    ]


def test_two_trunks(checkout):
    network = read_agent_file(str(checkout / FILES / "two_traced.onnx")).network
    assert network[0]["scale"] == 1 / 128 and network[0]["offset"] == [-10 / 128, -20 / 128]
    logits, value = network[-2:]
    assert (logits["output"], logits["of"]) == ("logits", "trunk")
    assert (value["output"], value["of"]) == ("value", "input")
    assert [layer["layer"] for layer in value["layers"]] == ["conv", "activation", "flatten"]


def read_made(read, nodes, **changed):
    return read(onnx_model(nodes, dict(TENSORS, **changed.pop("tensors", {})), ["logits"], **changed))


def test_made_by_hand(read):
    found = read_made(read, [CONV, RELU, FLATTEN, DENSE])
    assert list(found.tensors) == ["conv.weight", "conv.bias", "pi.weight", "pi.bias"]
    assert found.network[0] == {"layer": "input", "shape": [3, 8, 8], "layout": "chw"}
    kinds = [layer["layer"] for layer in found.network]
    assert kinds == ["input", "conv", "activation", "flatten", "head"]


EQUAL = {
    "a product and a sum": [
        CONV,
        RELU,
        FLATTEN,
        onnx_node("Transpose", ["pi.weight"], "turned", perm=[1, 0]),
        onnx_node("MatMul", ["f", "turned"], "m"),
        onnx_node("Add", ["pi.bias", "m"], "logits"),
    ],
    "sizes that are computed": [
        CONV,
        RELU,
        onnx_node("Shape", ["r"], "s"),
        onnx_node("Constant", [], "zero", value=onnx_tensor("", np.int64(0))),
        onnx_node("Constant", [], "rest", value=onnx_tensor("", np.int64([-1]))),
        onnx_node("Gather", ["s", "zero"], "n", axis=0),
        onnx_node("Unsqueeze", ["n", "zero"], "one"),
        onnx_node("Concat", ["one", "rest"], "sizes", axis=0),
        onnx_node("Reshape", ["r", "sizes"], "f"),
        DENSE,
    ],
    "nothing done": [
        onnx_node("Identity", ["image"], "same"),
        onnx_node("Cast", ["same"], "cast", to=1),
        onnx_node("Conv", ["cast", "conv.weight", "conv.bias"], "c"),
        RELU,
        onnx_node("Flatten", ["r"], "g"),
        onnx_node("Dropout", ["g"], "f"),
        DENSE,
    ],
    "turned for a while": [
        CONV,
        onnx_node("Transpose", ["c"], "t", perm=[0, 2, 3, 1]),
        onnx_node("Relu", ["t"], "u"),
        onnx_node("Transpose", ["u"], "r", perm=[0, 3, 1, 2]),
        FLATTEN,
        DENSE,
    ],
}


@pytest.mark.parametrize("nodes", EQUAL.values(), ids=EQUAL)
def test_other_nodes_of_the_same_network(nodes, read):
    images = RANDOM.standard_normal((2, 3, 8, 8))
    plain = outputs(read_made(read, [CONV, RELU, FLATTEN, DENSE]), images)["logits"]
    np.testing.assert_allclose(outputs(read_made(read, nodes), images)["logits"], plain)


def test_flattened_with_channels_last(read):
    turn = onnx_node("Transpose", ["c"], "r", perm=[0, 2, 3, 1])
    network = read_made(read, [CONV, turn, FLATTEN, DENSE]).network
    assert [layer for layer in network if layer["layer"] == "flatten"] == [{"layer": "flatten", "order": "hwc"}]


@pytest.mark.parametrize("keepdims", [0, 1])
def test_mean_of_whole_images(keepdims, read):
    mean = onnx_node("ReduceMean", ["c"], "r", axes=[-1, -2], keepdims=keepdims)
    dense = RANDOM.standard_normal((4, 2)).astype(np.float32)
    images = RANDOM.standard_normal((2, 3, 8, 8))
    found = read_made(read, [CONV, mean, FLATTEN, DENSE], tensors={"pi.weight": dense})
    assert found.network[2] == {"layer": "pool", "pool": "average", "size": [6, 6], "stride": [1, 1], "padding": 0}
    pool = onnx_node("GlobalAveragePool", ["c"], "r")
    plain = read_made(read, [CONV, pool, FLATTEN, DENSE], tensors={"pi.weight": dense})
    np.testing.assert_allclose(outputs(found, images)["logits"], outputs(plain, images)["logits"])


def test_a_value_that_is_chosen_from_one(read):
    nodes = [
        CONV,
        RELU,
        FLATTEN,
        onnx_node("Gemm", ["f", "v.weight"], "v", transB=1),
        onnx_node("Constant", [], "zero", value=onnx_tensor("", np.int64(0))),
        onnx_node("Gather", ["v", "zero"], "logits", axis=1),
    ]
    found = read_made(read, nodes, tensors={"v.weight": np.ones((1, 72), np.float32)})
    assert found.network[-1]["kernel"] == "v.weight" and found.network[-1]["output"] == "logits"


def test_padding_as_tensorflow_does(read):
    conv = onnx_node("Conv", ["image", "conv.weight", "conv.bias"], "c", strides=[1, 1], auto_pad="SAME_UPPER")
    dense = np.zeros((4, 2 * 64), np.float32)
    network = read_made(read, [conv, RELU, FLATTEN, DENSE], tensors={"pi.weight": dense}).network
    assert network[1]["padding"] == "same"


def again(count):
    """Residual blocks of residual blocks of ..."""
    nodes, last = [CONV, RELU], "r"
    for number in range(count):
        nodes += [
            onnx_node("Relu", [last], "a{}".format(number)),
            onnx_node("Add", ["a{}".format(number), "r"], "b{}".format(number)),
        ]
        last = "b{}".format(number)
    return nodes + [onnx_node("Flatten", [last], "f"), DENSE]


def doubled(count):
    nodes, last = [CONV, RELU], "r"
    for number in range(count):
        names = ["{}{}".format(letter, number) for letter in "abcde"]
        nodes += [onnx_node("Relu", [last], names[0]), onnx_node("Tanh", [last], names[1])]
        nodes += [onnx_node("Add", [names[0], "r"], names[2]), onnx_node("Add", [names[1], "r"], names[3])]
        nodes.append(onnx_node("Add", [names[2], names[3]], names[4]))
        last = names[4]
    return nodes + [onnx_node("Flatten", [last], "f"), DENSE]


REFUSED = {
    "a GRU": ([CONV, onnx_node("GRU", ["c"], "r"), FLATTEN, DENSE], {}, "recurrent.*node /r is of the operation GRU"),
    "a GRU with a state": ([onnx_node("LSTM", ["image", "state"], "r")], {"inputs": ("image", "state")}, "recurrent"),
    "a mean of channels": ([CONV, onnx_node("ReduceMean", ["c"], "r", axes=[1])], {}, "whole images"),
    "one of many units": (
        [
            CONV,
            RELU,
            FLATTEN,
            onnx_node("Constant", [], "i", value=onnx_tensor("", np.int64(0))),
            onnx_node("Gather", ["f", "i"], "logits", axis=1),
        ],
        {},
        "more than one value",
    ),
    "groups": ([onnx_node("Conv", ["image", "conv.weight"], "c", group=3), RELU, FLATTEN, DENSE], {}, "groups"),
    "dilation": (
        [onnx_node("Conv", ["image", "conv.weight"], "c", dilations=[2, 2]), RELU, FLATTEN, DENSE],
        {},
        "dilation",
    ),
    "a pool rounded up": ([CONV, onnx_node("MaxPool", ["c"], "r", kernel_shape=[2, 2], ceil_mode=1)], {}, "rounded up"),
    "another slope": ([CONV, onnx_node("Elu", ["c"], "r", alpha=0.5), FLATTEN, DENSE], {}, "alpha"),
    "joined": ([CONV, onnx_node("Concat", ["c", "c"], "r", axis=1), FLATTEN, DENSE], {}, "joins"),
    "added to itself": ([CONV, onnx_node("Add", ["c", "c"], "r"), FLATTEN, DENSE], {}, "residual"),
    "a product of flows": ([CONV, onnx_node("Mul", ["c", "c"], "r"), FLATTEN, DENSE], {}, "Mul"),
    "scaled later": ([CONV, onnx_node("Mul", ["c", "conv.bias"], "r"), FLATTEN, DENSE], {}, "only of pixels"),
    "a flatten of images too": (
        [
            CONV,
            onnx_node("Constant", [], "sizes", value=onnx_tensor("", np.int64([-1, 36]))),
            onnx_node("Reshape", ["c", "sizes"], "f"),
            DENSE,
        ],
        {},
        "flattens",
    ),
    "a softmax": ([CONV, RELU, FLATTEN, onnx_node("Softmax", ["f"], "logits")], {}, "Softmax"),
    "an output of a convolution": ([onnx_node("Conv", ["image", "conv.weight"], "logits")], {}, "dense layer"),
    "an output of nothing": ([CONV], {}, "dense layer"),
    "two inputs": ([CONV, RELU, FLATTEN, DENSE], {"inputs": ("image", "state")}, "2 inputs"),
    "other sizes": ([CONV, RELU, FLATTEN, DENSE], {"shape": ("n", 3, 9, 9)}, "inputs, where"),
    "other channels": ([CONV, RELU, FLATTEN, DENSE], {"shape": ("n", 4, 8, 8)}, "channels, where"),
    "nothing left": ([CONV, RELU, FLATTEN, DENSE], {"shape": ("n", 3, 2, 2)}, "leaves nothing"),
    "a domain": ([CONV, onnx_node("Relu", ["c"], "r") + field(7, "com.example"), FLATTEN, DENSE], {}, "not read"),
    "many nodes": ([CONV] * 3000, {}, "nodes"),
    "many layers": ([CONV] + [onnx_node("Relu", ["c"], "c")] * 1500, {}, "layers"),
    "blocks in blocks": (again(40), {}, "deep"),
    "blocks again and again": (doubled(12), {}, "layers|deep"),
    "a tensor of text": ([CONV], {"tensors": {}}, "dense"),
}


@pytest.mark.parametrize("nodes, changed, said", REFUSED.values(), ids=REFUSED)
def test_refused(nodes, changed, said, read):
    with pytest.raises(InputError, match=said):
        read_made(read, nodes, **dict(changed))


def _with_tensor(tensor):
    graph = field(5, tensor)
    return field(1, 9) + field(2, "x") + field(7, graph)


DAMAGED = {
    "values elsewhere": (_with_tensor(field(2, 1) + field(8, "w") + field(14, 1)), "another file"),
    "no values": (_with_tensor(field(1, 3) + field(2, 1) + field(8, "w")), "not there"),
    "fewer values": (_with_tensor(field(1, 3) + field(2, 1) + field(8, "w") + field(9, bytes(8))), "not there"),
    "a negative side": (_with_tensor(field(1, -3) + field(2, 1) + field(9, bytes(8))), "shape"),
    "values of text": (_with_tensor(field(1, 1) + field(2, 8) + field(9, bytes(8))), "type"),
    "no graph": (field(1, 9) + field(2, "x"), "no graph"),
    "cut short": (onnx_model([CONV], TENSORS, ["c"])[:-200], "cut short"),
    "many empty messages": (field(1, 9) + field(2, "x") + field(7, b"\x0a\0" * 10**6), "fields"),
    "a long number": (field(1, 9) + b"\x12" + b"\xff" * 20, "number"),
    "deep messages": (field(1, 9) + field(2, "x") + b"\x3b" * 10, "kind"),
}


@pytest.mark.parametrize("content, said", DAMAGED.values(), ids=DAMAGED)
def test_damaged(content, said, read):
    with pytest.raises(InputError, match=said):
        read(content)


def test_floats_that_are_not_raw(read):
    plain = TENSORS["conv.bias"]
    message = field(1, 2) + field(2, 1) + field(8, "other") + field(4, plain.tobytes())
    single = field(1, 2) + field(2, 1) + field(8, "other") + b"".join(field(4, float(value)) for value in plain)
    conv = onnx_node("Conv", ["image", "conv.weight", "other"], "c")
    for tensor in (message, single):
        found = read(onnx_model([conv, RELU, FLATTEN, DENSE], TENSORS, ["logits"], more=field(5, tensor)))
        np.testing.assert_array_equal(found.tensors["other"], plain)
