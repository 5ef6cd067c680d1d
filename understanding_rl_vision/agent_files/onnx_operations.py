"""ONNX's operations as layers of args["network"]: those of sequential and residual networks of convolutions.

Each function of `OPERATIONS` takes an `onnx_node.Node` and gives what flows out of it. The operations are those of
https://onnx.ai/onnx/operators, for any version in which they mean the same.
"""

from understanding_rl_vision.agent_files.onnx_flows import Constant, Flow, Sizes, per_channel, sum_of

_FLOATS = (1, 10, 11, 16)
_TO_CHW, _TO_HWC = [0, 3, 1, 2], [0, 2, 3, 1]


def _pair(node, name, default):
    value = node.get(name, default) or default
    if len(value) != 2 or not all(type(side) is int and 0 < side < 1 << 16 for side in value):
        node.refuse("whose {} is not of two sides".format(name))
    return value


def _padding(node):
    automatic, pads = node.get("auto_pad", "NOTSET"), node.get("pads", []) or [0, 0, 0, 0]
    if automatic == "SAME_UPPER":
        return "same"
    if automatic not in ("NOTSET", "VALID") or len(pads) != 4 or not all(0 <= side < 1 << 16 for side in pads):
        node.refuse("whose padding is not read")
    top, left, bottom, right = pads if automatic == "NOTSET" else [0] * 4
    return top if top == left == bottom == right else [[top, bottom], [left, right]]


def _window(node, size):
    """What convolutions and pools say of their windows. Raises InputError for dilation and rounding up."""
    if any(side != 1 for side in node.get("dilations", [])) or node.get("ceil_mode", 0):
        node.refuse("with dilation or with sizes rounded up, which are not read")
    return {"size": list(size), "stride": _pair(node, "strides", [1, 1]), "padding": _padding(node)}


