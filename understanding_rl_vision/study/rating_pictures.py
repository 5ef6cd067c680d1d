"""A feature's pictures as raters see them: their parts with gaps between, so that none runs into the next."""

import numpy as np
import PIL.Image

from understanding_rl_vision.pictures.png import encode_picture
from understanding_rl_vision.study.features import EXAMPLES

# Pixels of a picture, at least, and between its parts; an observation is nearer to its attribution than to the next.
LEAST_SIDE, GAP, NEARER = 320, 8, 4


def shown_examples(path):
    """A PNG of the dataset examples in a file, EXAMPLES x EXAMPLES patches, with gaps between these."""
    image = _read(path)
    times = max(1, LEAST_SIDE // len(image))
    return encode_picture(
        with_gaps(image.repeat(times, axis=0).repeat(times, axis=1), (EXAMPLES, EXAMPLES), (GAP, GAP))
    )


def shown_attribution(path):
    """A PNG of the observations in a file, which are square and have attribution below, with gaps between these."""
    image = _read(path)
    side = len(image) // 2
    return encode_picture(with_gaps(image, (2, image.shape[1] // side), (NEARER, GAP)))


def _read(path):
    with PIL.Image.open(path) as image:
        return np.array(image.convert("RGB"))


def with_gaps(image, parts, gaps):
    """An image (H, W, 3) of bytes cut into equal parts, (rows, columns), with gaps of so many clear pixels between.

    Returns bytes (H + (rows - 1) gap, W + (columns - 1) gap, 4).
    """
    rows, columns = parts
    height, width = image.shape[0] // rows, image.shape[1] // columns
    sizes = [count * size + (count - 1) * gap for count, size, gap in zip(parts, (height, width), gaps)]
    spaced = np.zeros((*sizes, 4), np.uint8)
    for row in range(rows):
        for column in range(columns):
            top, left = row * (height + gaps[0]), column * (width + gaps[1])
            part = image[row * height : (row + 1) * height, column * width : (column + 1) * width]
            spaced[top : top + height, left : left + width, :3] = part
            spaced[top : top + height, left : left + width, 3] = 255
    return spaced
