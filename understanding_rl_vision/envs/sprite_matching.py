"""Finding images with transparent parts in pictures in which they are drawn smaller, to a fraction of a pixel.

How much of a sprite's contrast a place leaves unexplained: the sum of the squared differences between picture and
sprite over the squared differences between the sprite and its own mean colour, both over its opaque pixels. It is
near 0 where the sprite is, and about 1 or more where something else or nothing is. Colours are from 0 to 1.
"""

import numpy as np

from understanding_rl_vision.later import fft

# Alpha from which a pixel is the sprite's own.
OPAQUE = 0.99

# Pixels of the squares in which a sprite that is half hidden is compared, and how much of it a veil may leave.
SQUARE = 8
THINNEST = 0.1
LEAST_IN_SQUARE = 12

# Steps of a fraction of a pixel.
FRACTIONS = (0.0, 0.25, 0.5, 0.75)

# The share of a sprite's opaque pixels that must lie inside a picture for it to be found at the edge.
LEAST_INSIDE = 0.3


class Sprite:
    """An image to find.

    kind: what it stands for. name: of it, which others of its kind may share. image: (height, width, 4) from 0 to 1.
    size: pixels, across and down, that it is drawn at.
    """

    def __init__(self, kind, name, image, size):
        self.kind, self.name, self.image, self.size = kind, name, image, size
        self._kept = {}

    def drawn(self, left=0.0, top=0.0):
        """Return it as `drawn` does, on a grid of a pixel more than its size."""
        if (left, top) not in self._kept:
            self._kept[left, top] = drawn(self.image, self.size, left, top, self.size + 1)
        return self._kept[left, top]


class Sprites(list):
    """A list of Sprite, with what finding them needs: their transforms, kept for each size of picture."""

    def __init__(self, sprites):
        super().__init__(sprites)
        self._kept, self._named = {}, {}

    def named(self, name):
        """Those of a name."""
        if name not in self._named:
            self._named[name] = Sprites(sprite for sprite in self if sprite.name == name)
        return self._named[name]

    def unexplained(self, picture):
        """For each sprite, how much of its contrast each whole pixel of a picture (H, W, 3) leaves, (H', W').

        H' and W' are the places of its corner at which it lies inside.
        """
        height, width = picture.shape[:2]
        picture = picture.astype(np.float32) / 255
        squares = fft.rfft2((picture**2).sum(axis=-1))
        colours = fft.rfft2(picture, axes=(0, 1))
        for mask, sprite, constant, contrast, size in self._transformed(height, width):
            summed = squares * mask - 2 * (colours * sprite).sum(axis=-1)
            found = fft.irfft2(summed, (height, width))[: height - size, : width - size]
            yield (found + constant) / contrast

    def _transformed(self, height, width):
        if (height, width) not in self._kept:
            self._kept[height, width] = [_transformed(sprite, height, width) for sprite in self]
        return self._kept[height, width]


def _transformed(sprite, height, width):
    colours, opaque = sprite.drawn()
    colours = colours * opaque[..., None]
    return (
        np.conj(fft.rfft2(opaque.astype(np.float32), (height, width))),
        np.conj(fft.rfft2(colours, (height, width), axes=(0, 1))),
        (colours**2).sum(),
        _contrast(colours[opaque]),
        sprite.size,
    )


def drawn(image, size, left, top, grid):
    """Return what a painter makes of an image (height, width, 4) at `size` pixels, on a grid of `grid` pixels.

    left, top: fractions of a pixel. Returns colours (grid, grid, 3), times alpha, and which pixels are opaque. Each is
    interpolated between the four pixels of the image around its middle, as painters do who do not average.
    """
    image = np.concatenate([image[..., :3] * image[..., 3:], image[..., 3:]], axis=-1).astype(np.float32)
    for axis, offset in enumerate((top, left)):
        length = image.shape[axis]
        middles = np.arange(grid) + 0.5 - offset
        places = middles * length / size - 0.5
        below = np.floor(places).astype(int)
        inside = (middles >= 0) & (middles <= size)
        shape = [-1 if axis == other else 1 for other in range(3)]
        share, inside = (np.asarray(part, np.float32).reshape(shape) for part in (places - below, inside))
        low, high = (image.take(np.clip(at, 0, length - 1), axis=axis) for at in (below, below + 1))
        image = (low * (1 - share) + high * share) * inside
    return image[..., :3], image[..., 3] > OPAQUE


def _contrast(colours):
    """The squared differences of colours (N, 3) from their mean, summed."""
    return float(((colours - colours.mean(axis=0)) ** 2).sum())


