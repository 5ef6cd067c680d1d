"""PNG files of attribution and of pictures, small and quickly encoded."""

import io
import struct
import zlib

import numpy as np
import PIL.Image

# Smooth images leave small differences from pixel to pixel, which seldom repeat: Huffman codes of these, with nothing
# but runs looked for, are as small as what zlib's best level finds in ten times the time.
SMOOTH = {"compress_level": 1, "compress_type": zlib.Z_RLE}
PICTURE = {"compress_level": 4, "compress_type": zlib.Z_DEFAULT_STRATEGY}

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
    """The bytes of a PNG file of an image (H, W), (H, W, 3) or (H, W, 4) of integers from 0 to 255."""
    file = io.BytesIO()
    PIL.Image.fromarray(image.astype(np.uint8, copy=False)).save(file, format="PNG", **settings)
    return file.getvalue()


def encode_picture(image):
    """A PNG file of an image (H, W, C) of bytes, with its values."""
    return encode(image[..., 0] if image.shape[-1] == 1 else image, PICTURE)


def encode_attribution(rgba):
    """A PNG file of attribution, (H, W, 4) bytes, with the colours rounded by 1 at most, which saves a sixth."""
    rounded = rgba.copy()
    rounded[..., :3] = _ROUNDED[rgba[..., :3]]
    return encode(rounded, SMOOTH)


def encode_one_hue(levels, colours):
    """A PNG file of attribution in one hue as indices into a palette, no value off by more than 1.

    levels: (H, W, 1); colours: the RGBA bytes of each level, (levels, 4). About half as large as with all four
    channels. Where a palette does not suffice, as `encode_attribution`.
    """
    levels = levels[..., 0]
    shared = shared_palette(colours, np.bincount(levels.ravel(), minlength=len(colours)) > 0)
    if shared is None:
        return encode_attribution(colours[levels])
    indices, palette = shared
    # Pillow does not filter indices, though these are in order: so they are encoded as grey levels that are then
    # said to be indices.
    grey = encode(indices[levels], SMOOTH)
    header = grey[HEADER_START:COLOUR_TYPE] + INDEXED + grey[COLOUR_TYPE + 1 : HEADER_END]
    entries = _chunk(b"PLTE" + palette[:, :3].tobytes()) + _chunk(b"tRNS" + palette[:, 3].tobytes())
    return grey[:SIGNATURE_BYTES] + _chunk(header) + entries + grey[HEADER_END + 4 :]


def _chunk(name_and_data):
    length = struct.pack(">I", len(name_and_data) - 4)
    return length + name_and_data + struct.pack(">I", zlib.crc32(name_and_data) & 0xFFFFFFFF)


def shared_palette(colours, used):
    """The place of each level in a palette, (levels,), and the palette (at most 256, 4); None where that takes more.

    colours: RGBA bytes of the levels, (levels, 4), in order. used: which levels occur, (levels,). Two neighbours share
    an entry if they differ by 1 at most and are not faint; those that are equal always do.
    """
    indices = np.zeros(len(colours), np.uint8)
    palette, shared, last = [], True, None
    for level, colour in zip(np.flatnonzero(used).tolist(), colours[used].tolist()):
        if colour != last:
            if not shared and max(abs(a - b) for a, b in zip(colour, palette[-1])) <= 1:
                palette[-1], shared = colour, True
            elif len(palette) == PALETTE_SIZE:
                return None
            else:
                palette.append(colour)
                shared = colour[3] < FAINT
            last = colour
        indices[level] = len(palette) - 1
    return indices, np.array(palette, np.uint8)
