"""Arrays taken a batch of rows at a time."""

import numpy as np

# TensorFlow 1.14 runs batches of 64 faster than larger ones on a CPU, and memory stays small on both stacks.
DEFAULT_BATCH_SIZE = 64


def batch_slices(length, batch_size):
    """Slices that cover `length` rows, `batch_size` at a time."""
    return [slice(start, min(start + batch_size, length)) for start in range(0, length, batch_size)]


def concatenate(parts):
    """Arrays one after the other along their first axis; one alone is not copied."""
    return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=0)
