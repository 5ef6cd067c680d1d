"""Names for features, proposed where one kind of object stands out, and where each kind of object is seen best."""

import collections

import numpy as np

from understanding_rl_vision.run.responses import family

# A kind stands out where a feature is so many times as active around it as on average, with the interval's lower end
# above 1, and so many times as active as around any other.
LEAST_RATIO, LEAST_LEAD = 5, 2

# What an edit can take away: `row` of the features (or of the channels), which respond `ratio` times to the kind.
Best = collections.namedtuple("Best", "kind feature feature_ratio channel channel_ratio")


def propose_names(kinds, responses):
    """Row, from 0 -> name, of those rows of Responses in which one of the kinds stands out.

    Rows with the same name are numbered from the strongest: buzzsaw, buzzsaw 2.
    """
    found = collections.defaultdict(list)
    for row, ratios in enumerate(responses.ratio):
        kind = _standing_out(kinds, ratios, responses.low[row])
        if kind is not None:
            found[kinds[kind]].append((-ratios[kind], row))
    names = {
        row: name if not number else "{} {}".format(name, number + 1)
        for name, rows in found.items()
        for number, (_, row) in enumerate(sorted(rows))
    }
    return dict(sorted(names.items()))


def _standing_out(kinds, ratios, low):
    """The index of the kind that stands out among ratios (k,), or None.

    A kind's direction counts only where it matters: if both directions do, it is the kind that stands out.
    """
    # Those that differ in their direction come before what they are together.
    for kind in sorted(range(len(kinds)), key=lambda index: (family(kinds[index]) == kinds[index], -ratios[index])):
        # A kind is no rival of itself, of what it is a part of, nor of its own parts.
        rivals = [ratios[i] for i, name in enumerate(kinds) if i != kind and not _same(kinds[kind], name)]
        if ratios[kind] >= LEAST_RATIO and low[kind] > 1 and ratios[kind] >= LEAST_LEAD * max(rivals, default=0):
            return kind
    return None


def _same(kind, name):
    return family(kind) == name or family(name) == kind


def best_of_each(kinds, of_features, of_channels):
    """The Best of every kind: the feature and the channel, from 0, that respond most to it; None where none does."""
    return [
        Best(kind, *_most(of_features.ratio[:, index]), *_most(of_channels.ratio[:, index]))
        for index, kind in enumerate(kinds)
    ]


def _most(ratios):
    if not len(ratios) or np.isnan(ratios).all():
        return None, None
    row = int(np.nanargmax(ratios))
    return row, float(ratios[row])
