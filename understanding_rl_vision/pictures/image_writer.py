"""Images made and PNG files written by threads beside the graph."""

import concurrent.futures
import os

import numpy as np

from understanding_rl_vision.pictures.png import encode_picture
from understanding_rl_vision.threads import thread_limit

# Images waiting to be encoded are the only ones that memory holds beyond those being made.
MAX_WAITING = 16
MAX_BEING_MADE = 2


def to_bytes(image):
    """Image in [0, 1] as bytes; fractions are cut off, as the original system does. Integers stay as they are."""
    if image.dtype.kind in "iu":
        return image
    return (np.clip(image, 0, 1) * 255).astype(np.uint8)


def _write(path, image, encode):
    with open(path, "wb") as file:
        file.write(encode(image))


class ImageWriter:
    """Writes images (H, W, C) as PNG below a folder; leaving its context waits, and raises what a thread raised.

    threads: how many encode; with 1 it is the caller who does, so that a process of one thread is that.
    """

    def __init__(self, folder, threads=None):
        self._folder = folder
        threads = thread_limit() if threads is None else threads
        self._threads = concurrent.futures.ThreadPoolExecutor(threads) if threads > 1 else None
        # One at a time and in order, so that what is made does not depend on the number of threads.
        self._maker = concurrent.futures.ThreadPoolExecutor(1) if threads > 1 else None
        self._waiting, self._being_made = [], []

    def write(self, name, image, encode=encode_picture):
        """encode: function from an image of bytes to the bytes of a file, see `png`."""
        work = _write, os.path.join(self._folder, name), to_bytes(image), encode
        if self._threads is None:
            work[0](*work[1:])
            return
        if len(self._waiting) >= MAX_WAITING:
            self._waiting.pop(0).result()
        self._waiting.append(self._threads.submit(*work))

    def then(self, work, *arguments):
        """Let `work(*arguments)` run once all images given so far are written, unless one of them could not be."""
        if self._threads is None:
            work(*arguments)
            return

        def run_then(waiting):
            # Threads take what is given in order, so these have begun, and waiting for them comes to an end.
            for future in waiting:
                future.result()
            work(*arguments)

        self._waiting.append(self._threads.submit(run_then, list(self._waiting)))

    def make(self, work, *arguments):
        """Let `work(*arguments)` make and write images while the caller goes on; returns a Future of what it returns.

        What was given two calls before is waited for: the data that it is made from takes memory.
        """
        if self._maker is None:
            done = concurrent.futures.Future()
            done.set_result(work(*arguments))
            return done
        if len(self._being_made) >= MAX_BEING_MADE:
            self._being_made.pop(0).result()
        self._being_made.append(self._maker.submit(work, *arguments))
        return self._being_made[-1]

    def __enter__(self):
        return self

    def __exit__(self, exception_type, *_):
        try:
            if exception_type is None:
                for future in self._being_made:
                    future.result()
                for future in self._waiting:
                    future.result()
        finally:
            for future in self._being_made:
                future.cancel()
            if self._threads is not None:
                self._maker.shutdown()
                self._threads.shutdown()
