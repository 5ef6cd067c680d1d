"""PNG files of attribution and of pictures, small and quickly encoded."""

import io
import struct
import zlib

import numpy as np
import PIL.Image

# Smooth images leave small differences from pixel to pixel, which seldom repeat: Huffman codes of these, with nothing
# but runs looked for, are as small as what zlib's best level finds in ten times the time.
SMOOTH = {"compress_level": 1, "compress_type": zlib.Z_RLE}
PICTURE = {"compress_level": 6, "compress_type": zlib.Z_DEFAULT_STRATEGY}

PALETTE_SIZE = 256
# Of 255: attribution that is fainter keeps its opacity.
FAINT = 32
SIGNATURE_BYTES = 8
# Where the header holds the colour type: after the signature, its length and name, width, height and depth.
HEADER_START, COLOUR_TYPE, HEADER_END = 12, 25, 29
INDEXED = b"\x03"

# To the nearest multiple of 3, so by 1 at most; 0 and 255 are such.
_ROUNDED = (np.rint(np.arange(256) / 3) * 3).astype(np.uint8)


def encode(image, settings):
    """The bytes of a PNG file of an image (H, W), (H, W, 3) or (H, W, 4) of bytes."""
    file = io.BytesIO()
    PIL.Image.fromarray(image).save(file, format="PNG", **settings)
    return file.getvalue()


def encode_picture(image):
    """A PNG file of an image (H, W, C) of bytes, with its values."""
    return encode(image[..., 0] if image.shape[-1] == 1 else image, PICTURE)


def encode_attribution(rgba):
    """A PNG file of attribution, (H, W, 4) bytes, with the colours rounded by 1 at most, which saves a sixth."""
    rounded = rgba.copy()
    rounded[..., :3] = _ROUNDED[rgba[..., :3]]
    return encode(rounded, SMOOTH)


def encode_one_hue(rgba):
    """A PNG file of attribution in one hue, (H, W, 4) bytes, as indices into a palette, no value off by more than 1.

    About half as large as with all four channels. Where the palette does not suffice, as `encode_attribution`.
    """
    found = one_hue_palette(rgba)
    if found is None:
        return encode_attribution(rgba)
    indices, palette = found
    # Pillow does not filter indices, though these are in order: so they are encoded as grey levels that are then
    # said to be indices.
    grey = encode(indices, SMOOTH)
    header = grey[HEADER_START:COLOUR_TYPE] + INDEXED + grey[COLOUR_TYPE + 1 : HEADER_END]
    colours = _chunk(b"PLTE" + palette[:, :3].tobytes()) + _chunk(b"tRNS" + palette[:, 3].tobytes())
    return grey[:SIGNATURE_BYTES] + _chunk(header) + colours + grey[HEADER_END + 4 :]


def _chunk(name_and_data):
    length = struct.pack(">I", len(name_and_data) - 4)
    return length + name_and_data + struct.pack(">I", zlib.crc32(name_and_data) & 0xFFFFFFFF)


def one_hue_palette(rgba):
    """Indices (H, W) and palette (at most 256, 4) of an image (H, W, 4) in one hue, or None where that takes more.

    Of such an image the opacity grows first, and once that is full, the colour. Two neighbours in this order share an
    entry if they differ by 1 at most and are not faint. Full opacity stays as it is.
    """
    strength = rgba[..., 3].astype(np.intp)
    opaque = strength == 255
    strength[opaque] += rgba[opaque, :3].sum(axis=-1, dtype=np.intp)
    colours = np.zeros((4 * 255 + 1, 4), np.uint8)
    colours[strength] = rgba
    colours[0] = 0
    numbers = np.zeros(len(colours), np.uint8)
    palette, shared = [], True
    for level in np.flatnonzero(np.bincount(strength.ravel())):
        colour = colours[level].astype(int)
        if not shared and np.abs(colour - palette[-1]).max() <= 1:
            palette[-1], shared = colour, True
        else:
            palette.append(colour)
            shared = level < FAINT
        if len(palette) > PALETTE_SIZE:
            return None
        numbers[level] = len(palette) - 1
    return numbers[strength], np.array(palette, np.uint8)
