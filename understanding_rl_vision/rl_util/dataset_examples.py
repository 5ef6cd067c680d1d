"""Feature visualisation by dataset examples (article, "Feature visualization"): patches of observations.

`acts` are one feature's activations (N, h, w), `images` the observations as people see them (N, H, W, 3) in [0, 1].
Both functions return an RGBA image and the grid of indices of the observations that the patches come from.
"""

import collections

import numpy as np

from understanding_rl_vision.errors import InputError
from understanding_rl_vision.later import ndimage
from understanding_rl_vision.rl_util.batches import DEFAULT_BATCH_SIZE, batch_slices
from understanding_rl_vision.rl_util.selection import argmax_nd

# observations: their indices (rows, columns); strengths: of their activations, likewise; positions: of the rows and of
# the columns, measured in cells of the layer, which has this many `cells` (h, w).
Choice = collections.namedtuple("Choice", "observations strengths positions cells")


def _checkerboard(rows, columns):
    """What lies outside of an observation: squares of one pixel, white and light grey."""
    return 0.75 + 0.25 * ((rows + columns) % 2)


def _cut(images, indices, rows, columns, border):
    """Pixels (rows, columns) of images[indices], a checkerboard where they lie outside; arguments broadcast."""
    height, width, channels = images.shape[1:]
    inner_rows, inner_columns = (
        np.clip(pixels - size, 0, last - 1)
        for pixels, size, last in ((rows, border[0], height), (columns, border[1], width))
    )
    # Taking from one axis is much faster than from three.
    places = indices * (height * width) + (inner_rows * width + inner_columns)
    pixels = images.reshape(-1, channels).take(places, axis=0)
    outside = (inner_rows != rows - border[0]) | (inner_columns != columns - border[1])
    pixels[outside] = _checkerboard(*(axis[outside, None] for axis in np.broadcast_arrays(rows, columns)))
    return pixels


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
    image = np.empty(pixels.shape[:-1] + (pixels.shape[-1] + 1,), np.result_type(pixels, strengths))
    image[..., :-1] = pixels
    np.divide(strengths, 1 if largest == 0 else largest, out=image[..., -1])
    return image


def _resampling(size, zoom):
    """The matrix that resamples an axis of `size` linearly, as scipy.ndimage.zoom does it to an array."""
    return ndimage.zoom(np.eye(size), [zoom, 1], order=1, mode="nearest")


def subdivide(acts, subdiv_mult):
    """Resample activations (N, h, w) to subdiv_mult as many rows and columns.

    Returns the activations and the positions of the new rows and columns, in cells, measured from the top left corner.
    """
    # One cell of padding on each side keeps the outermost new cells as far from the edge as the others.
    sizes = [size + 2 for size in acts.shape[1:]]
    rows, columns = (_resampling(size, subdiv_mult - (subdiv_mult - 1) / size)[1:-1] for size in sizes)
    if len(rows) == 0 or len(columns) == 0:
        raise InputError(
            "A subdiv_mult of {} leaves nothing of {} x {} activations; choose a larger one.".format(
                subdiv_mult, *acts.shape[1:]
            )
        )
    if subdiv_mult != 1:
        coarse, acts = acts, np.empty((len(acts), len(rows), len(columns)), acts.dtype)
        # Some at a time, for what is in between has eight bytes a number.
        for block in batch_slices(len(acts), DEFAULT_BATCH_SIZE):
            padded = np.pad(coarse[block], [(0, 0), (1, 1), (1, 1)], mode="edge")
            acts[block] = rows @ (padded @ columns.T)
    positions = [matrix @ np.arange(matrix.shape[1]) - 0.5 for matrix in (rows, columns)]
    return acts, positions


def choose_examples(acts, *, subdiv_mult=1, top_frac=0.1):
    """The Choice of `spatial_examples`, which draws it. It serves for all sizes of patches."""
    cells = acts.shape[1:]
    acts, positions = subdivide(acts, subdiv_mult)
    count, rows, columns = acts.shape
    max_rep = np.ceil(rows * columns / (count * top_frac)) if top_frac > 0 else np.inf
    (chosen,) = argmax_nd(acts, axes=[0], max_rep=max_rep, max_rep_strict=False)
    return Choice(chosen, acts[chosen, np.arange(rows)[:, None], np.arange(columns)], positions, cells)


def draw_examples(choice, images, expand_mult, border):
    """The image and grid of `spatial_examples` for a Choice."""
    (pixels_h, cells_h), (pixels_w, cells_w) = (
        _pixels_of(*_patch_bounds(positions, size / cells, expand_mult, width))
        for positions, size, cells, width in zip(choice.positions, images.shape[1:3], choice.cells, border)
    )
    observations, strengths = (
        values.take(cells_w, axis=1).take(cells_h, axis=0) for values in (choice.observations, choice.strengths)
    )
    pixels = _cut(images, observations, pixels_h[:, None], pixels_w[None, :], border)
    return _with_opacity(pixels, strengths), choice.observations.tolist()


def spatial_examples(acts, images, *, subdiv_mult=1, expand_mult=1, top_frac=0.1, border=None):
    """At each position the patch of the observation that activates the feature most just there.

    subdiv_mult: patches per cell of the layer, along each axis. expand_mult: size of a patch in cells.
    top_frac: share of the observations to draw from; it limits how often one observation is used. border: rows and
    columns of checkerboard around the images, `patch_border` by default; it decides how halves of pixels are rounded.
    Opacity is the strength of the activation (article, "Spatially-aware feature visualization").
    """
    border = border or patch_border(acts, images, expand_mult)
    return draw_examples(choose_examples(acts, subdiv_mult=subdiv_mult, top_frac=top_frac), images, expand_mult, border)


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
