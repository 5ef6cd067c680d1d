"""How the attribution of two models that look at the same frames differs."""

import numpy as np

from understanding_rl_vision.rl_util.batches import batch_slices
from understanding_rl_vision.run.attribution.outputs import Attribution
from understanding_rl_vision.run.attribution.records import Attributed
from understanding_rl_vision.run.attribution.store import AttributionStore


def difference(outputs, one, other, batch_size):
    """The Attributed of some Outputs that is one Attributed minus another, of the same frames and as many channels.

    Of what each shows, so that what a channel adds differs by what the two pages' numbers differ by.
    """
    frames = one.store.frames
    shape = one.store.height, one.store.width, one.store.channel_sums.shape[-1]
    store, zeroed = AttributionStore(len(outputs), frames, shape), np.zeros((len(outputs), frames))
    for i, output in enumerate(outputs):
        a, b = (found.outputs.index(output) for found in (one, other))
        zeroed[i] = one.zeroed[a] - other.zeroed[b]
        for rows in batch_slices(frames, batch_size):
            maps = (x - y for x, y in zip(one.store.get_maps(a, rows), other.store.get_maps(b, rows)))
            store.put_maps(i, rows, Attribution(*maps, one.store.totals[a, rows] - other.store.totals[b, rows]))
    return Attributed(outputs, store, zeroed)
