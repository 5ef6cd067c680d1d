"""The part of the page's data that tells of attribution, see `props`."""

import numpy as np

from understanding_rl_vision.run.attribution.outputs import VALUE
from understanding_rl_vision.run.attribution.sparsity import mean_share

# Numbers of 32 bits that differ by no more than this part of them may be the same.
ROUNDING = 1e-6


def attribution_props(layers, records, differences=()):
    """The part of the props that tells of attribution. records: (layer's name, trajectory) -> Records by output.

    differences: numbers of trajectories whose attribution is a difference, which says nothing of how well it adds up.
    """
    summed = with_directions(layers)
    rows, summed_rows = _rows(layers, records), _rows(summed, records)
    own = {place: found for place, found in records.items() if place[1] not in differences}
    of_value = {layer.name: _of_value(records_of(layer, own)) for layer in summed}
    gaps = {name: relative_gap(found) for name, found in of_value.items() if found}
    shares = {name: mean_share([one.shares for one in found]) for name, found in of_value.items() if found}
    return {
        "attributions": [attribution_entry(*row) for row in rows],
        "attribution_totals": [totals_entry(*row) for row in summed_rows],
        "integration_gaps": [gaps_entry(*row) for row in summed_rows],
        "layer_gaps": {name: gap for name, gap in gaps.items() if gap is not None},
        "sparsity": {name: share for name, share in shares.items() if share is not None},
    }


def with_directions(layers):
    """Those of the Layers that have directions, so that attribution to them adds up to something."""
    return [layer for layer in layers if layer.directions is not None]


def records_of(layer, records):
    """The Records of a Layer: a list of those of each trajectory."""
    return [of_trajectory for (name, _), of_trajectory in sorted(records.items()) if name == layer.name]


def _rows(layers, records):
    """Layer's name, trajectory and Records of each, in the page's order."""
    return [
        (layer.name, i, of_trajectory) for layer in layers for i, of_trajectory in enumerate(records_of(layer, records))
    ]


def attribution_entry(layer_name, trajectory, records):
    """The images of all outputs."""
    images = [(record.output, image) for record in records for image in record.images]
    return {
        "layer": layer_name,
        "trajectory": trajectory,
        "images": [image.file for _, image in images],
        "metadata": {
            "type": [output.type for output, _ in images],
            "data": [output.data for output, _ in images],
            "direction": [image.sign for _, image in images],
            "channel": [image.name for _, image in images],
        },
        "scales": [image.scale for _, image in images],
    }


def _output_metadata(records):
    return {"type": [record.output.type for record in records], "data": [record.output.data for record in records]}


def _totals_file(record, kind):
    return "{}_{}.json".format(record.stem, kind)


def totals_entry(layer_name, trajectory, records):
    """The files of what attribution adds up to, by channel and of the residual."""
    return {
        "layer": layer_name,
        "trajectory": trajectory,
        "channels": [_totals_file(record, "channels") for record in records],
        "residuals": [_totals_file(record, "residuals") for record in records],
        **({"values": [record.values for record in records]} if records[0].values else {}),
        "metadata": _output_metadata(records),
    }


def totals_files(layers, records, subdir):
    """The content of the files that the entries of totals list, by name."""
    files = {}
    for _, _, of_trajectory in _rows(with_directions(layers), records):
        for record in of_trajectory:
            files[subdir + _totals_file(record, "channels")] = record.channel_sums
            files[subdir + _totals_file(record, "residuals")] = record.residual_sums
    return files


def gaps_entry(layer_name, trajectory, records):
    """How well attribution adds up to each output, frame by frame."""
    return {
        "layer": layer_name,
        "trajectory": trajectory,
        "metadata": _output_metadata(records),
        "baselines": [record.baseline for record in records],
        "gaps": [record.gaps for record in records],
    }


def _of_value(records):
    """Those of the Records of a layer, by trajectory, that are of a value function."""
    return [record for of_trajectory in records for record in of_trajectory if record.output == VALUE]


def relative_gap(records):
    """What integration misses of an output beyond its baseline: sum |gap| / sum |F(x) - F0| over all frames.

    None where there is nothing beyond it but rounding.
    """
    gaps, explained = (np.concatenate([getattr(record, name) for record in records]) for name in ("gaps", "explained"))
    baseline = max(abs(record.baseline) for record in records)
    if np.abs(explained).max() <= ROUNDING * baseline:
        return None
    return float(np.abs(gaps).sum() / np.abs(explained).sum())
