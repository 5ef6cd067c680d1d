"""How well one kind of object explains where a feature is active: by machine, and not the article's measure."""

import numpy as np
from scipy.stats import rankdata

from understanding_rl_vision.run.responses import around_objects


def object_masks(objects, count, shape):
    """Where the objects of each kind are, in cells of a layer: booleans (kinds, observations, h, w).

    objects: what observations show (`play.objects.KEYS`); count: of the observations; shape: (h, w). Around an object
    is what `run.responses` takes for it.
    """
    frame, kind = objects["observation"].astype(int), objects["kind"].astype(int)
    weights = around_objects(frame, kind, objects["box"], (count, len(objects["kinds"])) + tuple(shape))
    return weights.transpose(1, 0, 2, 3) > 0


def selectivity(acts, masks):
    """The AUC (features, kinds) with which activations tell cells with an object of a kind from all others.

    acts (N, h, w, features); masks (kinds, N, h, w), see `object_masks`. The AUC is the probability that the feature is
    more active at a cell with such an object than at one without, ties counting by half (Mann and Whitney 1947): 0.5
    where it does not care, 1 where the object alone explains where it is active. NaN where there is no such cell, or no
    other.
    """
    flat = masks.reshape(len(masks), -1)
    positive = flat.sum(axis=1).astype(float)
    negative = flat.shape[1] - positive
    areas = np.full((acts.shape[-1], len(masks)), np.nan)
    for feature in range(acts.shape[-1]):
        ranks = rankdata(acts[..., feature], method="average").ravel()
        with np.errstate(divide="ignore", invalid="ignore"):
            areas[feature] = (flat @ ranks - positive * (positive + 1) / 2) / (positive * negative)
    areas[:, (positive == 0) | (negative == 0)] = np.nan
    return areas


def best_kinds(areas, kinds):
    """Of each feature the kind of object that explains it best and its AUC, None where there are no objects."""
    best = []
    for row in areas:
        known = np.isfinite(row)
        best.append((kinds[int(np.nanargmax(row))], float(np.nanmax(row))) if known.any() else None)
    return best
