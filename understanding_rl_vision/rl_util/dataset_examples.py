"""Feature visualisation by dataset examples (article, "Feature visualization"): patches of observations.

`acts` are one feature's activations (N, h, w), `images` the observations as people see them (N, H, W, 3) in [0, 1].
Both functions return an RGBA image and the grid of indices of the observations that the patches come from.
"""

import numpy as np
import scipy.ndimage

from understanding_rl_vision.errors import InputError
from understanding_rl_vision.rl_util.selection import argmax_nd


def _checkerboard(rows, columns):
    """What lies outside of an observation: squares of one pixel, white and light grey."""
    return 0.75 + 0.25 * ((rows + columns) % 2)


def _cut(images, indices, rows, columns, border):
    """Pixels (rows, columns) of images[indices], a checkerboard where they lie outside; arguments broadcast."""
    rows, columns = rows - border[0], columns - border[1]
    height, width = images.shape[1:3]
    outside = (rows < 0) | (rows >= height) | (columns < 0) | (columns >= width)
    pixels = images[indices, np.clip(rows, 0, height - 1), np.clip(columns, 0, width - 1)]
    board = _checkerboard(rows + border[0], columns + border[1]).astype(images.dtype)
    return np.where(outside[..., None], board[..., None], pixels)


def patch_border(acts, images, expand_mult):
    """Rows and columns that a border around the images needs to hold a patch of `expand_mult` cells."""
    return tuple(int(np.ceil(images.shape[axis] / acts.shape[axis] * expand_mult)) for axis in (1, 2))


def _patch_bounds(positions, patch_size, expand_mult, border):
    """First pixel and end of patches around positions, given in units of the layer's cells.

    Pixels are counted from the start of the border, for halves are rounded to even numbers as seen from there.
    """
    low = np.rint(border + (positions - 0.5 * expand_mult) * patch_size)
    high = np.rint(border + (positions + 0.5 * expand_mult) * patch_size)
    return low.astype(int), high.astype(int)


def _pixels_of(low, high):
    """All pixels of consecutive patches, and which patch each belongs to."""
    return (
        np.concatenate([np.arange(a, b) for a, b in zip(low, high)]),
        np.repeat(np.arange(len(low)), high - low),
    )


def _with_opacity(pixels, strengths):
    """Append strengths, relative to the largest, as an opacity channel."""
    largest = strengths.max()
    opacity = strengths / (1 if largest == 0 else largest)
    return np.concatenate([pixels, opacity[..., None]], axis=-1)


def _subdivide(acts, subdiv_mult):
    """Resample activations to subdiv_mult as many rows and columns.

    Returns the activations and the positions of the new rows and columns, in cells, measured from the top left corner.
    """
    height, width = acts.shape[1:]
    zoom_h = subdiv_mult - (subdiv_mult - 1) / (height + 2)
    zoom_w = subdiv_mult - (subdiv_mult - 1) / (width + 2)
    # One cell of padding on each side keeps the outermost new cells as far from the edge as the others.
    padded = np.pad(acts, [(0, 0), (1, 1), (1, 1)], mode="edge")
    acts = scipy.ndimage.zoom(padded, [1, zoom_h, zoom_w], order=1, mode="nearest")[:, 1:-1, 1:-1]
    if acts.size == 0:
        raise InputError(
            "A subdiv_mult of {} leaves nothing of {} x {} activations; choose a larger one.".format(
                subdiv_mult, height, width
            )
        )
    positions = [
        scipy.ndimage.zoom(np.arange(size + 2, dtype=float), zoom, order=1, mode="nearest")[1:-1] - 0.5
        for size, zoom in ((height, zoom_h), (width, zoom_w))
    ]
    return acts, positions


def spatial_examples(acts, images, *, subdiv_mult=1, expand_mult=1, top_frac=0.1, border=None):
    """At each position the patch of the observation that activates the feature most just there.

    subdiv_mult: patches per cell of the layer, along each axis. expand_mult: size of a patch in cells.
    top_frac: share of the observations to draw from; it limits how often one observation is used. border: rows and
    columns of checkerboard around the images, `patch_border` by default; it decides how halves of pixels are rounded.
    Opacity is the strength of the activation (article, "Spatially-aware feature visualization").
    """
    border = border or patch_border(acts, images, expand_mult)
    patch_h, patch_w = images.shape[1] / acts.shape[1], images.shape[2] / acts.shape[2]
    acts, (positions_h, positions_w) = _subdivide(acts, subdiv_mult)
    count, rows, columns = acts.shape
    max_rep = np.ceil(rows * columns / (count * top_frac)) if top_frac > 0 else np.inf
    (chosen,) = argmax_nd(acts, axes=[0], max_rep=max_rep, max_rep_strict=False)
    pixels_h, cells_h = _pixels_of(*_patch_bounds(positions_h, patch_h, expand_mult, border[0]))
    pixels_w, cells_w = _pixels_of(*_patch_bounds(positions_w, patch_w, expand_mult, border[1]))
    strengths = acts[chosen, np.arange(rows)[:, None], np.arange(columns)]
    cells = np.ix_(cells_h, cells_w)
    pixels = _cut(images, chosen[cells], pixels_h[:, None], pixels_w[None, :], border)
    return _with_opacity(pixels, strengths[cells]), chosen.tolist()


def check_enough_for_thumbnail(observations, num_mult):
    """Raise InputError when there are too few observations for a thumbnail of num_mult x num_mult patches."""
    if observations < num_mult**2:
        raise InputError(
            "A thumbnail of {0} x {0} patches needs at least {1} observations, but there are {2}; "
            "sample more or lower vis_thumbnail_num_mult.".format(num_mult, num_mult**2, observations)
        )


def thumbnail_examples(acts, images, *, num_mult=1, expand_mult=1, max_rep=None, border=None):
    """A num_mult x num_mult grid of the strongest patches, roughly ordered by where they come from.

    expand_mult: size of a patch in cells of the layer. max_rep: how many observations may show the same position,
    num_mult by default. border: see `spatial_examples`.
    """
    border = border or patch_border(acts, images, expand_mult)
    check_enough_for_thumbnail(len(acts), num_mult)
    rows, columns = argmax_nd(acts, axes=[1, 2], max_rep=max_rep or num_mult, max_rep_strict=True)
    strengths = acts[np.arange(len(acts)), rows, columns]
    strongest = np.argsort(-strengths)[: num_mult**2]
    by_position = strongest[np.lexsort((columns[strongest], rows[strongest]))].reshape(num_mult, num_mult)
    grid = np.array([row[np.argsort(columns[row], kind="stable")] for row in by_position])
    low_h, high_h = _patch_bounds(rows[grid] + 0.5, images.shape[1] / acts.shape[1], expand_mult, border[0])
    low_w, high_w = _patch_bounds(columns[grid] + 0.5, images.shape[2] / acts.shape[2], expand_mult, border[1])
    # Rounding makes some patches a pixel larger than others.
    pixels_h = low_h[..., None, None] + np.arange((high_h - low_h).min())[:, None]
    pixels_w = low_w[..., None, None] + np.arange((high_w - low_w).min())
    pixels = _cut(images, grid[..., None, None], pixels_h, pixels_w, border)
    patch_strengths = np.broadcast_to(strengths[grid][..., None, None], pixels.shape[:-1])
    patches = _with_opacity(pixels, patch_strengths)
    size_h, size_w = pixels.shape[2:4]
    image = patches.transpose(0, 2, 1, 3, 4).reshape(num_mult * size_h, num_mult * size_w, 4)
    return image, grid.tolist()
