"""What the graph of a model file may hold, checked before TensorFlow sees it.

A graph is a program: operations write files, read them, print, call functions and loop. Admitted are those that frozen
vision models are made of, which compute their outputs from their inputs and do nothing else.
"""

from understanding_rl_vision.errors import InputError
from understanding_rl_vision.tensorflow1 import tf

OPERATIONS = frozenset(
    # Constants, inputs, and what only passes on.
    "Const Placeholder PlaceholderWithDefault Identity IdentityN NoOp StopGradient PreventGradient Snapshot "
    # Convolutions, dense layers and pools.
    "Conv2D Conv2DBackpropInput DepthwiseConv2dNative Conv3D BiasAdd BiasAddV1 MatMul BatchMatMul BatchMatMulV2 Einsum "
    "MaxPool MaxPoolV2 AvgPool Dilation2D LRN FusedBatchNorm FusedBatchNormV2 FusedBatchNormV3 "
    "BatchNormWithGlobalNormalization L2Loss FractionalAvgPool FractionalMaxPool "
    # Activations.
    "Relu Relu6 LeakyRelu Elu Selu Softplus Softsign Softmax LogSoftmax Sigmoid Tanh Erf Erfc "
    # Arithmetic.
    "Add AddV2 AddN Sub Mul MulNoNan Div DivNoNan RealDiv FloorDiv TruncateDiv FloorMod Mod Pow Square Sqrt Rsqrt Exp "
    "Expm1 Log Log1p Abs Neg Sign Reciprocal Inv Maximum Minimum SquaredDifference Floor Ceil Round Rint Sin Cos Tan "
    "ClipByValue Cast Bitcast Xlogy Xdivy Lgamma Digamma Atan Atan2 Asin Acos Sinh Cosh Cumsum Cumprod "
    # Sums and the like over axes.
    "Sum Mean Prod Max Min All Any ArgMax ArgMin EuclideanNorm TopK TopKV2 "
    # Comparisons and choices.
    "Equal NotEqual Greater GreaterEqual Less LessEqual LogicalAnd LogicalOr LogicalNot Select SelectV2 Where IsNan "
    "IsInf IsFinite ZerosLike OnesLike "
    # Shapes.
    "Shape ShapeN Size Rank Reshape Squeeze ExpandDims Transpose ConjugateTranspose Pack Unpack Concat ConcatV2 "
    "ConcatOffset Split SplitV Slice StridedSlice Gather GatherV2 GatherNd Tile Pad PadV2 MirrorPad Fill Range "
    "LinSpace BroadcastTo BroadcastArgs OneHot Reverse ReverseV2 SpaceToDepth DepthToSpace SpaceToBatchND "
    "BatchToSpaceND SpaceToBatch BatchToSpace InvertPermutation MatrixDiag MatrixDiagPart MatrixBandPart Diag DiagPart "
    # Images.
    "ResizeBilinear ResizeNearestNeighbor ResizeBicubic ResizeArea CropAndResize ExtractImagePatches RGBToHSV HSVToRGB "
    "AdjustContrastv2 AdjustHue AdjustSaturation "
    # What networks are quantised with in training.
    "FakeQuantWithMinMaxArgs FakeQuantWithMinMaxVars FakeQuantWithMinMaxVarsPerChannel".split()
)

MOST_NODES = 10000
# What constants may be larger than the file says: one that holds a number everywhere is written as that number.
REPEATED = 64 << 20
# Where a zero ends the process.
_STEPS = ("strides", "ksize", "dilations", "rates")
LONGEST_STEP = 4096


def node_of(input_name):
    """The node that an input of another node names: `node`, `node:1`, or `^node` for a control input."""
    return input_name.lstrip("^").split(":")[0]


def checked_graph(graph_def, name):
    """Check a GraphDef, and take away what no admitted operation needs: functions, devices and private attributes.

    name: of the model, for messages. Raises InputError for an operation that is not admitted, also in functions, a node
    that is not there, a cycle, and constants and steps of sizes that no model has.
    """
    nodes = graph_def.node
    if len(nodes) > MOST_NODES:
        raise InputError("{} has {} nodes; up to {} are accepted.".format(name, len(nodes), MOST_NODES))
    for function in graph_def.library.function:
        within = "{}, in its function {:.99},".format(name, function.signature.name)
        _check_operations(function.node_def, within)
    _check_operations(nodes, name)
    graph_def.ClearField("library")
    _check_order(nodes, name)
    repeated = 0
    for node in nodes:
        node.device = ""
        for attribute in [attribute for attribute in node.attr if attribute.startswith("_")]:
            del node.attr[attribute]
        for attribute in set(_STEPS).intersection(node.attr):
            if not all(0 < step <= LONGEST_STEP for step in node.attr[attribute].list.i):
                raise InputError("{} has the node {:.99} with {} of 0 or less.".format(name, node.name, attribute))
        if node.op == "Const":
            repeated += _repeated(node, name)
    if repeated > REPEATED:
        raise InputError("{} has constants of {:,} bytes that are not in the file.".format(name, repeated))


def _check_operations(nodes, name):
    refused = {node.op: node.name for node in nodes if node.op not in OPERATIONS}
    if refused:
        said = ["{:.99} (node {:.99})".format(op, node) for op, node in sorted(refused.items())[:5]]
        raise InputError(
            "{} has operations that frozen vision models do not need, and nothing of it was run: {}{}. Give a model "
            "whose outputs are computed from its images and constants alone.".format(
                name, ", ".join(said), ", ..." if len(refused) > 5 else ""
            )
        )


def _check_order(nodes, name):
    """Raise InputError unless every node's inputs are there, and none is needed for itself."""
    inputs = {node.name: {node_of(one) for one in node.input} for node in nodes}
    if len(inputs) != len(nodes):
        raise InputError("{} has two nodes of one name.".format(name))
    consumers = {node: [] for node in inputs}
    for node, needed in inputs.items():
        for one in needed:
            if one not in inputs:
                raise InputError("{} has the node {:.99}, but not its input {:.99}.".format(name, node, one))
            consumers[one].append(node)
    waiting = {node: len(needed) for node, needed in inputs.items()}
    ready = [node for node, count in waiting.items() if not count]
    while ready:
        node = ready.pop()
        del waiting[node]
        for consumer in consumers[node]:
            waiting[consumer] -= 1
            if not waiting[consumer]:
                ready.append(consumer)
    if waiting:
        raise InputError("{} goes in a circle: {:.99} is needed for itself.".format(name, min(waiting)))


def _repeated(node, name):
    """How many bytes of a constant are not in the file."""
    tensor = node.attr["value"].tensor
    try:
        dtype = tf.as_dtype(tensor.dtype)
        numeric = dtype.is_floating or dtype.is_integer or dtype.is_bool or dtype.is_complex
    except TypeError:
        numeric = False
    if not numeric:
        raise InputError("{} has the constant {:.99} of other things than numbers.".format(name, node.name))
    size = dtype.size
    for side in tensor.tensor_shape.dim:
        if not 0 <= side.size < 1 << 40:
            raise InputError("{} has the constant {:.99} of a damaged shape.".format(name, node.name))
        size = min(size * side.size, 1 << 62)
    return max(0, size - tensor.ByteSize())
