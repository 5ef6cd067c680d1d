"""Raw bytes of tensors as arrays, by the name of their type, which is NumPy's or "bfloat16"."""

import numpy as np

from understanding_rl_vision.errors import InputError, quoted

BFLOAT16 = "bfloat16"
KINDS = (BFLOAT16, "bool", "float16", "float32", "float64", "complex64", "complex128")
KINDS += tuple(sign + "int" + bits for sign in ("", "u") for bits in ("8", "16", "32", "64"))
MOST_DIMENSIONS = 32
LONGEST_SIDE = 1 << 31


def item_size(kind):
    """Bytes of one value. Raises InputError for other kinds than KINDS."""
    if not isinstance(kind, str) or kind not in KINDS:
        raise InputError("It holds a tensor of type {}; accepted are {}.".format(quoted(kind), ", ".join(KINDS)))
    return 2 if kind == BFLOAT16 else np.dtype(kind).itemsize


def check_shape(shape):
    """A shape as a tuple. Raises InputError unless it is of a few whole numbers."""
    shape = tuple(shape) if isinstance(shape, (list, tuple)) else None
    if (
        shape is None
        or len(shape) > MOST_DIMENSIONS
        or not all(type(side) is int and 0 <= side <= LONGEST_SIDE for side in shape)
    ):
        raise InputError("It holds a tensor whose shape is damaged.")
    return shape


def count_values(shape):
    """How many values a tensor of a shape has, as a whole number of any length."""
    count = 1
    for side in shape:
        count *= side
    return count


def decode(data, kind, big_endian=False):
    """The values of a one-dimensional array of bytes: of most kinds a view."""
    item_size(kind)
    if kind == BFLOAT16:
        wide = data.view(">u2" if big_endian else "<u2").astype(np.uint32)
        wide <<= 16
        return wide.view(np.float32)
    if kind == "bool":
        # Any byte may be there.
        return data != 0
    values = data.view(np.dtype(kind).newbyteorder(">" if big_endian else "<"))
    return values if values.dtype.isnative else values.astype(kind)
