"""The article's figures, and ours beside them, as Markdown."""

import numpy as np

from understanding_rl_vision.envs.coinrun_causes import BUZZSAW, ENEMY_LEFT, ENEMY_RIGHT
from understanding_rl_vision.evaluate.statistics import two_proportion_test, wilson_interval
from understanding_rl_vision.run.naming import propose_names
from understanding_rl_vision.run.responses import Responses

OTHER = "multiple or other"
CAUSES = (BUZZSAW, ENEMY_LEFT, ENEMY_RIGHT, OTHER)
ORIGINAL, INVISIBLE = "original", "original, buzzsaw invisible"

# Per cent of levels failed by each of CAUSES (section "Model editing").
ARTICLE_LEVELS = 10000
ARTICLE = {
    ORIGINAL: (0.37, 0.16, 0.12, 0.08),
    "buzzsaw blindness": (12.76, 0.16, 0.08, 0.05),
    "enemy moving left blindness": (0.36, 4.69, 0.97, 0.07),
    INVISIBLE: (32.20, 0.05, 0.05, 0.05),
}


def table(header, rows):
    """Markdown. header and rows: lists of what is shown in the cells."""
    lines = [header, ["---"] * len(header)] + rows
    return "\n".join("| {} |".format(" | ".join(str(cell) for cell in line)) for line in lines)


def share(count, trials):
    """A share in per cent with its 95 % interval (Wilson)."""
    low, high = wilson_interval(count, trials)
    return "{:.2f} ({:.2f} to {:.2f})".format(*(100 * part for part in (count / trials, low, high)))


def failures(model):
    """Levels that a model of an evaluation failed: cause, of CAUSES -> count."""
    counts = {name: outcome["count"] for name, outcome in model["outcomes"].items()}
    told = {cause: counts.get(cause, 0) for cause in CAUSES[:-1]}
    return dict(told, **{OTHER: counts["failed"] - sum(told.values())})


def failures_table(models):
    """What ended the levels of each model, below the article's figures where it has them."""
    rows = []
    for model in models:
        if model["name"] in ARTICLE:
            known = ARTICLE[model["name"]]
            cells = ["{:.2f}".format(percent) for percent in known + (sum(known),)]
            rows.append(["article: " + model["name"], "{:,}".format(ARTICLE_LEVELS)] + cells)
        if not model["levels"]:
            continue
        counts = failures(model)
        cells = [share(counts[cause], model["levels"]) for cause in CAUSES]
        cells.append(share(sum(counts.values()), model["levels"]))
        rows.append(["ours: " + model["name"], "{:,}".format(model["levels"])] + cells)
    return table(["% of levels failed by", "levels"] + list(CAUSES) + ["all"], rows)


def comparisons(models):
    """List of (model, cause, p-value): whether ours and the article's shares of levels failed are the same."""
    found = []
    for model in models:
        if model["name"] in ARTICLE and model["levels"]:
            counts = failures(model)
            for cause, percent in zip(CAUSES, ARTICLE[model["name"]]):
                theirs = round(percent / 100 * ARTICLE_LEVELS)
                p = two_proportion_test(counts[cause], model["levels"], theirs, ARTICLE_LEVELS)
                found.append((model["name"], cause, p))
    return found


def agreement(models):
    """A sentence: how many of the article's shares ours agree with, and which differ."""
    found = comparisons(models)
    # Several are compared: together they are to err in one of twenty cases (Bonferroni).
    least = 0.05 / max(len(found), 1)
    differing = ["{}, {} (p = {:.2g})".format(*one) for one in found if one[2] < least]
    said = "{} of {} figures agree with the article's (two-proportion test, p of at least 0.05 / {} each)".format(
        len(found) - len(differing), len(found), len(found)
    )
    return said + ("; others: " + "; ".join(differing) if differing else "") + "."


def changes(models, causes_of):
    """Lines: of each edited model the failures that an edit was not meant to cause, beside the original's.

    causes_of: model's name -> causes that it was meant to cause.
    """
    lines = []
    for model in models:
        if model["name"] not in causes_of or not model["levels"]:
            continue
        own, original = failures(model), failures(models[0])
        rest = [cause for cause in CAUSES if cause not in causes_of[model["name"]]]
        parts = [
            "{} {} and {}".format(cause, own[cause], original[cause]) for cause in rest if own[cause] or original[cause]
        ]
        counts = [sum(of[cause] for cause in rest) for of in (own, original)]
        p = two_proportion_test(counts[0], model["levels"], counts[1], models[0]["levels"])
        lines.append(
            "- {}: {} levels failed by other causes, of the original {} (p = {:.2g}): {}".format(
                model["name"], *counts, p, ", ".join(parts)
            )
        )
    return "\n".join(lines)


def blindness_lines(found):
    """Lines: how blind each edit has made the agent to buzzsaws."""
    lines = []
    for one in found:
        if one["blindness"] is not None:
            figures = (100 * part for part in [one["blindness"]] + one["interval"])
            lines.append("- {}: {:.1f} % ({:.1f} to {:.1f})".format(one["name"], *figures))
    return "\n".join(lines)


def response_table(measured, pictures):
    """How many times as active each feature is around each kind of object, with its picture and proposed name.

    measured: a layer's part of a measurement; pictures: Markdown for each feature.
    """
    found = measured["features"]
    rows = []
    for row, ratios in enumerate(found["ratio"]):
        cells = [_ratio(*numbers) for numbers in zip(ratios, found["low"][row], found["high"][row])]
        rows.append(["{} {}".format(pictures[row], row + 1), measured["names"].get(str(row), "")] + cells)
    return table(["feature", "name proposed"] + measured["kinds"], rows)


def _ratio(ratio, low, high):
    """A ratio, with its interval where it is far from 1."""
    if ratio is None:
        return ""
    return "{:.1f}".format(ratio) if ratio < 5 else "**{:.0f}** ({:.0f} to {:.0f})".format(ratio, low, high)


def names_found(measured):
    """A text: the names proposed for features, in their order, and how many have none."""
    names = [measured["names"].get(str(row)) for row in range(len(measured["features"]["ratio"]))]
    known = [name for name in names if name]
    missing = len(names) - len(known)
    return ", ".join(known + (["{} without a name".format(missing)] if missing else []))


def layers_table(layers):
    """Of each layer, how many features and channels respond to one kind of object above all others."""
    rows = []
    for layer, measured in layers.items():
        channels = Responses(*(np.array(measured["channels"][part], float) for part in Responses._fields))
        standing_out = propose_names(measured["kinds"], channels)
        features = measured["features"]["ratio"]
        rows.append(
            [
                layer,
                "{} of {}".format(len(measured["names"]), len(features)),
                ", ".join(measured["names"].values()),
                "{} of {}".format(len(standing_out), len(measured["channels"]["ratio"])),
            ]
        )
    return table(["layer", "features of one kind of object", "which", "channels of one kind of object"], rows)
