"""Frames written as sheets and as a filmstrip."""

import numpy as np

from understanding_rl_vision.rl_clarity.image_writer import to_bytes
from understanding_rl_vision.rl_clarity.sheets import frames_per_sheet, scrub, sheet, sheet_layout, sheet_name


def write_frames(writer, paths, parts, count, scrub_range):
    """Write `count` frames and return their layout as a dict.

    paths: of the first sheet and of the filmstrip. parts: iterable of consecutive frames (T, H, W, C); only those of
    one sheet are held at a time.
    """
    layout = waiting = None
    written, strips = 0, []
    for frames in parts:
        frames = to_bytes(frames)
        strips.append(scrub(frames, scrub_range))
        layout = layout or sheet_layout(frames.shape[2], frames.shape[1], count)
        waiting = frames if waiting is None else np.concatenate([waiting, frames])
        while len(waiting) >= frames_per_sheet(layout):
            full, waiting = np.split(waiting, [frames_per_sheet(layout)])
            writer.write(sheet_name(paths[0], written), sheet(full, layout))
            written += 1
    if len(waiting):
        writer.write(sheet_name(paths[0], written), sheet(waiting, layout))
    writer.write(paths[1], np.concatenate(strips, axis=1))
    return dict(layout._asdict())
