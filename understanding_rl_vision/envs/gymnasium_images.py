"""From an environment's observations to images: uint8, height, width and channels."""

import functools

import numpy as np

from understanding_rl_vision.errors import InputError, quoted

LAYOUTS = ("auto", "first", "last")


class ImageFormat:
    """What observations of a space become.

    Parameters
    ----------
    space
        A Box of images (H, W), (H, W, C), (C, H, W) or a stack of such frames, or a Dict of spaces with one; its
        `shape` and `dtype`, and `low` and `high` for fractions.
    observation_key
        Which of a Dict's, "" where there is one.
    channels
        "first", "last", or "auto": the channels are the shorter of the two axes at the ends.
    grey
        Whether colours become grey.
    resize
        The height and width, by averaging over areas, or 0.

    Raises
    ------
    InputError
        The space is none of images.

    Attributes
    ----------
    shape : (H, W, C) of an image.
    frame_channels : 3 where frames have colours, else 1.
    """

    def __init__(self, space, observation_key="", channels="auto", grey=False, resize=0):
        self._key, space = _box_of(space, observation_key)
        self._channels, self._grey, self._resize = channels, grey, resize
        self._fractions = _check_values(space)
        shape = tuple(space.shape)
        if len(shape) not in (2, 3, 4):
            raise InputError(
                "The environment's observations have the shape {}; images (H, W, C), (C, H, W) or (H, W), or stacks of "
                "them, are accepted. Wrap it so that it shows its pictures.".format(shape)
            )
        image = self._image(np.zeros(shape, np.uint8))
        self.shape = image.shape
        self.frame_channels = 1 if grey or image.shape[-1] % 3 else 3

    def __call__(self, observation):
        """The image (H, W, C), uint8, of an observation."""
        if self._key is not None:
            observation = observation[self._key]
        image = np.asarray(observation)
        if self._fractions:
            image = np.rint(image * 255)
        return self._image(image.astype(np.uint8, copy=False))

    def _image(self, image):
        if image.ndim == 2:
            image = image[..., np.newaxis]
        if self._channels == "first" or self._channels == "auto" and image.shape[-3] < image.shape[-1]:
            image = np.moveaxis(image, -3, -1)
        if image.ndim == 4:
            # A stack of frames, the oldest first.
            image = np.moveaxis(image, 0, -2).reshape(image.shape[1:3] + (-1,))
        if self._grey:
            image = grey_frames(image)
        return area_resized(image, self._resize, self._resize) if self._resize else np.ascontiguousarray(image)


def _box_of(space, key):
    """The key, or None, and the space of images of a space."""
    spaces = getattr(space, "spaces", None)
    if not hasattr(spaces, "items"):
        return None, space
    if key:
        if key not in spaces:
            raise InputError("observation_key={} given; there are {}.".format(quoted(key), ", ".join(sorted(spaces))))
        return key, spaces[key]
    images = [name for name, one in spaces.items() if len(getattr(one, "shape", None) or ()) in (2, 3, 4)]
    if len(images) != 1:
        raise InputError(
            "The environment observes {}; say with observation_key which of them is the picture.".format(
                ", ".join(sorted(spaces))
            )
        )
    return images[0], spaces[images[0]]


def _check_values(space):
    """Whether a space's values are fractions. Raises InputError unless they are these or whole numbers up to 255."""
    dtype = np.dtype(getattr(space, "dtype", None) or np.uint8)
    if dtype == np.uint8:
        return False
    low, high = (np.min(getattr(space, "low", -np.inf)), np.max(getattr(space, "high", np.inf)))
    if low >= 0 and high <= 1 and dtype.kind == "f":
        return True
    if low >= 0 and high <= 255 and dtype.kind in "iu":
        return False
    raise InputError(
        "The environment's observations are {} from {:g} to {:g}; pictures of whole numbers from 0 to 255 (uint8), or "
        "of fractions from 0 to 1, are accepted.".format(dtype, low, high)
    )


def grey_frames(image):
    """The luma (H, W, F) of an image (H, W, 3F) of F frames: ITU-R BT.601 in OpenCV 4's 15-bit fixed point."""
    if image.shape[-1] % 3:
        raise InputError("grey given; frames of {} channels have no colours. Leave it out.".format(image.shape[-1]))
    red, green, blue = np.moveaxis(image.reshape(image.shape[:2] + (-1, 3)).astype(np.int32), -1, 0)
    return ((9798 * red + 19235 * green + 3735 * blue + 16384) >> 15).astype(np.uint8)


def area_resized(image, height, width):
    """An image (H, W, C), uint8, averaged to height × width, to the last digit as OpenCV's INTER_AREA does.

    The sums are of float32, in OpenCV's order: of each row first, then of rows.
    """
    if height > image.shape[0] or width > image.shape[1]:
        raise InputError(
            "resize={} given; the environment shows {} x {} pixels, and pictures are only made smaller.".format(
                max(height, width), *image.shape[:2]
            )
        )
    rows = _summed(image.astype(np.float32), width, 1)
    return np.rint(_summed(rows, height, 0)).astype(np.uint8)


def _summed(image, size, axis):
    total = 0
    for index, weight in zip(*_taps(image.shape[axis], size)):
        taken = image.take(index, axis=axis)
        taken *= weight.reshape((-1,) + (1,) * (image.ndim - 1 - axis))
        total += taken
    return total


@functools.lru_cache(maxsize=64)
def _taps(length, size):
    """Which pixels make each new one and with which weights: two arrays (K, size), the K-th tap of each."""
    scale = length / size
    taps = [[] for _ in range(size)]
    for new, of_new in enumerate(taps):
        start, end = new * scale, new * scale + scale
        whole = min(scale, length - start)
        first = int(np.ceil(start))
        last = max(min(int(np.floor(end)), length - 1), 0)
        first = min(first, last)
        if first - start > 1e-3:
            of_new.append((first - 1, (first - start) / whole))
        of_new.extend((pixel, 1 / whole) for pixel in range(first, last))
        if end - last > 1e-3:
            of_new.append((last, min(min(end - last, 1.0), whole) / whole))
    most = max(map(len, taps))
    taps = np.array([of_new + [(0, 0.0)] * (most - len(of_new)) for of_new in taps])
    return taps[..., 0].T.astype(int), taps[..., 1].T.astype(np.float32)
