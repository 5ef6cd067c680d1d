"""Walks over a TensorFlow graph, and what the nodes of a model are called in the graph that imports it."""

# The folder of names that a model's nodes are imported into.
IMPORTED = "import"
# Of their inputs no number goes on.
OF_SHAPE = ("Shape", "ShapeN", "Size", "Rank")


def reach(starts, neighbours):
    """The set of all that can be reached from `starts`, them included. neighbours: function of a node to others."""
    reached, stack = set(starts), list(starts)
    while stack:
        for node in neighbours(stack.pop()):
            if node not in reached:
                reached.add(node)
                stack.append(node)
    return reached


def inputs(op):
    """The operations that an operation has numbers from."""
    return [] if op.type in OF_SHAPE else [tensor.op for tensor in op.inputs]


def readers(tensor):
    """The operations that the numbers of a tensor go to."""
    return [op for op in tensor.consumers() if op.type not in OF_SHAPE]


def consumers(op):
    """The operations that numbers of an operation go to."""
    return [reader for tensor in op.outputs for reader in readers(tensor)]


def depends(op, source, *, without=None):
    """Whether an operation has numbers from another, in a way that does not lead through a third, if one is given."""
    return source in reach([op], lambda node: [] if node is without else inputs(node))


def is_of_model(op):
    """Whether an operation was imported with a model; those of gradients, say, were added to it."""
    return op.name.startswith(IMPORTED + "/")


def name_in_model(name):
    """What an imported node of this name is called in its model."""
    return name[len(IMPORTED) + 1 :]
