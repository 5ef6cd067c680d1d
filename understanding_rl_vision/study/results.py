"""What a study says: numbers by agent and by number of levels, and whether these go together."""

import itertools

import numpy as np

from understanding_rl_vision.study.agreement import krippendorff_alpha
from understanding_rl_vision.study.ranks import average_ranks, spearman
from understanding_rl_vision.study.ratings import is_interpretable

RESAMPLES = 2000
INTERVAL = (2.5, 97.5)
# Of so many agents all orders are looked at, of more so many.
MOST_IN_ALL_ORDERS, PERMUTATIONS = 7, 5000
SIGNIFICANT = 0.05


def feature_rows(features, ratings, key, least_auc):
    """A dictionary for each feature of each agent: agent, number, kind, auc, selective, rated (rater -> True or False).

    features: agent -> list of dictionaries (`features.describe_features`); ratings: list of Rating; key: see
    `rating_page`.
    """
    items = {tuple(pair): item for item, pair in key["items"].items()}
    rows = []
    for agent, described in features.items():
        for feature in described:
            item = items[agent, feature["number"]]
            rated = {one.rater: is_interpretable(one.answers[item]) for one in ratings if item in one.answers}
            auc = feature["auc"]
            selective = None if auc is None else bool(auc >= least_auc)
            known = {name: feature[name] for name in ("number", "kind", "auc")}
            rows.append(dict(known, agent=agent, selective=selective, rated=rated))
    return rows


def share_interval(agents_rows, runs_of, value_of):
    """The mean of `value_of` over features and its interval, by bootstrap over runs and then over their features.

    agents_rows: agent -> its feature rows; runs_of: the agents of one number of levels; value_of: row -> number, None
    where it is not known. Returns (mean, low, high), None where nothing is known.
    """
    runs = []
    for agent in runs_of:
        values = [value for value in map(value_of, agents_rows[agent]) if value is not None]
        if values:
            runs.append(np.array(values, float))
    if not runs:
        return None
    random = np.random.RandomState(0)
    # Of each run as many resampled means as may be drawn in all.
    drawn = [values[random.randint(len(values), size=(RESAMPLES, len(runs), len(values)))].mean(-1) for values in runs]
    places = random.randint(len(runs), size=(RESAMPLES, len(runs)))
    means = np.take_along_axis(np.array(drawn), places[np.newaxis], axis=0)[0].mean(axis=-1)
    low, high = np.percentile(means, INTERVAL)
    return float(np.mean([values.mean() for values in runs])), float(low), float(high)


def rated_share(row):
    """The share of a feature's raters to whom it is interpretable, None where there are none."""
    return float(np.mean(list(row["rated"].values()))) if row["rated"] else None


def trend(levels, values):
    """How values of agents go with their numbers of levels: Spearman's rho and its p-value by permutation of agents.

    Returns (rho, p, least), least being the p-value that as many agents would have whose values are all in order; None
    where fewer than three are known, or all levels or all values are the same.
    """
    known = [(level, value) for level, value in zip(levels, values) if value is not None]
    if len(known) < 3 or min(len(set(part)) for part in zip(*known)) < 2:
        return None
    levels, values = (np.array(part, float) for part in zip(*known))
    in_order = np.empty(len(known))
    in_order[np.argsort(levels, kind="stable")] = np.arange(len(known))
    return (*_rho_and_p(levels, values), _rho_and_p(levels, in_order)[1])


def _rho_and_p(levels, values):
    # Other orders have the same ranks, so that only their products differ.
    one, other = (average_ranks(part) - (len(part) + 1) / 2 for part in (levels, values))
    size = np.sqrt((one @ one) * (other @ other))
    rho = one @ other / size
    orders, beside = _orders(len(values))
    # A hair below: the same order gives the same rho but for rounding.
    extreme = np.count_nonzero(np.abs(other[orders] @ one) / size >= abs(rho) - 1e-9)
    return float(rho), float((extreme + beside) / (len(orders) + beside))


def _orders(count):
    """Orders of so many agents, and how many count beside these: all, or some drawn and the one that was found."""
    if count <= MOST_IN_ALL_ORDERS:
        return np.array(list(itertools.permutations(range(count)))), 0
    return np.argsort(np.random.RandomState(0).random_sample((PERMUTATIONS, count)), axis=1), 1


