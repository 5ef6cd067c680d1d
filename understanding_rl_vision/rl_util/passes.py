"""Passes of rows through a network, of a size and as many at a time as is fastest on the machine."""

import concurrent.futures
import threading

import numpy as np

from understanding_rl_vision.devices import has_gpu
from understanding_rl_vision.rl_util.batches import batch_slices
from understanding_rl_vision.threads import thread_limit

# A point of the path that has at most this many entries for all observations of a pass stays in a processor's cache
# with what is computed from it: at the first layers this is faster than passes of more observations.
CACHED_PATH_ENTRIES = 2**19


def passes_at_a_time(num_layers):
    """How many passes to make at a time where this many layers are computed side by side in each.

    Not every operation is shared out among the cores: of one layer, two passes at a time are done sooner than one by
    one.
    """
    return 1 if has_gpu() else max(1, thread_limit() // num_layers)


def rows_of_a_pass(num_rows, entries, batch_size, passes):
    """How many rows to take in a pass. entries: of a point of the path for one row."""
    if has_gpu():
        return batch_size
    return max(1, min(batch_size, CACHED_PATH_ENTRIES // entries, -(-num_rows // passes)))


def in_passes(attribute, num_rows, batch_size, passes):
    """Arrays (outputs, N, ...) of N = `num_rows` rows, of which `attribute` gives some, a slice: `passes` at a time."""
    results, lock = [], threading.Lock()

    def add(rows):
        arrays = attribute(rows)
        with lock:
            if not results:
                results.extend(np.empty((len(a), num_rows) + a.shape[2:], a.dtype) for a in arrays)
        # Many outputs are much to copy, so each pass copies its own.
        for result, array in zip(results, arrays):
            result[:, rows] = array

    with concurrent.futures.ThreadPoolExecutor(passes) as threads:
        list(threads.map(add, batch_slices(num_rows, batch_size)))
    return results
