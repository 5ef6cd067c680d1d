"""What Lucid 0.3.10's render_vis makes: live on the faithful stack, and how far it comes on the tests' agent, stored.

`python -m tests.rl_util.lucid_visualised` stores the figures anew (faithful stack).
"""

import contextlib
import json
import tempfile
from pathlib import Path

import numpy as np

from tests.rl_util.lucid_results import DATA, node
from understanding_rl_vision.rl_util import get_acts, objectives
from understanding_rl_vision.rl_util.fourier_images import initial_spectra

STORED = DATA / "lucid_visualised.json"
STEPS = 64

# Neurons in the centre of these channels, with the jitter of the article's figure.
NEURONS = {"1a": ((0, 3, 5), 16, 2), "2b": ((3, 7, 31), 32, 8)}

L2_COEFF, TV_COEFF = 0.1, 1e-3


def directions(channels, count):
    return np.eye(count, dtype=np.float32)[list(channels)]


def mean_activation(model, layer, images):
    """The neurons' activations, averaged over images, shifts and neurons: what is maximised under jitter."""
    channels, _, pixels = NEURONS[layer]
    shifts = np.linspace(0, pixels, 3).astype(int)
    size = images.shape[1] - pixels
    reached = []
    for top in shifts:
        for left in shifts:
            acts = get_acts(model, node(layer), images[:, top : top + size, left : left + size])
            centre = acts[:, acts.shape[1] // 2, acts.shape[2] // 2]
            reached.append(centre[np.arange(len(channels)), list(channels)])
    return float(np.mean(reached))


def penalised(name, vectors):
    """An objective with every term that does not need references, for ours: channels of a layer, L2 and TV."""
    terms = [(1, objectives.channel(name, vectors)), (-L2_COEFF, objectives.l2(name, together=True))]
    return objectives.weighted_sum(terms + [(-TV_COEFF, objectives.total_variation)])


def lucid_penalised(name, vectors):
    """The same for Lucid."""
    from lucid.optvis import objectives as lucid_objectives

    parts = [lucid_objectives.direction(name, vector, batch=i) for i, vector in enumerate(vectors)]
    return (
        lucid_objectives.Objective.sum(parts)
        - L2_COEFF * lucid_objectives.L2(name)
        - TV_COEFF * lucid_objectives.Objective(lambda T: summed(lucid_objectives.total_variation()(T)))
    )


def summed(tensor):
    import tensorflow as tf

    return tf.reduce_sum(tensor)


@contextlib.contextmanager
def beginning_from(noise):
    """Let Lucid's images begin from this noise, whose first axes it draws in another order."""
    drawn, np.random.normal = np.random.normal, lambda size, scale: noise.reshape(size)
    try:
        yield
    finally:
        np.random.normal = drawn


def render(model, objective, seeds, transforms, steps, references=None):
    """Images (N, H, W, C) of Lucid's render_vis; references are put behind them, and are left out of the result."""
    import tensorflow as tf
    from lucid.optvis import param
    from lucid.optvis import render as lucid_render

    height, width, _ = model.image_shape

    def images():
        with beginning_from(initial_spectra(seeds, model.image_shape)):
            made = param.image(width, height, batch=len(seeds))
        return made if references is None else tf.concat([made, tf.constant(references)], axis=0)

    made = lucid_render.render_vis(
        model, objective, param_f=images, transforms=transforms, thresholds=(steps - 1,), verbose=False
    )[-1]
    return made[: len(seeds)]


def store():
    from lucid.modelzoo.vision_base import Model
    from lucid.optvis import objectives as lucid_objectives
    from lucid.optvis import transform

    from understanding_rl_vision.agents.checkpoints import read_checkpoint
    from understanding_rl_vision.agents.policy import Policy
    from understanding_rl_vision.rl_util import FrozenModel

    checkpoint = Path(__file__).resolve().parents[1] / "coinrun.jd"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "coinrun.model.pb"
        path.write_bytes(Policy(read_checkpoint(str(checkpoint)), (64, 64, 3)).freeze())
        model, ours = Model.load(str(path)), FrozenModel.load(str(path))
        figures = {}
        for layer, (channels, count, pixels) in NEURONS.items():
            vectors = directions(channels, count)
            parts = [
                lucid_objectives.direction_neuron(node(layer), vector, batch=i) for i, vector in enumerate(vectors)
            ]
            seeds = [[1, channel] for channel in channels]
            objective = lucid_objectives.Objective.sum(parts)
            made = render(model, objective, seeds, [transform.jitter(pixels)], STEPS)
            figures[layer] = mean_activation(ours, layer, made)
    STORED.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    store()
