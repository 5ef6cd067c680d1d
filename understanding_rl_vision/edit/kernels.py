"""The convolutions that read a layer, found in the graph of the model."""

from understanding_rl_vision.errors import InputError
from understanding_rl_vision.rl_util.graphs import consumers, inputs, reach

VARIABLES = ("VariableV2", "VarHandleOp")

# What acts on each channel apart, so that a channel stays what it is: pools, and functions of single numbers.
OF_EACH_CHANNEL = frozenset(
    "Add AddV2 AvgPool BiasAdd Elu Identity MaxPool Maximum Mul Neg PadV2 Pow RealDiv Relu Sigmoid Softplus Sqrt "
    "Square Sub Tanh".split()
)


def following_kernels(layer_op):
    """Return the sorted names of the variables that are kernels of the convolutions reading a layer.

    layer_op: operation with a 4-D output. Pools and activations may lie between. Raises InputError when something else
    reads the layer, which no kernel stands before: a residual connection, a dense layer, or nothing at all.
    """
    behind = reach([layer_op], lambda op: [reader for reader in consumers(op) if reader.type in OF_EACH_CHANNEL])
    in_order = [op for op in layer_op.graph.get_operations() if op in behind]
    kernels = set()
    for reader in (reader for op in in_order for reader in consumers(op) if reader not in behind):
        if reader.type != "Conv2D":
            raise _unreachable(layer_op, reader)
        kernels.add(_variable(reader.inputs[1].op))
    for op in in_order:
        if op is not layer_op and any(map(_depends_on_images, set(inputs(op)) - behind)):
            raise _unreachable(layer_op, op)
    if not kernels:
        raise InputError("Nothing in the model reads the layer {}.".format(layer_op.name))
    return sorted(kernels)


def _unreachable(layer_op, reader):
    what = {"Reshape": "a dense layer", "MatMul": "a dense layer"}.get(reader.type, "a residual connection")
    if reader.type not in OF_EACH_CHANNEL and what != "a dense layer":
        what = "the operation {}".format(reader.type)
    return InputError(
        "The layer {} is read by {} ({}) without a convolution in between, so that editing kernels does not blind all "
        "that reads it. Give a layer that only convolutions follow.".format(layer_op.name, what, reader.name)
    )


def _variable(op):
    """The variable that an operation reads, under the name of its parameter."""
    while op.type not in VARIABLES:
        op = op.inputs[0].op
    return op.name + ":0"


def _depends_on_images(op):
    return any(source.type == "Placeholder" for source in reach([op], inputs))
