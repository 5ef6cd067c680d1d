"""A measurement: what the layers of an agent respond to, as plain numbers, and the file beside a page that holds it."""

import os
import re

import numpy as np

from understanding_rl_vision.errors import InputError
from understanding_rl_vision.files import exists, replacing
from understanding_rl_vision.json_files import read_json, to_json
from understanding_rl_vision.run.naming import best_of_each, propose_names
from understanding_rl_vision.run.responses import responses

FILE = "measurement.json"


def measured_layer(tally, directions):
    """The measurement of a layer: a dictionary of plain numbers.

    tally: its Tally; directions (features, C). kinds: of object, by name; objects: how many of each were seen, in so
    many observations of so many episodes; features and channels: ratio, low and high, a row for each with a number for
    each kind, None where nothing is known; names: number of the feature from 0, as a text -> the name proposed; best:
    of each kind the feature and the channel that respond most to it, from 0.
    """
    of_features, of_channels = responses(tally, directions), responses(tally)
    return {
        "kinds": list(tally.kinds),
        "objects": tally.objects.sum(axis=0).astype(int).tolist(),
        "observations": int(tally.observations.sum()),
        "episodes": len(tally.observations),
        "features": _plain(of_features),
        "channels": _plain(of_channels),
        "names": {str(row): name for row, name in propose_names(tally.kinds, of_features).items()},
        "best": [best._asdict() for best in best_of_each(tally.kinds, of_features, of_channels)],
    }


def _plain(found):
    """Responses as lists, with None for NaN."""
    return {name: np.where(np.isfinite(part), part, None).tolist() for name, part in found._asdict().items()}


def write_measurement(folder, layers):
    """Write the measurements of layers, name -> dictionary, to a folder."""
    with replacing(os.path.join(folder, FILE)) as file:
        file.write(to_json(layers, indent=1).encode("utf-8"))


def read_measurement(folder):
    """The measurements of layers, name -> dictionary, in a folder; none if not measured.

    Raises InputError for a file that is damaged.
    """
    path = os.path.join(os.fspath(folder), FILE)
    return _read(path) if exists(path) else {}


def read_proposed_names(folder, layer):
    """Number of the feature from 0 -> the name proposed, of a layer of the run in a folder; none if not measured.

    Raises InputError for a file that is damaged.
    """
    path = os.path.join(os.fspath(folder), FILE)
    return numbered(read_measured_layer(folder, layer).get("names", {}), path)


def read_measured_layer(folder, layer):
    """The measurement of a layer of the run in a folder, see `measured_layer`; empty if it is not measured.

    Raises InputError for a file that is damaged.
    """
    return read_measurement(folder).get(layer, {})


def numbered(names, path):
    """Number of the feature -> name, of what JSON has of them. Raises InputError for other things."""
    texts = isinstance(names, dict) and all(isinstance(name, str) for name in names.values())
    if not texts or not all(re.fullmatch("[0-9]{1,9}", number) for number in names):
        raise InputError("{} does not hold names of features by their numbers; write it again.".format(path))
    return {int(number): name for number, name in names.items()}


def _read(path):
    try:
        content = read_json(path, "the measurement")
        if not isinstance(content, dict) or not all(isinstance(layer, dict) for layer in content.values()):
            raise ValueError("no dictionary of layers")
    except ValueError as error:
        raise InputError("{} does not hold a measurement ({}); measure again.".format(path, error)) from None
    return content
