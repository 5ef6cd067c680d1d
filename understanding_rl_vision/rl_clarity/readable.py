"""Observations as images that people can read."""

import numpy as np


def as_unit_floats(images):
    """Images as float32 in [0, 1]; those of integers are divided by 255."""
    if np.issubdtype(images.dtype, np.integer):
        return images.astype(np.float32) / 255
    return images.astype(np.float32, copy=False)


class UnitFloats:
    """Images that become `as_unit_floats` as they are taken out: a copy of all would take four times their memory."""

    dtype = np.dtype(np.float32)

    def __init__(self, images):
        self._images = images
        self.shape = images.shape

    def __len__(self):
        return len(self._images)

    def __getitem__(self, key):
        return as_unit_floats(self._images[key])

    def reshape(self, *shape):
        return UnitFloats(self._images.reshape(*shape))

    def take(self, indices, axis):
        return as_unit_floats(self._images.take(indices, axis=axis))


def readable(images):
    """RGB (..., H, W, 3) of observations (..., H, W, C) that may stack several frames, newest last.

    Of colour frames this is the newest. Of grey ones it is the newest in grey, tinted where something has moved since
    the oldest: reddish where it is brighter now, bluish where it was.
    """
    channels = images.shape[-1]
    if channels % 3 == 0:
        return images[..., -3:]
    if channels == 1:
        return images.repeat(3, axis=-1)
    newest = images[..., -1].astype(np.float32)
    moved = 0.5 * (newest - images[..., 0])
    # A trail that would leave the range is cut off, not wrapped around.
    largest = 255 if np.issubdtype(images.dtype, np.integer) else 1
    rgb = np.stack([newest, newest - 0.5 * np.abs(moved), newest - moved], axis=-1)
    return np.clip(rgb, 0, largest).astype(images.dtype)
