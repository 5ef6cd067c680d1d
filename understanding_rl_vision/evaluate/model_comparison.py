"""What two models have made of levels, compared: level by level where both have played the same ones."""

import numpy as np

from understanding_rl_vision.evaluate import statistics

SOLVED, FAILED = "solved", "failed"
MCNEMAR, Z_TEST = "McNemar", "two-proportion z"


def came(played, outcome):
    """Whether an outcome, SOLVED, FAILED or a cause, came in each of a list of Played: bool, (levels,)."""
    if outcome in (SOLVED, FAILED):
        return np.array([bool(episode.solved) == (outcome == SOLVED) for episode in played], bool)
    return np.array([not episode.solved and episode.cause == outcome for episode in played], bool)


def same_levels(*models):
    """Whether lists of Played are of the same levels: those of one index have one number, and a number at all."""
    numbers = {}
    return all(
        episode.level is not None and numbers.setdefault(episode.index, episode.level) == episode.level
        for levels in models
        for episode in levels
    )


def common(*models):
    """The lists of Played of those indices that all lists have, in the order of the indices."""
    indices = set.intersection(*({episode.index for episode in levels} for levels in models))
    return [
        sorted((episode for episode in levels if episode.index in indices), key=lambda episode: episode.index)
        for levels in models
    ]


def compare(played, first, outcome):
    """How often an outcome came to a model, compared with the first one. Each is a list of Played.

    Where both have played the same levels, those that both have are compared pair by pair: by McNemar's test, which
    sees only levels on which they differ, so that levels that are hard for both add no noise. Where games draw their
    levels, by the z-test.

    Returns a dictionary: test, MCNEMAR or Z_TEST; p_value; difference of the shares, the model's minus the first's
    (None where one has played nothing); difference_interval, 95 %.
    """
    paired = same_levels(played, first)
    if paired:
        played, first = common(played, first)
    occurred, occurred_first = came(played, outcome), came(first, outcome)
    if paired:
        only = int((occurred & ~occurred_first).sum()), int((occurred_first & ~occurred).sum())
        p_value = statistics.mcnemar_test(*only)
        interval = statistics.paired_difference_interval(*only, len(occurred))
    else:
        counts = int(occurred.sum()), len(occurred), int(occurred_first.sum()), len(occurred_first)
        p_value = statistics.two_proportion_test(*counts)
        interval = statistics.difference_interval(*counts)
    difference = float(occurred.mean() - occurred_first.mean()) if len(occurred) and len(occurred_first) else None
    return {
        "test": MCNEMAR if paired else Z_TEST,
        "p_value": p_value,
        "difference": difference,
        "difference_interval": list(interval),
    }


def blindness(edited, original, invisible, causes):
    """How blind an edit has made an agent, see `statistics.blindness`. The first three are lists of Played.

    Counted are failures by some causes. Where all three have played the same levels, those that all have are taken.
    """
    models = [edited, original, invisible]
    paired = same_levels(*models)
    if paired:
        models = common(*models)
    failed = [sum((came(levels, cause) for cause in causes), np.zeros(len(levels), int)) for levels in models]
    covariance = statistics.covariance_of_shares(failed) if paired and len(failed[0]) else None
    return statistics.blindness(*((int(failures.sum()), len(failures)) for failures in failed), covariance=covariance)
