"""From levels played to numbers: how many of a model's levels were solved, and what ended the others."""

import collections
import csv
import io

from understanding_rl_vision.evaluation.statistics import two_proportion_test, wilson_interval

SOLVED, FAILED = "solved", "failed"


def count(played):
    """How often each outcome came in a list of Played: SOLVED, FAILED and each cause that occurred."""
    counts = collections.Counter({SOLVED: 0, FAILED: 0})
    for one in played:
        counts[SOLVED if one.solved else FAILED] += 1
        if not one.solved:
            counts[one.cause] += 1
    return counts


def summarise(names, played, order):
    """The models' outcomes, in a list of dictionaries that can be written as JSON.

    names: of the models; played: for each its list of Played; order: of the causes. Each has name, levels, mean_steps,
    mean_return and outcomes: solved, failed and each cause that any model met, with count, share of the levels, 95 %
    interval (Wilson) and p_value, of the share being that of the first model (two-proportion z-test; None for itself).
    """
    counts = [count(one) for one in played]
    met = [cause for cause in order if any(one[cause] for one in counts)]
    return [
        {
            "name": name,
            "levels": len(levels),
            "mean_steps": _mean([one.steps for one in levels]),
            "mean_return": _mean([one.total for one in levels]),
            "outcomes": {
                outcome: _outcome(of[outcome], len(levels), None if of is counts[0] else counts[0][outcome], played)
                for outcome in [SOLVED, FAILED] + met
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
    """What `summarise` returns as CSV, a row for each model and outcome."""
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["model", "levels", "outcome", "count", "share", "low", "high", "p_value"])
    for model in models:
        for outcome, of in model["outcomes"].items():
            numbers = [of["count"], of["share"]] + of["interval"] + [of["p_value"]]
            rows.writerow([model["name"], model["levels"], outcome] + numbers)
    return text.getvalue()


def as_table(models):
    """What `summarise` returns as a Markdown table, a row for each outcome and a column for each model.

    A star marks shares that differ from the first model's with p < 0.05.
    """
    lines = [["share of levels"] + ["{} ({} levels)".format(model["name"], model["levels"]) for model in models]]
    lines.append(["---"] * len(lines[0]))
    for outcome in models[0]["outcomes"]:
        lines.append([outcome] + [_cell(model["outcomes"][outcome]) for model in models])
    return "\n".join("| {} |".format(" | ".join(line)) for line in lines)


def _cell(outcome):
    if outcome["share"] is None:
        return "none played"
    low, high = outcome["interval"]
    star = "*" if outcome["p_value"] is not None and outcome["p_value"] < 0.05 else ""
    return "{:.2%}{} ({:.2%} to {:.2%})".format(outcome["share"], star, low, high)
