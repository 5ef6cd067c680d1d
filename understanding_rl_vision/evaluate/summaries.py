"""From levels played to numbers: how many of a model's levels were solved, and what ended the others."""

import collections
import csv
import io

import numpy as np

from understanding_rl_vision.evaluate.model_comparison import FAILED, MCNEMAR, SOLVED, compare
from understanding_rl_vision.evaluate.statistics import wilson_interval

# What `compare` tells; of the first model there is nothing to tell.
COMPARED = ("test", "p_value", "difference", "difference_interval")


def count(played):
    """How often each outcome came in a list of Played: SOLVED, FAILED and each cause that occurred."""
    counts = collections.Counter({SOLVED: 0, FAILED: 0})
    for episode in played:
        counts[SOLVED if episode.solved else FAILED] += 1
        if not episode.solved:
            counts[episode.cause] += 1
    return counts


def _return_interval(played):
    """95 % interval of the mean return of a list of Played (normal), or None of fewer than two."""
    if len(played) < 2:
        return None
    totals = np.array([episode.total for episode in played])
    half = 1.96 * totals.std(ddof=1) / np.sqrt(len(totals))
    return [float(totals.mean() - half), float(totals.mean() + half)]


def summarise(names, played, order):
    """The models' outcomes, in a list of dictionaries that can be written as JSON.

    names: of the models; played: for each its list of Played; order: of the causes, after which others come. Each has
    name, levels, mean_steps, mean_return with its 95 % interval (normal), and outcomes: solved, failed and each cause
    that any model met, with count, share of the levels, 95 % interval (Wilson), and how that compares with the first
    model (see `compare`: test, p_value, difference, difference_interval; each None for itself). There are no outcomes
    where nothing tells what was solved.
    """
    counts = [count(episodes) for episodes in played]
    tells_solved = all(episode.solved is not None for episodes in played for episode in episodes)
    others = {cause for counted in counts for cause in counted if cause} - {SOLVED, FAILED, *order}
    occurring = [cause for cause in [*order, *sorted(others)] if any(counted[cause] for counted in counts)]
    shown = [SOLVED, FAILED] + occurring if tells_solved else []
    return [
        {
            "name": name,
            "levels": len(levels),
            "mean_steps": _mean([episode.steps for episode in levels]),
            "mean_return": _mean([episode.total for episode in levels]),
            "return_interval": _return_interval(levels),
            "outcomes": {
                outcome: _outcome(outcome, counted[outcome], levels, None if counted is counts[0] else played[0])
                for outcome in shown
            },
        }
        for name, levels, counted in zip(names, played, counts)
    ]


def _outcome(outcome, count, levels, first):
    """What is told of an outcome of a model's Played. first: those of the first model, or None where it is that."""
    shares = {
        "count": count,
        "share": count / len(levels) if levels else None,
        "interval": list(wilson_interval(count, len(levels))),
    }
    return dict(shares, **(dict.fromkeys(COMPARED) if first is None else compare(levels, first, outcome)))


def _mean(numbers):
    return float(sum(numbers)) / len(numbers) if numbers else None


# Columns of the comparison with the first model, beside its p_value.
ADDED = ["test", "difference", "difference_low", "difference_high"]


def as_csv(models):
    """What `summarise` returns as CSV, a row for each model and outcome, or for each model where there are none."""
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\n")
    if not models[0]["outcomes"]:
        rows.writerow(["model", "levels", "mean_return", "low", "high"])
        for model in models:
            rows.writerow([model["name"], model["levels"], model["mean_return"]] + (model["return_interval"] or []))
        return text.getvalue()
    rows.writerow(["model", "levels", "outcome", "count", "share", "low", "high", "p_value"] + ADDED)
    for model in models:
        for outcome, figures in model["outcomes"].items():
            shares = [figures["count"], figures["share"]] + figures["interval"] + [figures["p_value"]]
            compared = [figures["test"], figures["difference"]] + (figures["difference_interval"] or [None, None])
            rows.writerow([model["name"], model["levels"], outcome] + shares + compared)
    return text.getvalue()


def as_table(models):
    """What `summarise` returns as a Markdown table, a row for each outcome and a column for each model.

    A star marks shares that differ from the first model's with p < 0.05, see `star_note`. Where there are no outcomes:
    mean returns.
    """
    shares = models[0]["outcomes"]
    columns = ["{} ({} levels)".format(model["name"], model["levels"]) for model in models]
    lines = [["share of levels" if shares else ""] + columns]
    lines.append(["---"] * len(lines[0]))
    if not shares:
        lines.append(["mean return"] + [_return_cell(model) for model in models])
    for outcome in shares:
        lines.append([outcome] + [_cell(model["outcomes"][outcome]) for model in models])
    table = "\n".join("| {} |".format(" | ".join(line)) for line in lines)
    note = star_note(models)
    return "{}\n\n{}".format(table, note) if note else table


def differs(outcome):
    """Whether an outcome of a model came to another share of levels than to the first one, with p < 0.05."""
    return outcome["p_value"] is not None and outcome["p_value"] < 0.05


def star_note(models):
    """What the stars in `as_table` and in the chart say, and by which test; empty where nothing is compared."""
    tests = {outcome["test"] for model in models[1:] for outcome in model["outcomes"].values()}
    if not tests:
        return ""
    named = {MCNEMAR: "McNemar's test, level by level"}
    return "* differs from {} with p < 0.05 ({})".format(
        models[0]["name"], "; ".join(named.get(test, test + "-test") for test in sorted(tests))
    )


def _return_cell(model):
    if model["return_interval"] is None:
        return "none played" if model["mean_return"] is None else "{:.4g}".format(model["mean_return"])
    return "{:.4g} ({:.4g} to {:.4g})".format(model["mean_return"], *model["return_interval"])


def _cell(outcome):
    if outcome["share"] is None:
        return "none played"
    low, high = outcome["interval"]
    star = "*" if differs(outcome) else ""
    return "{:.2%}{} ({:.2%} to {:.2%})".format(outcome["share"], star, low, high)
