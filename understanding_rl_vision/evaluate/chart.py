"""The article's bar chart: of each model, the share of levels failed by each cause; or its mean return."""

import itertools
import textwrap

from understanding_rl_vision.envs.base import UNKNOWN
from understanding_rl_vision.envs.coinrun_causes import (
    BUZZSAW,
    ENEMY_LEFT,
    ENEMY_RIGHT,
    LAVA,
    MULTIPLE,
    OTHER,
    TIME_LIMIT,
)
from understanding_rl_vision.evaluate.model_comparison import FAILED, SOLVED
from understanding_rl_vision.evaluate.summaries import differs, star_note
from understanding_rl_vision.files import replacing

# Tableau's colour-blind set: a cause has the same colour in every chart.
COLOURS = {
    BUZZSAW: "#c85200",
    ENEMY_LEFT: "#1170aa",
    ENEMY_RIGHT: "#a3cce9",
    LAVA: "#ffbc79",
    TIME_LIMIT: "#57606c",
    MULTIPLE: "#a3acb9",
    OTHER: "#c8d0d9",
    UNKNOWN: "#7b848f",
}

# Of causes that a game tells of its own, in their order.
MORE_COLOURS = ("#5fa2ce", "#f28e2b", "#59a14f", "#b07aa1", "#edc948", "#9c755f")

# Characters in a line of a model's name, so that neighbours do not meet.
NAME_WIDTH = 16

# The scale goes so many times as far as the intervals, for stars.
HEADROOM = 1.1

CONTROL_NOTE = "hatched: to compare with, cut at the scale of the others"

# Without these every SVG would be another file.
REPRODUCIBLE = {"svg.hashsalt": "failures", "svg.fonttype": "none"}


def failures_chart(models, control=False):
    """Return the Figure of what `summaries.summarise` returns: a group of bars for each model, with 95 % intervals.

    control: the last model is one to compare with, such as the first with objects invisible: it is hatched, and where
    it is beyond the scale of the others its bars are cut and their numbers stand above them. Stars mark shares that
    differ from the first model's; what they say stands below the bars.
    """
    # Matplotlib takes a second to import, which only those who want a chart should wait for.
    from matplotlib.ticker import PercentFormatter

    causes = [outcome for outcome in models[0]["outcomes"] if outcome not in (SOLVED, FAILED)] or [FAILED]
    more = itertools.cycle(MORE_COLOURS)
    colours = {
        cause: COLOURS.get(cause, COLOURS[UNKNOWN] if cause == FAILED else None) or next(more) for cause in causes
    }
    figure, axes = _figure(models, len(causes))
    scaled = models[:-1] if control else models
    top = HEADROOM * max(model["outcomes"][cause]["interval"][1] for model in scaled for cause in causes)
    width = 0.8 / len(causes)
    for i, cause in enumerate(causes):
        places = [group - 0.4 + width * (i + 0.5) for group in range(len(models))]
        outcomes = [model["outcomes"][cause] for model in models]
        bars = _bars(axes, places, width, cause, colours[cause], outcomes)
        if control:
            bars[-1].set(hatch="////", edgecolor="white")
        for place, outcome in zip(places, outcomes):
            _mark(axes, place, outcome, top)
    notes = [star_note(models)] + [CONTROL_NOTE] * control
    axes.set_xlabel("; ".join(filter(None, notes)), fontsize="small", color="#57606c")
    axes.set_ylabel("levels failed")
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=None, symbol=" %"))
    axes.set_ylim(0, top)
    # Above the bars there may be numbers.
    axes.set_title("Failure rate by cause", pad=20)
    axes.legend(title="cause", frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    return figure


def _bars(axes, places, width, cause, colour, outcomes):
    """Draw the bars of a cause, one for each model, with their intervals; returns the bars."""
    shares = [outcome["share"] or 0 for outcome in outcomes]
    # Rounding may leave the share of none a little above the interval's lower end.
    below = [max(share - outcome["interval"][0], 0) for share, outcome in zip(shares, outcomes)]
    above = [max(outcome["interval"][1] - share, 0) for share, outcome in zip(shares, outcomes)]
    bars = axes.bar(places, shares, width * 0.92, label=cause, color=colour)
    axes.errorbar(places, shares, yerr=[below, above], fmt="none", ecolor="#333333", elinewidth=1, capsize=2)
    return bars


def _mark(axes, place, outcome, top):
    """Write above a bar a star where it differs, and its number where it is cut."""
    star = "*" if differs(outcome) else ""
    if outcome["interval"][1] <= top:
        if star:
            axes.annotate(star, (place, outcome["interval"][1]), ha="center", va="bottom")
    else:
        text = "{:.1%}{}".format(outcome["share"], star).replace("%", " %")
        axes.text(place, 1.01, text, ha="center", va="bottom", fontsize="small", transform=axes.get_xaxis_transform())


def returns_chart(models):
    """Return the Figure of what `summaries.summarise` returns without outcomes: mean returns, with 95 % intervals."""
    figure, axes = _figure(models, 1)
    means = [model["mean_return"] or 0 for model in models]
    intervals = [model["return_interval"] or [mean, mean] for model, mean in zip(models, means)]
    errors = [[mean - low for mean, (low, _) in zip(means, intervals)]]
    axes.bar(range(len(models)), means, 0.5, color=COLOURS[ENEMY_LEFT])
    axes.errorbar(range(len(models)), means, yerr=2 * errors, fmt="none", ecolor="#333333", elinewidth=1, capsize=2)
    axes.set_ylabel("return")
    axes.set_title("Mean return")
    return figure


def _figure(models, bars):
    """A Figure with axes for a group of bars for each model."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(max(7, 3.5 + 0.45 * bars * len(models)), 4.5), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot(1, 1, 1)
    axes.set_xticks(range(len(models)))
    axes.set_xticklabels([textwrap.fill(model["name"], NAME_WIDTH) for model in models])
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    return figure, axes


def write_chart(models, stem, control=False):
    """Write the chart as `stem`.png and `stem`.svg. control: see `failures_chart`."""
    from matplotlib import rc_context

    with rc_context(REPRODUCIBLE):
        figure = failures_chart(models, control) if models[0]["outcomes"] else returns_chart(models)
        for form, metadata in (("png", {"Software": None}), ("svg", {"Date": None})):
            with replacing("{}.{}".format(stem, form)) as file:
                figure.savefig(file, format=form, dpi=150, metadata=metadata)