def refined(picture, sprite, column, row):
    """Where a sprite fits best near a place of a picture. Returns what it leaves unexplained, column and row."""
    best = (np.inf, column, row)
    for down in (-0.5, -0.25, 0.0, 0.25, 0.5):
        for right in np.arange(-0.5, 0.51, 0.125):
            left, top = column + right, row + down
            value = _unexplained_at(picture, sprite, left, top)
            best = min(best, (value, float(left), float(top)))
    return best


def _unexplained_at(picture, sprite, left, top):
    """What a place leaves unexplained, of the part of the sprite that lies inside the picture; 1 if that is little."""
    column, row = int(np.floor(left)), int(np.floor(top))
    colours, opaque = sprite.drawn(left - column, top - row)
    rows, columns = np.arange(row, row + sprite.size + 1), np.arange(column, column + sprite.size + 1)
    inside = _are_in(rows, picture.shape[0])[:, None] & _are_in(columns, picture.shape[1])
    seen = opaque & inside
    if seen.sum() < max(LEAST_INSIDE * opaque.sum(), 1):
        return 1.0
    under = picture[np.clip(rows, 0, picture.shape[0] - 1)][:, np.clip(columns, 0, picture.shape[1] - 1)][seen]
    differences = colours[seen] - under.astype(np.float32) / 255
    return float((differences**2).sum() / max(_contrast(colours[seen]), 1e-6))


def _are_in(places, length):
    return (places >= 0) & (places < length)


def best_cut_off(picture, sprites):
    """Where sprites fit best in a picture, over whose lower edge they may reach.

    Yields (sprite, what it leaves unexplained, column, row).
    """
    below = int(max(sprite.size for sprite in sprites) * (1 - LEAST_INSIDE))
    # Rows that repeat the last one have little contrast; what counts in the end is what lies inside.
    longer = np.concatenate([picture, np.repeat(picture[-1:], below, axis=0)])
    for sprite, unexplained in zip(sprites, sprites.unexplained(longer)):
        row, column = np.unravel_index(unexplained.argmin(), unexplained.shape)
        yield (sprite, *refined(picture, sprite, column, row))


def explained_in_row(picture, sprite):
    """Where a sprite that is half hidden fits best in a picture (size + 1, W, 3) that is as high as it.

    White veils lie over it, which leave a share of how dark it is, and other things. So it is compared square by
    square, each under a veil of its own, and squares that differ count for nothing. Returns the share of its contrast
    in the squares that are explained, each as far as it is, and its column.
    """
    grid = sprite.size + 1
    dark = 1 - picture.astype(np.float32) / 255
    windows = np.lib.stride_tricks.as_strided(
        dark,
        (dark.shape[1] - grid + 1, grid, grid, 3),
        (dark.strides[1], dark.strides[0], dark.strides[1], dark.strides[2]),
        writeable=False,
    )
    best = (0.0, 0.0)
    for fraction in FRACTIONS:
        colours, opaque = sprite.drawn(fraction)
        explained = _explained(windows, (1 - colours) * opaque[..., None], opaque)
        column = int(explained.argmax())
        best = max(best, (float(explained[column]), column + fraction))
    return best


def _explained(windows, sprite, opaque):
    """For windows (N, grid, grid, 3), all in how dark they are, the share of a sprite's contrast that is explained."""
    sizes = _in_squares(opaque[None].astype(np.float32))[0]
    squares = _in_squares((sprite**2).sum(axis=-1)[None])[0]
    means = np.stack([_in_squares(sprite[None, ..., channel])[0] for channel in range(3)])
    contrast = squares - (means**2).sum(axis=0) / np.maximum(sizes, 1)
    counted = (sizes >= LEAST_IN_SQUARE) & (contrast > 1e-6)
    products = _in_squares((windows * sprite).sum(axis=-1))[:, counted]
    shown = _in_squares((windows**2).sum(axis=-1) * opaque)[:, counted]
    squares, contrast = squares[counted], contrast[counted]
    veils = np.clip(products / squares, THINNEST, 1)
    left = (shown - 2 * veils * products + veils**2 * squares) / (veils**2 * contrast)
    return (np.clip(1 - left, 0, 1) * contrast).sum(axis=1) / contrast.sum()


def _in_squares(values):
    """The sums of values (N, grid, grid) in squares, (N, squares)."""
    more = -values.shape[1] % SQUARE
    values = np.pad(values, ((0, 0), (0, more), (0, more)), "constant")
    across = values.shape[1] // SQUARE
    return values.reshape(len(values), across, SQUARE, across, SQUARE).sum(axis=(2, 4)).reshape(len(values), -1)
