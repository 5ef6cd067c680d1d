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


def default_frame_channels(channels):
    """How many channels are likely to make one frame: 3 of colours, or 1 of grey where that is not possible."""
    return 3 if channels % 3 == 0 else 1


def frame_channels_of(trajectories, dones):
    """How many channels make one frame of the observations of trajectories, each (steps, H, W, C).

    Where frames are stacked, an observation has those of the one before, but for the newest, moved by the channels of
    one frame. dones (steps,) of each: after which step another episode begins.
    """
    likely = default_frame_channels(trajectories[0].shape[-1])
    if likely == 1:
        return 1
    followed = False
    for rows, ended in zip(trajectories, dones):
        for before, now in zip(rows[:-1][ended[:-1] == 0], rows[1:][ended[:-1] == 0]):
            followed = True
            if not np.array_equal(now[..., :-1], before[..., 1:]):
                return likely
    return 1 if followed else likely


def readable(images, frame_channels=None):
    """RGB (..., H, W, 3) of observations (..., H, W, C) that may stack several frames, newest last.

    Of colour frames this is the newest. Of grey ones it is the newest in grey, tinted where something has moved since
    the oldest: reddish where it is brighter now, bluish where it was. frame_channels: how many channels make one frame,
    3 or 1; by default the likely one.
    """
    channels = images.shape[-1]
    if (frame_channels or default_frame_channels(channels)) == 3:
        return images[..., -3:]
    if channels == 1:
        return images.repeat(3, axis=-1)
    newest = images[..., -1].astype(np.float32)
    moved = 0.5 * (newest - images[..., 0])
    # A trail that would leave the range is cut off, not wrapped around.
    largest = 255 if np.issubdtype(images.dtype, np.integer) else 1
    rgb = np.stack([newest, newest - 0.5 * np.abs(moved), newest - moved], axis=-1)
    return np.clip(rgb, 0, largest).astype(images.dtype)
