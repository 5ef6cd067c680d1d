"""Reduced attribution of many frames, in a temporary file: memory holds a batch of them, however many there are."""

import tempfile

import numpy as np

from understanding_rl_vision.run.attribution.sparsity import share_of_largest


class AttributionStore:
    """Reduced attributions of several outputs over T frames, and what the page tells of each frame.

    Arrays of each output and frame: largest and size, the largest channel value and the largest in size, of the
    residual where there are no channels; shares, what the largest pairs of position and channel hold, see `sparsity`;
    channel_sums (…, K) and residual_sums, over space; totals of the unreduced attribution.

    The file is read and written; mapped into memory, a full disk would be a SIGBUS in place of an OSError.
    """

    def __init__(self, outputs, frames, shape):
        """shape: (h, w, K)."""
        self.frames, self.height, self.width, features = (frames,) + tuple(shape)
        self._frame_shape = self.height, self.width, features + 1
        self._frame_bytes = 4 * int(np.prod(self._frame_shape))
        self._file = tempfile.TemporaryFile(buffering=0)
        self.largest, self.size, self.shares, self.residual_sums, self.totals = np.zeros((5, outputs, frames))
        self.channel_sums = np.zeros((outputs, frames, features))

    def put_maps(self, output, rows, attribution):
        """Store the Attribution of some rows, a slice. Raises OSError where the disk is full."""
        residual = attribution.residual_map[..., None]
        stored = np.concatenate([attribution.channel_maps, residual], axis=-1).astype(np.float32, copy=False)
        shown = attribution.channel_maps if attribution.channel_maps.shape[-1] else residual
        self.largest[output, rows] = shown.max(axis=(1, 2, 3))
        self.size[output, rows] = np.maximum(self.largest[output, rows], -shown.min(axis=(1, 2, 3)))
        self.shares[output, rows] = share_of_largest(attribution.channel_maps)
        self.channel_sums[output, rows] = attribution.channel_maps.sum(axis=(1, 2))
        self.residual_sums[output, rows] = attribution.residual_map.sum(axis=(1, 2))
        self.totals[output, rows] = attribution.totals
        self._seek(output, rows.start)
        left = memoryview(stored).cast("B")
        try:
            while left:
                left = left[self._file.write(left) :]
        except OSError as error:
            raise OSError(error.errno, error.strerror, tempfile.gettempdir()) from error

    def get_maps(self, output, rows):
        """Channel maps (rows, h, w, K) and residual map (rows, h, w) of some rows, a slice."""
        stored = np.empty((rows.stop - rows.start,) + self._frame_shape, np.float32)
        self._seek(output, rows.start)
        left = memoryview(stored).cast("B")
        while left:
            left = left[self._file.readinto(left) :]
        return stored[..., :-1], stored[..., -1]

    def _seek(self, output, frame):
        self._file.seek((output * self.frames + frame) * self._frame_bytes)
