"""Are synthesised states new? Samples beside their nearest training frames (section 4.6, table 2)."""

import numpy as np

from understanding_rl_vision.pictures.readable import as_unit_floats
from understanding_rl_vision.rl_util.batches import batch_slices

CHANGE = 0.25
SHARES = (10, 20, 30, 40, 50, 60, 70)


def nearest_frames(samples, frames):
    """Indices (N,) of the frames with the least mean squared error to each sample, and that error (N,).

    samples, frames: (N, H, W, C) and (M, H, W, C), bytes or floats in [0, 1].
    """
    rows = as_unit_floats(samples).reshape(len(samples), -1)
    errors = []
    for part in batch_slices(len(frames), 512):
        others = as_unit_floats(frames[part]).reshape(-1, rows.shape[1])
        errors.append((rows**2).sum(axis=1)[:, None] + (others**2).sum(axis=1) - 2 * rows @ others.T)
    errors = np.concatenate(errors, axis=1)
    nearest = errors.argmin(axis=1)
    exact = as_unit_floats(frames[nearest]).reshape(rows.shape) - rows
    return nearest, (exact**2).mean(axis=1)


def different_pixels(samples, frames, relative=True):
    """The share (N,) of pixels of each sample that differ from its frame's by more than 25 % in some channel.

    relative: 25 % of the frame's value, as in the paper, where in dark pixels any change is one; else of the whole
    range.
    """
    samples, frames = as_unit_floats(samples), as_unit_floats(frames)
    changed = np.abs(samples - frames) > CHANGE * (frames if relative else 1)
    return changed.any(axis=-1).mean(axis=(1, 2))


def novelty(different):
    """Table 2: for 10, 20, ... 70 the share of samples that differ in more than this many percent of pixels."""
    return {share: float(np.mean(different > share / 100)) for share in SHARES}
