"""The directions of a run's features, kept beside its page so that a model can be edited along them."""

import collections
import os

import numpy as np

from understanding_rl_vision.errors import InputError, quoted
from understanding_rl_vision.files import replacing
from understanding_rl_vision.json_files import read_json, to_json
from understanding_rl_vision.run.measurement import numbered, read_proposed_names

FILE = "directions.json"

# A layer by the name shown and that of its node; directions are None for the input layer, which is shown as it is.
# note: why there are fewer of them than asked for, or none, else None.
Layer = collections.namedtuple("Layer", "name node directions note")


def write_directions(output_dir, layers, features_of, labels=None):
    """Write the directions of Layers: name shown → node, directions (features, channels), of what, note and labels.

    features_of: a FeaturesOf; labels: the names given to features, see `labels.read_feature_labels`, or None.
    """
    content = {
        layer.name: {
            "node": layer.node,
            "directions": np.asarray(layer.directions.channel_dirs, float).tolist(),
            "nmf_output": features_of.option,
            "note": layer.note,
            "labels": (labels or {}).get(layer.name, {}),
        }
        for layer in layers
        if layer.directions is not None
    }
    with replacing(os.path.join(output_dir, FILE)) as file:
        file.write(to_json(content).encode("utf-8"))


def read_names(output_dir, layer):
    """Number of the feature from 0 → its name, of a layer of a run: those given to it, else those it proposes."""
    layers = _read(output_dir)
    labels = layers[layer].get("labels", {}) if isinstance(layers.get(layer), dict) else {}
    given = numbered(labels, os.path.join(os.fspath(output_dir), FILE))
    return {**read_proposed_names(output_dir, layer), **given}


def _read(output_dir):
    """What the file in the folder of a run holds. Raises InputError where that is no such file."""
    path = os.path.join(os.fspath(output_dir), FILE)
    try:
        content = read_json(path, "the directions")
    except InputError as error:
        raise InputError("{} Give the folder that a run wrote its interface to.".format(error)) from None
    if not isinstance(content, dict):
        raise InputError("{} does not hold a run's directions; run again to write it.".format(path))
    return content


def read_directions_of(output_dir, layer, channels):
    """The directions (features, channels) of a layer. Raises InputError, too, for those of another agent."""
    _, directions = read_directions(output_dir, layer)
    if directions.shape[1] != channels:
        raise InputError(
            "The run in {} is of another agent: its layer {} has {} channels, that of the checkpoint {}.".format(
                output_dir, layer, directions.shape[1], channels
            )
        )
    return directions


def read_directions(output_dir, layer):
    """Return the node of a layer and its directions (features, channels), in the order of the page's legend.

    Raises InputError when the folder is not that of a run, or the run has no such layer or no features of it.
    """
    path = os.path.join(os.fspath(output_dir), FILE)
    content = _read(output_dir)
    try:
        layers = {name: (entry["node"], np.array(entry["directions"], float)) for name, entry in content.items()}
        notes = {name: entry.get("note") for name, entry in content.items()}
    except (ValueError, TypeError, KeyError, AttributeError):
        raise InputError("{} does not hold a run's directions; run again to write it.".format(path)) from None
    if layer not in layers:
        raise InputError(
            "The run in {} has no layer {}; it has {}.".format(output_dir, quoted(layer), ", ".join(layers))
        )
    if not layers[layer][1].size:
        raise InputError(
            "Layer {} of the run in {} has no features. {}".format(quoted(layer), output_dir, notes[layer])
        )
    if not isinstance(layers[layer][0], str) or layers[layer][1].ndim != 2 or not np.isfinite(layers[layer][1]).all():
        raise InputError("{} does not hold a run's directions; run again to write it.".format(path))
    return layers[layer]
