"""PNG files written by threads beside the graph."""

import concurrent.futures
import os

import numpy as np
import PIL.Image

# Level 6, Pillow's default, takes several times as long and saves a tenth.
COMPRESS_LEVEL = 3
# Images waiting to be encoded are the only ones that memory holds beyond those being made.
MAX_WAITING = 16


def to_bytes(image):
    """Image in [0, 1] or of bytes as uint8; fractions of a byte are cut off, as the original system does."""
    if image.dtype == np.uint8:
        return image
    return (np.clip(image, 0, 1) * 255).astype(np.uint8)


def _write(path, image):
    image = image[..., 0] if image.shape[-1] == 1 else image
    PIL.Image.fromarray(image).save(path, format="PNG", compress_level=COMPRESS_LEVEL)


class ImageWriter:
    """Writes images (H, W, C) as PNG below a folder; leaving its context waits, and raises what a thread raised."""

    def __init__(self, folder, threads=2):
        self._folder = folder
        self._threads = concurrent.futures.ThreadPoolExecutor(threads)
        self._waiting = []

    def write(self, name, image):
        if len(self._waiting) >= MAX_WAITING:
            self._waiting.pop(0).result()
        path = os.path.join(self._folder, name)
        self._waiting.append(self._threads.submit(_write, path, to_bytes(image)))

    def __enter__(self):
        return self

    def __exit__(self, exception_type, *_):
        try:
            if exception_type is None:
                for future in self._waiting:
                    future.result()
        finally:
            self._threads.shutdown()
