"""Frames written as sheets and as a filmstrip."""

from understanding_rl_vision.pictures.image_writer import to_bytes
from understanding_rl_vision.pictures.sheets import frames_per_sheet, scrub, sheet, sheet_layout, sheet_name
from understanding_rl_vision.rl_util.sessions import minibatches


def write_frames(writer, paths, frames, scrub_range, most_frames=None):
    """Write frames (T, H, W, C) and return their layout as a dict.

    paths: of the first sheet and of the filmstrip. most_frames: of all videos that are to have this layout; default: of
    this one.
    """
    frames = to_bytes(frames)
    layout = sheet_layout(frames.shape[2], frames.shape[1], most_frames or len(frames))
    for number, rows in enumerate(minibatches(len(frames), frames_per_sheet(layout))):
        writer.write(sheet_name(paths[0], number), sheet(frames[rows], layout))
    writer.write(paths[1], scrub(frames, scrub_range))
    return dict(layout._asdict())
