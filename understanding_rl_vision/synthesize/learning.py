"""How much a generator has learned: its held-out losses against those of knowing only the mean."""

import numpy as np

# A generator that makes less than this share of held-out frames better than their mean has learned nothing.
LEAST_LEARNED = 0.1

WHAT = {"reconstruction": "of the frames", "outputs": "of the agent's outputs for them"}


def losses_of_mean(training, held_out):
    """Losses of the held-out Frames where the mean of the training ones stands for each of them: name -> number."""
    scale = 255.0 if training.pictures.dtype.kind in "iu" else 1.0
    mean = training.pictures.mean(axis=0, dtype=np.float64) / scale
    errors = []
    for picture, weights in zip(held_out.pictures, held_out.weights):
        squares = ((picture / scale - mean) ** 2).reshape(*weights.shape, -1).mean(axis=-1)
        errors.append((weights * squares).sum())
    change = ((held_out.outputs - training.outputs.mean(axis=0)) ** 2).sum(axis=1)
    return {"reconstruction": float(np.mean(errors)), "outputs": float(change.mean())}


def learned(history, of_mean):
    """Shares of `losses_of_mean` that a training has taken away, name -> share, of its best epoch.

    Nothing where it is not known: where the mean has no loss, and of outputs that the loss left out.
    """
    best = min((row["held_out"] for row in history), key=lambda losses: losses["total"])
    return {name: 1 - best[name] / loss for name, loss in of_mean.items() if loss and best[name]}


def warning(shares):
    """What to say of a generator that has learned nothing of something, else None."""
    nothing = [WHAT[name] for name, share in shares.items() if share < LEAST_LEARNED]
    if not nothing:
        return None
    return (
        "The generator has learned next to nothing {}: its reconstructions are hardly nearer than the mean, and states "
        "made with it mean little. Give more frames (num_frames) or epochs, or a smaller eta or lambda_kl.".format(
            " and ".join(nothing)
        )
    )
