"""Which layers of a model are offered, and under which names (article, appendix C)."""

from understanding_rl_vision.errors import InputError, quoted
from understanding_rl_vision.rl_util.graphs import consumers, depends, inputs, name_in_model, reach
from understanding_rl_vision.rl_util.sessions import model_session

CONVOLUTIONS = ("Conv2D", "DepthwiseConv2dNative")

# In this layer of its network the article finds the objects of CoinRun.
MOST_TELLING = "2b"


def bottlenecks(between, input_op, output_ops):
    """The operations among `between` that every path from the outputs back to the input crosses."""
    return {
        op
        for op in between
        if op is input_op or not any(depends(output, input_op, without=op) for output in output_ops if output is not op)
    }


def _behind_bottleneck(op, between, crossed):
    """Whether every path from `op` back to a convolution, both included, passes through one of `crossed`."""
    if op in crossed:
        return True
    reached = reach([op], lambda node: [i for i in inputs(node) if i in between and i not in crossed])
    return not any(node.type in CONVOLUTIONS for node in reached)


def short_names(names):
    """Names without the leading folders and the trailing parts that all of them share."""
    parts = [name.split("/") for name in names]

    def shared(columns):
        count = 0
        for column in columns:
            if len(set(column)) > 1:
                break
            count += 1
        return count

    shortest = min(map(len, parts), default=1)
    leading = min(shared(zip(*parts)), shortest - 1)
    trailing = min(shared(zip(*(part[::-1] for part in parts))), shortest - leading - 1)
    return ["/".join(part[leading : len(part) - trailing]) for part in parts]


def select_layers(
    input_op,
    output_ops,
    *,
    name_contains_one_of=None,
    op_is_one_of=("relu",),
    bottleneck_only=True,
    discard_first_n=0,
    most_telling=False,
):
    """The layers to offer, in order, as a dict from the name shown to the name of the node.

    input_op, output_ops: operations of the graph: its input, the policy's logits and the value function.
    Offered are operations on the way between them whose output has 4 axes and whose type, in any case of letters, is in
    `op_is_one_of`; with `bottleneck_only`, those that no residual connection bypasses: every path back to a convolution
    passes through a bottleneck. `name_contains_one_of`: parts of full names. Of both, one may be given as a string.
    most_telling: only one of those, the article's layer or where there is none the middle one.
    """
    between = reach([input_op], consumers) & reach(output_ops, inputs)
    types = {op_type.lower() for op_type in ([op_is_one_of] if isinstance(op_is_one_of, str) else op_is_one_of)}
    ops = [
        op
        for op in input_op.graph.get_operations()
        if op in between and op.type.lower() in types and op.outputs[0].shape.ndims == 4
    ]
    if bottleneck_only:
        crossed = bottlenecks(between, input_op, output_ops)
        ops = [op for op in ops if _behind_bottleneck(op, between, crossed)]
    layers = dict(zip(short_names([op.name for op in ops]), [op.name for op in ops]))
    if name_contains_one_of is not None:
        wanted = [name_contains_one_of] if isinstance(name_contains_one_of, str) else name_contains_one_of
        selected = {short: name for short, name in layers.items() if any(part in name for part in wanted)}
    else:
        selected = layers
    selected = dict(list(selected.items())[discard_first_n:])
    if not selected:
        raise InputError(
            "No layer is selected by name_contains_one_of={}, op_is_one_of={}, bottleneck_only={}, "
            "discard_first_n={}; layers of these types are: {}.".format(
                quoted(name_contains_one_of),
                quoted(op_is_one_of),
                quoted(bottleneck_only),
                quoted(discard_first_n),
                ", ".join(layers) or "none",
            )
        )
    if most_telling:
        name = most_telling_layer(list(selected))
        selected = {name: selected[name]}
    return selected


def most_telling_layer(names):
    """Of the names of layers, in order, the article's, else the middle one."""
    return MOST_TELLING if MOST_TELLING in names else names[(len(names) - 1) // 2]


def file_name(layer):
    """A layer's name as part of the name of a file."""
    return layer.replace("/", "-").replace(":", "-")


def model_layers(model, output_names, **layer_kwargs):
    """The layers of a FrozenModel to offer, as a dict from the name shown to the name of the node.

    output_names: nodes of the outputs that matter; layer_kwargs: see `select_layers`.
    """
    session = model_session(model)
    layers = select_layers(session.images.op, [session.tensor(name).op for name in output_names], **layer_kwargs)
    # The page finds a layer's images by the name shown, so that must be one that a file can have.
    return {file_name(short): name_in_model(name) for short, name in layers.items()}
