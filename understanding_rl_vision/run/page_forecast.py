"""What a page takes: pure estimates, from what there is to do and how fast some of it was done."""

import collections

import numpy as np

from understanding_rl_vision.forecasts import GRAPHS, Stage
from understanding_rl_vision.pictures.sheets import attribution_layout, frames_per_sheet
from understanding_rl_vision.run.attribution.images import SIGNS, image_names
from understanding_rl_vision.run.models import layer_costs
from understanding_rl_vision.run.nmf_output import NMF_ROWS
from understanding_rl_vision.threads import thread_limit

PageSize = collections.namedtuple(
    "PageSize",
    "trajectories frames observations frame_bytes shown_bytes shapes outputs features pixels chosen single_channels "
    "batch_size columns",
    defaults=(1,),
)
PageSize.__doc__ = """What a page is made of.

trajectories: how many; frames: of the longest; observations: how many features are made of. frame_bytes: of an
observation; shown_bytes: of one as people see it. shapes: (h, w, C) of each layer. outputs: how many are attributed.
features: of each layer; pixels: of all pictures of a feature; chosen: positions that observations are chosen for in
these, in layers' positions. single_channels, batch_size: the options. columns: how many
attributions of each trajectory: of models that look at its frames, and of what they differ by.
"""

PageSpeed = collections.namedtuple("PageSpeed", "attribution attribution_bytes value frame frame_bytes pixel")
PageSpeed.__doc__ = """Seconds by the clock, and bytes of files.

attribution, attribution_bytes: of a frame in all layers, of all outputs, images included. value: of an observation, the
attribution of one output to all layers. frame, frame_bytes: of a frame's image. pixel: of a picture of a feature.
"""

# Bytes of a pixel of a picture of a feature; of a number in the page.
PIXEL_BYTES = 0.65
NUMBER_BYTES = 9
# Seconds to draw such a pixel; for each observation and position that one is chosen for; to halve a byte of those that
# are larger than what the model sees.
PIXEL_SECONDS, CHOICE_SECONDS, HALVING_SECONDS = 7e-8, 3e-8, 1e-8
# Python's lists and texts of numbers, on their way into the page.
NUMBER_MEMORY = 100
# An iteration of NMF's fit goes through its rows; so many seconds for each entry of theirs in all.
FIT_SECONDS = 1.5e-8


def page_stages(size, speed):
    """Stages of a page of this PageSize, at this PageSpeed."""
    frames = size.trajectories * size.frames
    images = frames * size.shown_bytes
    # The first layer's share is the largest.
    layers = sum(layer_costs(size.shapes))
    return [
        Stage(
            "images of frames",
            (frames + size.observations) * speed.frame,
            min(images, size.frames * size.shown_bytes * 2),
            (frames + size.observations) * speed.frame_bytes,
        ),
        directions_stage(size, speed)._replace(shares=layers),
        Stage(
            "attribution",
            size.columns * frames * speed.attribution,
            GRAPHS + attribution_memory(size),
            attribution_disk(size, size.columns * frames * speed.attribution_bytes),
            layers * size.trajectories,
        ),
        Stage("page", _numbers(size) * 1e-6, _numbers(size) * NUMBER_MEMORY, _numbers(size) * NUMBER_BYTES),
    ]


def directions_stage(size, speed):
    """The Stage of the layers' directions and of what shows them."""
    pixels = len(size.shapes) * size.features * size.pixels
    choices = size.observations * size.chosen * size.features * sum(h * w for h, w, _ in size.shapes)
    fits = sum(_rows(size, shape) * shape[2] * size.features * FIT_SECONDS for shape in size.shapes)
    return Stage(
        "directions and features",
        size.observations * speed.value
        + fits
        + choices * CHOICE_SECONDS
        + pixels * speed.pixel
        + len(size.shapes) * larger_observations(size) * HALVING_SECONDS,
        GRAPHS + directions_memory(size),
        int(pixels * PIXEL_BYTES),
    )


def _rows(size, shape):
    """Rows that are fitted: of each position of each observation the positive and the negative part."""
    return min(2 * size.observations * shape[0] * shape[1], NMF_ROWS)


def larger_observations(size):
    """Bytes of the observations as people see them, where that is larger than what the model sees."""
    return size.observations * size.shown_bytes if size.shown_bytes > size.frame_bytes else 0


def directions_memory(size):
    """Bytes: observations as fractions, and halved; the rows of a fit; the features of layers that are drawn."""
    fit = max(3 * _rows(size, shape) * (shape[2] + size.features) * 4 for shape in size.shapes)
    coordinates = sorted(size.observations * h * w * size.features * 4 for h, w, _ in size.shapes)
    # Half as high and wide, and again: a third in all.
    halved = larger_observations(size) * 4 // 3
    return 2 * size.observations * size.frame_bytes * 4 + halved + fit + 2 * sum(coordinates[-3:])


def attribution_memory(size):
    """Bytes: passes in flight, and the frames of a sheet with their images."""
    flight, sheets = [], []
    for h, w, channels in size.shapes:
        passes = size.batch_size * h * w * channels * 4
        flight.append(passes * (2 * size.outputs + 6))
        in_sheet = min(size.frames, frames_per_sheet(attribution_layout(w, h, size.frames)))
        # Positive and negative parts, smoothed and not, as they are put together.
        sheets.append(in_sheet * h * w * (size.features + 1) * 4 * 8)
    in_work = min(size.trajectories, 3) * size.columns * size.frames
    return max(flight) + 2 * max(sheets) + in_work * size.outputs * size.features * 8


def attribution_disk(size, written):
    """Bytes that are taken at most: of images, `written` in all, and of temporary files of those that are being made.

    Layers are worked on one after another, and both are larger the more positions a layer has.
    """
    positions = [h * w for h, w, _ in size.shapes]
    done = np.cumsum(positions) * written / sum(positions)
    at_once = min(3, size.trajectories) * size.columns * size.frames * size.outputs
    return int(max(done + np.multiply(positions, at_once * (size.features + 1) * 4)))


def _numbers(size):
    """How many numbers the page has of frames."""
    per_output = len(size.shapes) * (size.features + 4)
    return size.columns * size.trajectories * size.frames * (size.outputs * per_output + size.outputs + 16)


def guessed_speed(size):
    """The PageSpeed of a machine of two cores, of what is too short to be measured."""
    positions = sum(h * w for h, w, _ in size.shapes)
    channels = max(c for *_, c in size.shapes)
    return PageSpeed(
        attribution=size.outputs * positions * channels * 1e-7,
        attribution_bytes=size.outputs * positions * 3 * (size.features + 3) * 0.15,
        value=positions * channels * 1e-7,
        frame=size.shown_bytes * 1e-8,
        frame_bytes=size.shown_bytes * 0.5,
        pixel=PIXEL_SECONDS,
    )


def guessed_seconds(size, steps):
    """Seconds of a page and of this many steps of play on a machine of two cores, when nothing was measured."""
    positions = sum(h * w * channels for h, w, channels in size.shapes)
    frames = size.trajectories * size.frames * size.columns
    images = len(size.shapes) * size.outputs * len(SIGNS) * len(image_names(size.features, size.single_channels))
    work = (frames * size.outputs + size.observations) * positions * 1e-7 + frames * images * 5e-5
    pixels = len(size.shapes) * size.features * size.pixels
    return (work + steps * 1e-3) * 2 / max(2, thread_limit()) + pixels * PIXEL_SECONDS
