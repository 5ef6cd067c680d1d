"""Small pictures of results: read with bounds, since they may be anybody's, and drawn anew."""

import base64
import binascii
import io
import math
import os
import re

import PIL.Image

from understanding_rl_vision.checks import is_inside
from understanding_rl_vision.index.finding import inside

# In pixels; files in bytes.
SIDE = 160
MOST_PIXELS = 1 << 25
LARGEST_FILE = 64 << 20
# So many times as wide as high, a picture is a row of squares.
ROW = 3

_ADDRESS = re.compile("data:image/(png|webp);base64,")
# Small pixels keep their edges; of plots and photographs nothing is seen of it.
WEBP = {"format": "WEBP", "quality": 85, "method": 4}


def thumbnail(root, folder, name):
    """The address (data:) of a small picture of an image file in a folder below another, or of an image's own address.

    None where it is not such a picture, or too large.
    """
    content = _content(root, folder, name)
    if content is None:
        return None
    try:
        with PIL.Image.open(io.BytesIO(content), formats=("PNG", "WEBP")) as image:
            if image.width * image.height > MOST_PIXELS:
                return None
            small = _small(image)
        file = io.BytesIO()
        small.save(file, **WEBP)
    except Exception:  # Whatever a damaged file does to its decoder.
        return None
    return "data:image/webp;base64," + base64.b64encode(file.getvalue()).decode("ascii")


def _content(root, folder, name):
    start = _ADDRESS.match(name)
    if start:
        try:
            return base64.b64decode(name[start.end() :], validate=True)
        except binascii.Error:
            return None
    path = inside(root, folder, name) if is_inside(name) else None
    try:
        if path is None or os.path.getsize(path) > LARGEST_FILE:
            return None
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return None


def _small(image):
    # Of an image with a palette the colours are mixed, not its indices.
    shown = image.convert("RGBA")
    squares = round(shown.width / shown.height)
    if squares >= ROW:
        shown = _folded(shown, squares)
    if max(shown.size) < SIDE:
        scale = SIDE // max(shown.size)
        return shown.resize([side * scale for side in shown.size], PIL.Image.NEAREST)
    shown.thumbnail((SIDE, SIDE), PIL.Image.BOX)
    return shown


def _folded(image, squares):
    """A row of squares as a block of them, which is about as wide as high."""
    columns = math.ceil(math.sqrt(squares))
    side, step = image.height, image.width / squares
    block = PIL.Image.new("RGBA", (columns * side, math.ceil(squares / columns) * side))
    for number in range(squares):
        left = round(number * step)
        row, column = divmod(number, columns)
        block.paste(image.crop((left, 0, min(left + side, image.width), side)), (column * side, row * side))
    return block
