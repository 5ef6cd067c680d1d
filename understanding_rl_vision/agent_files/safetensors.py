"""safetensors files, read and written: a length, JSON of names, types, shapes and places, and the values.

The format is that of https://huggingface.co/docs/safetensors.
"""

import collections
import io
import json
import struct

import numpy as np

from understanding_rl_vision.agent_files import values
from understanding_rl_vision.agent_files.agent_file import agent_file
from understanding_rl_vision.errors import InputError, quoted
from understanding_rl_vision.files import replacing
from understanding_rl_vision.json_files import parse_json
from understanding_rl_vision.rl_util.streams import Source

LONGEST_HEADER = 8 << 20
# Of the header: four for each tensor, and one more for each of its sides.
MOST_PARTS = 100_000
_KINDS = {
    "F64": "float64",
    "F32": "float32",
    "F16": "float16",
    "BF16": values.BFLOAT16,
    "I64": "int64",
    "I32": "int32",
    "I16": "int16",
    "I8": "int8",
    "U64": "uint64",
    "U32": "uint32",
    "U16": "uint16",
    "U8": "uint8",
    "BOOL": "bool",
    "C64": "complex64",
}
_CODES = {kind: code for code, kind in _KINDS.items()}
_METADATA = "__metadata__"


def is_safetensors(start):
    """Whether these are the first bytes of a safetensors file."""
    return len(start) > 8 and start[8:9] == b"{" and struct.unpack("<Q", start[:8])[0] <= LONGEST_HEADER


def read_safetensors(file):
    """The AgentFile of a safetensors file: binary, seekable, and at its beginning."""
    end = file.seek(0, io.SEEK_END)
    file.seek(0)
    source = Source(file)
    (length,) = struct.unpack("<Q", source.read(8))
    header = parse_json(source.read(length).decode("utf-8"), MOST_PARTS)
    if not isinstance(header, dict):
        raise InputError("Its header is no JSON object.")
    metadata = header.pop(_METADATA, {})
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        raise InputError("Its {} is not text by name.".format(_METADATA))
    tensors, at = {}, 0
    for name, kind, shape, first, last in sorted(map(_entry, header.items()), key=lambda entry: entry[3:]):
        if first != at or last - first != values.count_values(shape) * values.item_size(kind):
            raise InputError("The values of {} are not where they should be.".format(quoted(name)))
        tensors[name] = values.decode(source.read_array(last - first), kind).reshape(shape)
        at = last
    if 8 + length + at != end:
        raise InputError("It has {:,} bytes that belong to no tensor.".format(end - 8 - length - at))
    return agent_file("safetensors", collections.OrderedDict((name, tensors[name]) for name in header), metadata)


def _entry(item):
    name, told = item
    if not isinstance(told, dict) or not {"dtype", "shape", "data_offsets"} <= set(told):
        raise InputError("Of {} it does not say type, shape and place.".format(quoted(name)))
    places = told["data_offsets"]
    if type(places) is not list or len(places) != 2 or not all(type(place) is int and place >= 0 for place in places):
        raise InputError("The place of {} is damaged.".format(quoted(name)))
    kind = _KINDS.get(told["dtype"], told["dtype"]) if isinstance(told["dtype"], str) else told["dtype"]
    values.item_size(kind)
    return (name, kind, values.check_shape(told["shape"])) + tuple(places)


def write_safetensors(path, tensors, metadata=None):
    """Write arrays by name, and texts by name, as a safetensors file, whole or not at all.

    Raises InputError for arrays of types that the format has not, and where the path cannot be written.
    """
    header, at = {_METADATA: dict(metadata)} if metadata else {}, 0
    arrays = {name: np.asarray(array) for name, array in tensors.items()}
    for name, array in arrays.items():
        if array.dtype.name not in _CODES or name == _METADATA:
            raise InputError(
                "{} is an array of type {}; safetensors has {}.".format(
                    quoted(name), array.dtype.name, ", ".join(_CODES)
                )
            )
        header[name] = {
            "dtype": _CODES[array.dtype.name],
            "shape": list(array.shape),
            "data_offsets": [at, at + array.nbytes],
        }
        at += array.nbytes
    text = json.dumps(header, allow_nan=False).encode("utf-8")
    # Values begin at a multiple of eight.
    text += b" " * (-len(text) % 8)
    with replacing(path) as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for array in arrays.values():
            file.write(array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes())
