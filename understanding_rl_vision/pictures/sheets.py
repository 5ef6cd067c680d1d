"""Many frames in few image files: sheets, on which frames stand row by row in a grid.

Browsers cannot decode images that are as wide as hundreds of frames, so no side of a sheet exceeds MAX_SIDE.
"""

import collections

import numpy as np

MAX_SIDE = 2048
# Nothing of a sheet is seen before all of it is loaded: of frames of 512 x 512, which are 100 KB each, it has 4.
LARGE, MAX_SIDE_OF_LARGE = 256, 1024
# Pictures of attribution are like noise, of 2 bytes a pixel: of positions of 32 x 32 a sheet has 128 frames.
MAX_PIXELS_OF_ATTRIBUTION = 1 << 17
# The filmstrip is drawn 64 pixels high, and those of all trajectories are seen at once.
STRIP_HEIGHT = 64
# Smaller sheets than MAX_SIDE allows decode without a pause while playing.
MAX_COLUMNS, MAX_ROWS = 32, 16

SheetLayout = collections.namedtuple("SheetLayout", "width height columns rows")


def sheet_layout(width, height, frames):
    """The grid for `frames` frames of width x height pixels."""
    side = MAX_SIDE_OF_LARGE if max(width, height) >= LARGE else MAX_SIDE
    columns = max(1, min(frames, MAX_COLUMNS, side // width))
    rows = max(1, min(-(-frames // columns), MAX_ROWS, side // height))
    return SheetLayout(int(width), int(height), columns, rows)


def attribution_layout(width, height, frames):
    """The grid for `frames` pictures of attribution to width x height positions."""
    layout = sheet_layout(width, height, frames)
    most = MAX_PIXELS_OF_ATTRIBUTION // (layout.columns * width * height)
    return layout._replace(rows=max(1, min(layout.rows, most)))


def frames_per_sheet(layout):
    return layout.columns * layout.rows


def sheet_name(name, index):
    """The file of a sheet: the listed name for the first, with its number before the extension for the others."""
    stem, extension = name.rsplit(".", 1)
    return name if index == 0 else "{}-{}.{}".format(stem, index, extension)


def sheet(frames, layout):
    """One sheet (rows * height, columns * width, C) of at most `frames_per_sheet` frames (T, H, W, C)."""
    rows = -(-len(frames) // layout.columns)
    missing = rows * layout.columns - len(frames)
    frames = np.pad(frames, [(0, missing), (0, 0), (0, 0), (0, 0)], mode="constant")
    grid = frames.reshape((rows, layout.columns) + frames.shape[1:])
    return grid.transpose(0, 2, 1, 3, 4).reshape(rows * layout.height, layout.columns * layout.width, -1)


def scrub(frames, scrub_range):
    """A few columns of every frame (T, H, W, C), of bytes, side by side: the timeline's filmstrip, (H, T * columns, C).

    scrub_range: where the columns start and end, as fractions of the width. Frames at least twice as high as
    STRIP_HEIGHT are reduced by a whole number first.
    """
    frames = _reduced(frames, max(1, frames.shape[1] // STRIP_HEIGHT))
    width = frames.shape[2]
    start = min(int(round(scrub_range[0] * width)), width - 1)
    end = max(int(round(scrub_range[1] * width)), start + 1)
    return np.concatenate(list(frames[:, :, start:end]), axis=1)


def _reduced(frames, factor):
    """Means over squares of factor x factor pixels; what is left over at the right and below is cut off."""
    if factor == 1:
        return frames
    count, height, width = frames.shape[0], frames.shape[1] // factor, frames.shape[2] // factor
    squares = frames[:, : height * factor, : width * factor].reshape(count, height, factor, width, factor, -1)
    return squares.mean(axis=(2, 4)).round().astype(frames.dtype)
