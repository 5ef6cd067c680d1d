"""What a page shows first, and what is told of its layer."""

import numpy as np

from understanding_rl_vision.run.attribution.outputs import VALUE

# Of what has full brightness. Where much is brighter, hues turn into white.
MOST_SHOWN = 2


def middle_layer(layers):
    """The Layer in the middle of those with features, as in the article; of others, where there are none with any.

    The first see edges, the last hardly tell places apart.
    """
    hidden = [layer for layer in layers if layer.directions is not None]
    offered = [layer for layer in hidden if layer.directions.features] or hidden or layers
    return offered[(len(offered) - 1) // 2]


def opening(layers, records, trajectories, annotations, frames_of):
    """The layer, trajectory and frame that a page opens on: where the first note is, if there are notes.

    Else the frame at which the features of the middle layer, each beside its own most, add and take most, of those
    where attribution is at most `MOST_SHOWN` times what has full brightness: many are to be seen at once.

    records: (layer's name, trajectory) -> Records by output; trajectories: numbers of the first model's or, where
    others look at the same frames, of what they differ by; frames_of: for each trajectory the one whose frames it has.
    """
    layer = middle_layer(layers)
    if annotations:
        first = annotations[0]
        return {
            "layer": first.get("layer", layer.name),
            "trajectory": first["trajectory"],
            "frame": first["frame"],
        }
    if layer.directions is None or not layer.directions.features:
        return {"layer": layer.name, "trajectory": 0, "frame": 0}
    of_values = [records[layer.name, number][0] for number in trajectories]
    said = [np.abs(record.channel_sums) for record in of_values]
    most = np.concatenate(said).max(axis=0)
    scores = [(sums / np.where(most == 0, 1, most)).sum(axis=-1) for sums in said]
    shown = [np.where(_fits(record), score, 0) for record, score in zip(of_values, scores)]
    if any(map(np.any, shown)):
        scores = shown
    best = int(np.argmax([score.max() for score in scores]))
    number = frames_of[trajectories[best]]
    return {"layer": layer.name, "trajectory": number, "frame": int(np.argmax(scores[best]))}


def _fits(record):
    """Whether (T,) what a Record's images show of a frame is not far beyond full brightness."""
    return record.sizes <= MOST_SHOWN * record.images[0].scale


def residual_of_value(records, layer, trajectory, frame):
    """What features of a Layer leave of the attribution of the value at a frame; None of an agent without one."""
    of_value = [record for record in records[layer.name, trajectory] if record.output == VALUE]
    if not of_value or of_value[0].residual_sums is None:
        return None
    return float(of_value[0].residual_sums[frame])
