"""How well one kind of object explains where a feature is active: by machine, and not the article's measure."""

import numpy as np

from understanding_rl_vision.later import ndimage
from understanding_rl_vision.run.responses import REACH, around_objects
from understanding_rl_vision.study.ranks import average_ranks

# Kinds in fewer places are left out: the best of several would be good by chance. Of so many a feature that does not
# care has an AUC of 0.9 or more once in 10¹³ (standard deviation of the AUC: 1 / √(12 n)).
LEAST_PLACES = 30


def object_cells(objects, count, shape):
    """Cells of a layer with objects and cells far from them: two arrays of booleans (kinds, observations, h, w).

    The first has the cell of each object's centre, the second those that are not around any object of the kind (see
    `run.responses`). objects: what observations show (`play.objects.KEYS`); count: of the observations; shape: (h, w).
    """
    frame, kind = objects["observation"].astype(int), objects["kind"].astype(int)
    box = objects["box"].astype(float)
    sizes = (count, len(objects["kinds"])) + tuple(shape)
    centres = np.zeros(sizes, bool)
    rows, columns = (np.clip((box[:, axis] * size).astype(int), 0, size - 1) for axis, size in zip((1, 0), shape))
    centres[frame, kind, rows, columns] = True
    far = around_objects(frame, kind, box, sizes) == 0
    return centres.transpose(1, 0, 2, 3), far.transpose(1, 0, 2, 3)


def strongest_nearby(acts):
    """Of activations (N, h, w, features) the strongest within reach of each cell: features fire beside objects too."""
    return ndimage.maximum_filter(
        acts, size=(1, *(2 * int(np.ceil(REACH * cells)) + 1 for cells in acts.shape[1:3]), 1)
    )


def selectivity(acts, centres, far):
    """The AUC (features, kinds) with which activations tell objects of a kind from places without.

    acts (N, h, w, features); centres, far: see `object_cells`. The AUC is the probability that within reach of such an
    object the feature is more active than within reach of a place that is far from all such objects, ties counting by
    half (Mann and Whitney 1947): 0.5 where it does not care, 1 where the object alone explains where it is active. NaN
    where there are such objects, or other places, in fewer than LEAST_PLACES cells.
    """
    acts = strongest_nearby(acts)
    areas = np.full((acts.shape[-1], len(centres)), np.nan)
    for kind, (with_object, without) in enumerate(zip(centres, far)):
        without = without & ~with_object
        positive, negative = np.count_nonzero(with_object), np.count_nonzero(without)
        if min(positive, negative) >= LEAST_PLACES:
            values = np.concatenate([acts[with_object], acts[without]])
            for feature in range(acts.shape[-1]):
                above = average_ranks(values[:, feature])[:positive].sum() - positive * (positive + 1) / 2
                areas[feature, kind] = above / (positive * negative)
    return areas


def best_kinds(areas, kinds):
    """Of each feature the kind of object that explains it best and its AUC, None where there are no objects."""
    best = []
    for row in areas:
        known = np.isfinite(row)
        best.append((kinds[int(np.nanargmax(row))], float(np.nanmax(row))) if known.any() else None)
    return best