def _sides(node, sides, window):
    found = []
    for axis, side in enumerate(sides):
        size, stride, padding = window["size"][axis], window["stride"][axis], window["padding"]
        if side is None:
            found.append(None)
        elif padding == "same":
            found.append(-(-side // stride))
        else:
            around = 2 * padding if isinstance(padding, int) else sum(padding[axis])
            found.append((side + around - size) // stride + 1)
        if found[-1] is not None and found[-1] < 1:
            node.refuse("that leaves nothing of the image")
    return tuple(found)


def _bias(node, number, units):
    if number >= len(node.inputs) or node.inputs[number] is None:
        return None
    bias = node.input(number, Constant)
    if bias.array.shape != (units,):
        node.refuse("whose bias is not of one value for each output")
    return bias.name


def _conv(node):
    flow, kernel = node.flow(image=True), node.input(1, Constant)
    if kernel.array.ndim != 4 or not kernel.array.size or node.get("group", 1) != 1:
        node.refuse("in groups or not of two dimensions, which is not read")
    filters, channels = kernel.shape[:2]
    window = _window(node, kernel.shape[2:])
    if flow.shape[0] not in (None, channels):
        node.refuse("for {} channels, where there are {}".format(channels, flow.shape[0]))
    layer = dict(layer="conv", name=node.layer_name(kernel), filters=filters, activation=None, **window)
    layer.update(kernel=kernel.name, bias=_bias(node, 2, filters))
    return flow.then(layer, (filters,) + _sides(node, flow.shape[1:], window))


def _pool(node, kind):
    flow = node.flow(image=True)
    window = _window(node, _pair(node, "kernel_shape", []))
    layer = dict(layer="pool", pool=kind, **window)
    if kind == "average" and node.get("count_include_pad", 0) and window["padding"]:
        layer["count_padding"] = True
    return flow.then(layer, flow.shape[:1] + _sides(node, flow.shape[1:], window))


def _pool_all(node):
    flow = node.flow(image=True)
    if None in flow.shape:
        node.refuse("of images of a size that the file leaves open")
    layer = {"layer": "pool", "pool": "average", "size": list(flow.shape[1:]), "stride": [1, 1], "padding": 0}
    return flow.then(layer, (flow.shape[0], 1, 1))


def _mean(node):
    """The mean of each channel, which is a pool as large as the image."""
    axes = _entries(node.inputs[1], node) if len(node.inputs) > 1 else node.get("axes", [])
    if sorted(axes) not in ([2, 3], [-2, -1]):
        node.refuse("which is read only of whole images")
    pooled = _pool_all(node)
    return pooled if node.get("keepdims", 1) else _flat(pooled)


def _activation(node, name, slope=None):
    alpha = node.get("alpha", slope)
    if slope is not None and abs(alpha - slope) > 1e-6:
        node.refuse("with alpha {}, where {} is read".format(alpha, slope))
    return node.flow().then({"layer": "activation", "activation": name})


def _flatten(node):
    flow = node.flow()
    if node.get("axis", 1) != 1:
        node.refuse("which is read from axis 1 on")
    return _flat(flow)


def _flat(flow):
    if not flow.is_image:
        return flow
    units = None if None in flow.shape else flow.shape[0] * flow.shape[1] * flow.shape[2]
    return flow.then({"layer": "flatten", "order": flow.layout}, (units,))


def _reshape(node):
    if isinstance(node.inputs[0], Constant):
        node.refuse("of a constant, which is not read")
    flow, entries = node.flow(), _entries(node.inputs[1] if len(node.inputs) > 1 else None, node)
    flat = _flat(flow)
    if len(entries) == 1 and flat.shape == (1,):
        return flat.then(None)
    units = flat.shape[0]
    # The number of images is open, 0 for what there is, -1 for what is left, or that of the example.
    per_image = entries[1:] == [-1] and entries[0] in (None, 0, 1) or units is not None and entries[1:] == [units]
    if not per_image:
        node.refuse("which is read only where it flattens images")
    return flat


def _entries(value, node):
    if isinstance(value, Sizes):
        return value.entries
    if not isinstance(value, Constant) or value.array.size > 8 or value.array.dtype.kind not in "iu":
        node.refuse("whose sizes are not known")
    return [int(entry) for entry in value.array.reshape(-1)]


def _transpose(node):
    value, order = node.inputs[0], node.get("perm", [])
    if isinstance(value, Constant) and len(value.shape) == 2 and order in ([], [1, 0]):
        return Constant(value.name, value.array, not value.transposed)
    flow = node.flow()
    for wanted, before, after in ((_TO_CHW, "hwc", "chw"), (_TO_HWC, "chw", "hwc")):
        if order == wanted and flow.is_image and flow.layout == before:
            if flow.is_scaled_image:
                return Flow(None, [], flow.shape, after, flow.scale, flow.offset)
            return flow.then(None, layout=after)
    return node.refuse("which is read only where it changes where channels are")


def _dense(node, kernel, bias, transposed):
    flow = node.flow(image=False)
    if kernel.array.ndim != 2 or not kernel.array.size:
        node.refuse("whose second input has not two dimensions")
    units, inputs = kernel.shape if transposed else kernel.shape[::-1]
    if flow.shape[0] not in (None, inputs):
        node.refuse("of {} inputs, where there are {}".format(inputs, flow.shape[0]))
    layer = {"layer": "dense", "name": node.layer_name(kernel), "units": units, "activation": None}
    layer.update(kernel=kernel.name, bias=bias and _bias(node, bias, units), transposed=transposed != kernel.transposed)
    return flow.then(layer, (units,))


def _gemm(node):
    if node.get("alpha", 1.0) != 1 or node.get("beta", 1.0) != 1 or node.get("transA", 0):
        node.refuse("with factors or a first input that is turned, which is not read")
    return _dense(node, node.input(1, Constant), 2, bool(node.get("transB", 0)))


def _matmul(node):
    return _dense(node, node.input(1, Constant), None, False)


def _add(node):
    first, second = node.inputs[:2] if len(node.inputs) > 1 else (None, None)
    if isinstance(first, Flow) and isinstance(second, Flow):
        return sum_of(first, second) or node.refuse("of flows that are no residual block")
    if isinstance(first, Constant):
        node.inputs = [second, first]
    flow = node.flow()
    last = flow.layers[-1] if flow.layers else {}
    if last.get("layer") == "dense" and last["bias"] is None:
        return flow.before.then(dict(last, bias=_bias(node, 1, last["units"])), flow.shape)
    return _scaled(node, 1, lambda value, by: value, lambda value, by: value + by)


def _scaled(node, number, scale, offset):
    """Images of which pixels are added to or multiplied, before the first layer."""
    flow, constant = node.input(1 - number, Flow), node.input(number, Constant)
    by = per_channel(constant, flow.layout) if flow.is_scaled_image else None
    if by is None:
        node.refuse("by a constant, which is read only of pixels, all of a channel alike")
    before = (1.0, 0.0) if flow.scale is None else (flow.scale, flow.offset)
    return Flow(None, [], flow.shape, flow.layout, scale(before[0], by), offset(before[1], by))


def _multiply(node):
    number = 0 if isinstance(node.inputs[0], Constant) else 1
    return _scaled(node, number, lambda value, by: value * by, lambda value, by: value * by)


def _divide(node):
    return _scaled(node, 1, lambda value, by: value / by, lambda value, by: value / by)


def _subtract(node):
    if isinstance(node.inputs[0], Constant):
        return _scaled(node, 0, lambda value, by: -value, lambda value, by: by - value)
    return _scaled(node, 1, lambda value, by: value, lambda value, by: value - by)


def _same(node):
    return node.inputs[0] if isinstance(node.inputs[0], (Constant, Sizes)) else node.flow()


def _cast(node):
    if isinstance(node.inputs[0], Flow) and node.get("to", 1) not in _FLOATS:
        node.refuse("to whole numbers, which is not read")
    return _same(node)


def _squeeze(node):
    """The value of each image as a number, or as sizes are put together."""
    if isinstance(node.inputs[0], (Sizes, Constant)):
        return _same(node)
    flow = node.flow(image=False)
    return flow.then(None) if flow.shape == (1,) else node.refuse("of more than one value")


def _shape(node):
    flow = node.flow()
    sides = flow.shape if flow.layout == "chw" or not flow.is_image else flow.shape[1:] + flow.shape[:1]
    return Sizes([None] + list(sides))


def _gather(node):
    if isinstance(node.inputs[0], Flow) and node.get("axis", 0) == 1:
        # The value alone, of which there is one for each image.
        return _squeeze(node)
    entries, (index,) = _entries(node.input(0, Sizes), node), _entries(node.input(1, Constant), node) or [0]
    if not -len(entries) <= index < len(entries):
        node.refuse("beyond what there is")
    return Sizes([entries[index]])


def _concat(node):
    if not node.inputs or any(isinstance(value, Flow) for value in node.inputs):
        node.refuse("which joins flows; a network is read that is sequential or residual")
    return Sizes([entry for value in node.inputs for entry in _entries(value, node)])


def _activations():
    names = {"Relu": "relu", "Tanh": "tanh", "Sigmoid": "sigmoid", "Softplus": "softplus"}
    table = {name: lambda node, name=layer: _activation(node, name) for name, layer in names.items()}
    table["Elu"] = lambda node: _activation(node, "elu", 1.0)
    table["LeakyRelu"] = lambda node: _activation(node, "leaky_relu", 0.01)
    return table


OPERATIONS = dict(
    _activations(),
    Conv=_conv,
    MaxPool=lambda node: _pool(node, "max"),
    AveragePool=lambda node: _pool(node, "average"),
    GlobalAveragePool=_pool_all,
    ReduceMean=_mean,
    Flatten=_flatten,
    Reshape=_reshape,
    Transpose=_transpose,
    Gemm=_gemm,
    MatMul=_matmul,
    Add=_add,
    Sub=_subtract,
    Mul=_multiply,
    Div=_divide,
    Identity=_same,
    Dropout=_same,
    Cast=_cast,
    Squeeze=_squeeze,
    Unsqueeze=_squeeze,
    Shape=_shape,
    Gather=_gather,
    Concat=_concat,
)
