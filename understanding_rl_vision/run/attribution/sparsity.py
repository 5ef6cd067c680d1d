"""How few places and features hold most of an attribution (article, "Attribution discussion")."""

import numpy as np

# As many pairs as the article counts.
PAIRS = 10


def mean_share(shares):
    """The mean of the shares of frames, a list of arrays (T,), with how many pairs; None where no frame has one."""
    shares = np.concatenate(shares)
    known = shares[np.isfinite(shares)]
    return {"pairs": PAIRS, "share": float(known.mean())} if len(known) else None


def share_of_largest(channel_maps, pairs=PAIRS):
    """The share (T,) of the sum of |attribution| that the largest pairs of position and channel of each frame hold.

    channel_maps: (T, h, w, K). NaN of a frame without any.
    """
    sizes = np.abs(np.asarray(channel_maps, float)).reshape(len(channel_maps), -1)
    pairs = min(pairs, sizes.shape[1])
    if not pairs:
        return np.full(len(sizes), np.nan)
    largest = np.partition(sizes, sizes.shape[1] - pairs, axis=1)[:, sizes.shape[1] - pairs :]
    totals = sizes.sum(axis=1)
    return np.divide(largest.sum(axis=1), totals, out=np.full(len(sizes), np.nan), where=totals > 0)
