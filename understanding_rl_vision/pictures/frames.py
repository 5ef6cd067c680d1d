"""Frames written as sheets and as a filmstrip."""

import numpy as np

from understanding_rl_vision.pictures.image_writer import to_bytes
from understanding_rl_vision.pictures.png import encode_picture
from understanding_rl_vision.pictures.sheets import frames_per_sheet, scrub, sheet, sheet_layout, sheet_name
from understanding_rl_vision.rl_util.batches import batch_slices


class Film:
    """Frames that are written sheet by sheet, as they are made, and as a filmstrip when all are there."""

    def __init__(self, writer, paths, layout, scrub_range, encode=encode_picture):
        """paths: of the first sheet and of the filmstrip; layout: a SheetLayout; encode: see `ImageWriter.write`."""
        self._writer, self._layout, self._scrub_range, self._encode = writer, layout, scrub_range, encode
        self._sheet_path, self._strip_path = paths
        self._strips = []

    def write_sheet(self, frames):
        """Write the next frames (T, H, W, C), as many as a sheet holds; the last sheet may have fewer."""
        name = sheet_name(self._sheet_path, len(self._strips))
        self._writer.write(name, sheet(frames, self._layout), self._encode)
        self._strips.append(scrub(frames, self._scrub_range))

    def write_strip(self):
        """Write the filmstrip of all sheets."""
        self._writer.write(self._strip_path, np.concatenate(self._strips, axis=1), self._encode)


def write_frames(writer, paths, frames, scrub_range, most_frames=None):
    """Write frames (T, H, W, C) and return their SheetLayout.

    paths: of the first sheet and of the filmstrip. most_frames: of all videos that are to have this layout; default: of
    this one.
    """
    frames = to_bytes(frames)
    layout = sheet_layout(frames.shape[2], frames.shape[1], most_frames or len(frames))
    film = Film(writer, paths, layout, scrub_range)
    for rows in batch_slices(len(frames), frames_per_sheet(layout)):
        film.write_sheet(frames[rows])
    film.write_strip()
    return layout
