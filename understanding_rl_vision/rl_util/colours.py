"""Colours and opacity of attribution and feature images: pure functions of arrays.

Names, arguments and results are those of lucid.scratch.rl_util.
"""

import numpy as np

from understanding_rl_vision.errors import InputError


def hue_to_rgb(ang: float, warp: bool = True) -> np.ndarray:
    """The colour of a hue.

    Parameters
    ----------
    ang : float
        The hue in degrees. The primary colours and those between them stand 60 degrees apart.
    warp : bool
        Pass the primary colours faster, so that equally spaced hues are easier to tell apart.

    Returns
    -------
    ndarray (3,)
        RGB of unit length.
    """
    corners = np.array([[1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 1, 1], [0, 0, 1], [1, 0, 1]], float)
    corners /= np.linalg.norm(corners, axis=1, keepdims=True)
    corner, fraction = divmod(ang % 360 / 60, 1)
    corner = int(corner)
    if warp and corner % 2 == 0:
        fraction = np.sin(fraction * np.pi / 2)
    elif warp:
        fraction = 1 - np.sin((1 - fraction) * np.pi / 2)
    colour = (1 - fraction) * corners[corner] + fraction * corners[(corner + 1) % 6]
    return colour / np.linalg.norm(colour)


def channel_hues(channels, warp=True):
    """The RGB colours of K channels, evenly spaced hues from red, shape (K, 3)."""
    return np.array([hue_to_rgb(360 * k / channels, warp=warp) for k in range(channels)]).reshape(channels, 3)


def channels_to_rgb(X: np.ndarray, warp: bool = True) -> np.ndarray:
    """Colour channels by evenly spaced hues and add them up.

    Parameters
    ----------
    X : ndarray (..., K)
        Non-negative channels.
    warp : bool
        See `hue_to_rgb`.

    Returns
    -------
    ndarray (..., 3)
        RGB.

    Raises
    ------
    InputError
        A channel has negative values.
    """
    if (X < 0).any():
        raise InputError("channels_to_rgb takes non-negative channels; pass the signed parts one by one.")
    return X @ channel_hues(X.shape[-1], warp=warp)


def brightness_to_opacity(image: np.ndarray) -> np.ndarray:
    """Turn brightness into opacity: the length of the RGB vector, at most 1, which divides the colour.

    Parameters
    ----------
    image : ndarray (..., 3)
        RGB.

    Returns
    -------
    ndarray (..., 4)
        RGBA.

    Raises
    ------
    InputError
        The last axis is not of 3 channels.
    """
    if image.shape[-1] != 3:
        raise InputError("brightness_to_opacity takes 3 channels, not {}.".format(image.shape[-1]))
    # Plane by plane: much faster than along a last axis of three.
    planes = np.moveaxis(image, -1, 0)
    brightness = np.minimum(1, np.sqrt(sum(plane * plane for plane in planes)))
    divisor = np.where(brightness == 0, 1, brightness)
    result = np.empty(brightness.shape + (4,), brightness.dtype)
    for i, plane in enumerate(planes):
        np.divide(plane, divisor, out=result[..., i])
    result[..., 3] = brightness
    return result


def rescale_opacity(
    images: np.ndarray,
    min_opacity: float = 15 / 255,
    opaque_frac: float = 0.1,
    max_scale: float = 10,
    keep_zeros: bool = False,
) -> np.ndarray:
    """Stretch the opacity of RGBA images, each on its own.

    Parameters
    ----------
    images : ndarray (..., H, W, 4)
        With values in [0, 1].
    min_opacity : float
        What an opacity of zero becomes.
    opaque_frac : float
        The share of the pixels, the most opaque ones, that become fully opaque.
    max_scale : float
        None below 1 / `max_scale` of the largest opacity becomes fully opaque.
    keep_zeros : bool
        Whether an opacity of zero stays zero.

    Returns
    -------
    ndarray (..., H, W, 4)
    """
    opacity = images[..., 3]
    flat = opacity.reshape(opacity.shape[:-2] + (-1,))
    threshold = np.percentile(flat, (1 - opaque_frac) * 100, axis=-1)
    threshold = np.maximum(threshold, flat.max(axis=-1) / max_scale)
    threshold = np.where(threshold == 0, 1, threshold)[..., None, None]
    rescaled = np.minimum(1, min_opacity + opacity * (1 - min_opacity) / threshold)
    result = images.copy()
    result[..., 3] = np.where(opacity == 0, 0, rescaled) if keep_zeros else rescaled
    return result
