"""How far raters agree: Krippendorff's alpha."""

import collections
import itertools


def krippendorff_alpha(units):
    """Krippendorff's alpha of nominal ratings, of any number of raters of whom some may have left some out.

    units: of each thing rated the list of its ratings. 1: all agree; 0: as chance would; below: less than that. None
    where nothing was rated twice, or all ratings are the same (Krippendorff 2011, "Computing Krippendorff's
    Alpha-Reliability", section on nominal data).
    """
    pairs = collections.Counter()
    for ratings in units:
        if len(ratings) < 2:
            continue
        for one, other in itertools.permutations(ratings, 2):
            pairs[one, other] += 1 / (len(ratings) - 1)
    totals = collections.Counter()
    for (one, _), weight in pairs.items():
        totals[one] += weight
    total = sum(totals.values())
    expected = sum(totals[one] * totals[other] for one in totals for other in totals if one != other)
    if not expected:
        return None
    observed = sum(weight for (one, other), weight in pairs.items() if one != other)
    return 1 - (total - 1) * observed / expected