def rank_correlation(rows):
    """Spearman's rho, over features, of the AUC with the share of raters, and its interval.

    The interval is by bootstrap over agents and then over their features. Returns (rho, low, high, features); None
    where fewer than three features have both, or one of them does not vary.
    """
    known = [row for row in rows if row["auc"] is not None and row["rated"]]
    pairs = [(row["auc"], rated_share(row)) for row in known]
    if len(pairs) < 3 or min(len(set(part)) for part in zip(*pairs)) < 2:
        return None
    auc, rated = (np.array(part) for part in zip(*pairs))
    names = sorted({row["agent"] for row in known})
    of_agent = [np.flatnonzero([row["agent"] == name for row in known]) for name in names]
    random = np.random.RandomState(0)
    drawn = []
    for _ in range(RESAMPLES):
        agents = (of_agent[agent] for agent in random.randint(len(names), size=len(names)))
        chosen = np.concatenate([features[random.randint(len(features), size=len(features))] for features in agents])
        drawn.append(spearman(auc[chosen], rated[chosen]))
    low, high = np.nanpercentile(drawn, INTERVAL)
    return spearman(auc, rated), float(low), float(high), len(pairs)


def agreement(ratings):
    """Krippendorff's alpha of each question and of both together, by name; None where it is not known.

    Of the second question it is that of raters who said yes to the first: others were not asked.
    """
    items = sorted({item for one in ratings for item in one.answers})
    answers = {item: [one.answers[item] for one in ratings if item in one.answers] for item in items}
    asked = {
        "consistent": [[consistent for consistent, _ in answers[item]] for item in items],
        "sensible": [[sensible for consistent, sensible in answers[item] if consistent] for item in items],
        "interpretable": [list(map(is_interpretable, answers[item])) for item in items],
    }
    return {name: krippendorff_alpha(units) for name, units in asked.items()}


def summarise(agents, solved, rows, ratings, differing=()):
    """The results of a study as plain numbers: agents, levels, trends, agreement, raters, correlation and conclusions.

    agents: list of StudyAgent; solved: agent -> split -> `generalising.solved_share`; rows: `feature_rows`; differing:
    of `agents.differing_options`.
    """
    of_agent = {agent.name: [row for row in rows if row["agent"] == agent.name] for agent in agents}
    told = [
        {
            "agent": agent.name,
            "levels": agent.levels,
            "run": agent.run,
            **solved[agent.name],
            "selective": share_interval(of_agent, [agent.name], lambda row: row["selective"]),
            "auc": share_interval(of_agent, [agent.name], lambda row: row["auc"]),
            "interpretable": share_interval(of_agent, [agent.name], rated_share),
        }
        for agent in agents
    ]
    levels = [
        {
            "levels": count,
            "selective": share_interval(of_agent, names, lambda row: row["selective"]),
            "auc": share_interval(of_agent, names, lambda row: row["auc"]),
            "interpretable": share_interval(of_agent, names, rated_share),
        }
        for count in sorted({agent.levels for agent in agents})
        for names in [[agent.name for agent in agents if agent.levels == count]]
    ]
    counts = [one["levels"] for one in told]
    trends = {
        "test": trend(counts, [one["test"]["share"] for one in told]),
        "gap": trend(counts, [_gap(one) for one in told]),
        "selective": trend(counts, [one["selective"] and one["selective"][0] for one in told]),
        "interpretable": trend(counts, [one["interpretable"] and one["interpretable"][0] for one in told]),
    }
    return {
        "agents": told,
        "levels": levels,
        "trends": trends,
        "raters": [{"rater": one.rater, "features": len(one.answers)} for one in ratings],
        "agreement": agreement(ratings),
        "correlation": rank_correlation(rows),
        "conclusions": conclusions(trends, differing),
    }


def _gap(agent):
    shares = [agent[split]["share"] for split in ("train", "test")]
    return None if None in shares else shares[0] - shares[1]


WHAT = {
    "test": "the share of unseen levels solved",
    "gap": "how much more of the trained levels is solved than of unseen ones",
    "selective": "the share of object-selective features",
    "interpretable": "the share of features that raters found interpretable",
}


def conclusions(trends, differing=()):
    """A sentence on each trend, after one on what else agents differ in."""
    said = []
    if differing:
        said.append(
            "Agents differ in {} of their game too, not in levels alone: what goes with the number of levels may come "
            "of that.".format(", ".join(differing))
        )
    for name, what in WHAT.items():
        if trends[name] is None:
            said.append("Whether {} goes with the number of levels is not known.".format(what))
            continue
        rho, p, least = trends[name]
        found = "(Spearman's ρ {}, p {} by permutation of agents".format("{:.2f}".format(rho).replace("-", "−"), _p(p))
        if p < SIGNIFICANT:
            grows = "grows" if rho > 0 else "falls"
            said.append("{}{} {} with the number of levels {}).".format(what[0].upper(), what[1:], grows, found))
        elif least < SIGNIFICANT:
            said.append("That {} differs with the number of levels is not shown {}).".format(what, found))
        else:
            said.append(
                "Whether {} differs with the number of levels cannot be shown by so few agents {}; in no order would p "
                "be below {}).".format(what, found, _p(least))
            )
    return said


def _p(value):
    return "{:.{}f}".format(value, 3 if value < 0.1 else 2)
