"""What pages made by `run` and `find` show, read back: their data, their legends, and frames of their trajectories."""

import json
import os
import re

import numpy as np
import PIL.Image

from understanding_rl_vision.pictures.sheets import sheet_name

LEGEND_SIZE, FRAME_SIZE, GAP = 96, 96, 2


def read_page(folder):
    """The data of the page in a folder (see svelte/src/core/props.ts)."""
    with open(os.path.join(folder, "interface.html"), encoding="utf-8") as file:
        found = re.search(r'<script type="application/json"[^>]*>(.*?)</script>', file.read(), re.DOTALL)
    return json.loads(found.group(1))


def read_png(path):
    """A picture as (rows, columns, 3), on white where it is transparent."""
    with PIL.Image.open(path) as image:
        image = image.convert("RGBA")
        white = PIL.Image.new("RGBA", image.size, "white")
        white.alpha_composite(image)
    return np.array(white.convert("RGB"))


def write_png(path, picture):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    PIL.Image.fromarray(picture).quantize(128).save(path, optimize=True)


def enlarged(picture, size):
    """A square picture, to this many pixels a side."""
    return np.array(PIL.Image.fromarray(picture).resize((size, size), PIL.Image.NEAREST))


def legend(folder, layer):
    """The thumbnails of a layer's features in a page's legend: a list of pictures."""
    row = read_png(os.path.join(folder, "thumbnails", layer + ".png"))
    side = row.shape[0]
    return [enlarged(row[:, at : at + side], LEGEND_SIZE) for at in range(0, row.shape[1], side)]


def frame(folder, page, trajectory, number):
    """A frame of one of a page's trajectories, as the agent sees it; both count from 0."""
    layout = page["layout"]["trajectories"]
    of_sheet = layout["columns"] * layout["rows"]
    sheet = sheet_name("{}.png".format(trajectory), number // of_sheet)
    row, column = divmod(number % of_sheet, layout["columns"])
    rows, columns = row * layout["height"], column * layout["width"]
    return read_png(os.path.join(folder, "trajectories", sheet))[
        rows : rows + layout["height"], columns : columns + layout["width"]
    ]


def strip(folder, page, trajectory, numbers):
    """Frames of a trajectory beside one another, white between them."""
    pictures = [enlarged(frame(folder, page, trajectory, number), FRAME_SIZE) for number in numbers]
    white = np.full((FRAME_SIZE, GAP, 3), 255, np.uint8)
    return np.concatenate([part for picture in pictures for part in (picture, white)][:-1], axis=1)
