"""From levels played to numbers: how many of a model's levels were solved, and what ended the others."""

import collections
import csv
import io

import numpy as np

from understanding_rl_vision.evaluate.statistics import two_proportion_test, wilson_interval

SOLVED, FAILED = "solved", "failed"


def count(played):
    """How often each outcome came in a list of Played: SOLVED, FAILED and each cause that occurred."""
    counts = collections.Counter({SOLVED: 0, FAILED: 0})
    for one in played:
        counts[SOLVED if one.solved else FAILED] += 1
        if not one.solved:
            counts[one.cause] += 1
    return counts


def _return_interval(played):
    """95 % interval of the mean return of a list of Played (normal), or None of fewer than two."""
    if len(played) < 2:
        return None
    totals = np.array([one.total for one in played])
    half = 1.96 * totals.std(ddof=1) / np.sqrt(len(totals))
    return [float(totals.mean() - half), float(totals.mean() + half)]


def summarise(names, played, order):
    """The models' outcomes, in a list of dictionaries that can be written as JSON.

    names: of the models; played: for each its list of Played; order: of the causes. Each has name, levels, mean_steps,
    mean_return with its 95 % interval (normal), and outcomes: solved, failed and each cause that any model met, with
    count, share of the levels, 95 % interval (Wilson) and p_value, of the share being that of the first model
    (two-proportion z-test; None for itself). There are no outcomes where nothing tells what was solved.
    """
    counts = [count(one) for one in played]
    told = all(one.solved is not None for levels in played for one in levels)
    shown = [SOLVED, FAILED] + [cause for cause in order if any(one[cause] for one in counts)] if told else []
    return [
        {
            "name": name,
            "levels": len(levels),
            "mean_steps": _mean([one.steps for one in levels]),
            "mean_return": _mean([one.total for one in levels]),
            "return_interval": _return_interval(levels),
            "outcomes": {
                outcome: _outcome(of[outcome], len(levels), None if of is counts[0] else counts[0][outcome], played)
                for outcome in shown
            },
        }
        for name, levels, of in zip(names, played, counts)
    ]


def _outcome(successes, levels, of_first, played):
    p_value = None if of_first is None else two_proportion_test(successes, levels, of_first, len(played[0]))
    share = successes / levels if levels else None
    interval = list(wilson_interval(successes, levels))
    return {"count": successes, "share": share, "interval": interval, "p_value": p_value}


def _mean(numbers):
    return float(sum(numbers)) / len(numbers) if numbers else None


def as_csv(models):
    """What `summarise` returns as CSV, a row for each model and outcome, or for each model where there are none."""
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\n")
    if not models[0]["outcomes"]:
        rows.writerow(["model", "levels", "mean_return", "low", "high"])
        for model in models:
            rows.writerow([model["name"], model["levels"], model["mean_return"]] + (model["return_interval"] or []))
        return text.getvalue()
    rows.writerow(["model", "levels", "outcome", "count", "share", "low", "high", "p_value"])
    for model in models:
        for outcome, of in model["outcomes"].items():
            numbers = [of["count"], of["share"]] + of["interval"] + [of["p_value"]]
            rows.writerow([model["name"], model["levels"], outcome] + numbers)
    return text.getvalue()


def as_table(models):
    """What `summarise` returns as a Markdown table, a row for each outcome and a column for each model.

    A star marks shares that differ from the first model's with p < 0.05. Where there are no outcomes: mean returns.
    """
    shares = models[0]["outcomes"]
    columns = ["{} ({} levels)".format(model["name"], model["levels"]) for model in models]
    lines = [["share of levels" if shares else ""] + columns]
    lines.append(["---"] * len(lines[0]))
    if not shares:
        lines.append(["mean return"] + [_return_cell(model) for model in models])
    for outcome in shares:
        lines.append([outcome] + [_cell(model["outcomes"][outcome]) for model in models])
    return "\n".join("| {} |".format(" | ".join(line)) for line in lines)


def _return_cell(model):
    if model["return_interval"] is None:
        return "none played" if model["mean_return"] is None else "{:.4g}".format(model["mean_return"])
    return "{:.4g} ({:.4g} to {:.4g})".format(model["mean_return"], *model["return_interval"])


def _cell(outcome):
    if outcome["share"] is None:
        return "none played"
    low, high = outcome["interval"]
    star = "*" if outcome["p_value"] is not None and outcome["p_value"] < 0.05 else ""
    return "{:.2%}{} ({:.2%} to {:.2%})".format(outcome["share"], star, low, high)
