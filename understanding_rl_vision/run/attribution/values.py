"""What each position of a layer adds to an output, feature by feature: files that the page reads where one points.

Scripts rather than JSON, so that a page opened from disk can read them too.
"""

import base64
import functools
import json
import zlib

import numpy as np

from understanding_rl_vision.pages.scripts import script

# Steps from zero to the largest of a frame: no number is off by more than half a step of its frame.
STEPS = 127


def quantised(channel_maps, residual_map):
    """Integers (T, K + 1, h, w) of 8 bits, and the size of a step in each frame (T,).

    channel_maps: attribution (T, h, w, K); residual_map: (T, h, w), which comes last.
    """
    maps = np.concatenate([channel_maps, residual_map[..., None]], axis=-1).transpose(0, 3, 1, 2)
    steps = np.abs(maps).max(axis=(1, 2, 3)) / STEPS
    levels = np.rint(maps / np.where(steps == 0, 1, steps)[:, None, None, None])
    return levels.astype(np.int8), steps


def encode_script(levels, name, steps):
    """The bytes of a script that tells levels (T, K + 1, h, w) and steps (T,) under a name."""
    # Most levels are zero: whoever looks for more than runs of them takes six times as long, and finds less.
    deflate = zlib.compressobj(1, zlib.DEFLATED, zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL, zlib.Z_RLE)
    packed = deflate.compress(np.ascontiguousarray(levels).tobytes()) + deflate.flush()
    content = {
        "shape": levels.shape,
        "steps": [float("{:.6g}".format(step)) for step in steps],
        "levels": base64.b64encode(packed).decode("ascii"),
    }
    return script(name, json.dumps(content)).encode("ascii")


def write_values(writer, name, channel_maps, residual_map):
    """Let an ImageWriter write a sheet's values, see `quantised`, to a file."""
    levels, steps = quantised(channel_maps, residual_map)
    writer.write(name, levels, functools.partial(encode_script, name=name, steps=steps))
