"""The article's two plots: generalisation, and the share of features that can be interpreted, by number of levels."""

import os

from understanding_rl_vision.evaluate.chart import REPRODUCIBLE
from understanding_rl_vision.files import replacing
from understanding_rl_vision.study import article_figures as article

TRAIN_COLOUR, TEST_COLOUR = "#a3cce9", "#1170aa"
PEOPLE_COLOUR, MACHINE_COLOUR, ARTICLE_COLOUR = "#c85200", "#1170aa", "#a3acb9"

# Points of one number of levels stand beside it, to the left or to the right by this factor, to be seen apart.
ASIDE = 1.06

# File, without extension -> what it shows, for those who cannot see it.
ALTERNATIVES = {
    "generalisation": "Shares of levels solved, of those trained on and of unseen ones, against the number of levels",
    "interpretability": "Shares of features that people could interpret and that are object-selective, against the "
    "number of training levels",
}


def _axes(title):
    # Matplotlib takes a second to import, which only those who want a chart should wait for.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.ticker import PercentFormatter

    figure = Figure(figsize=(7, 4.2), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot(1, 1, 1)
    axes.set_xscale("log")
    axes.set_xlabel("number of training levels")
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=None, symbol=" %"))
    axes.set_title(title)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    return figure, axes


def generalisation_chart(summary):
    """The Figure of the shares of levels solved, by agents, with 95 % intervals; the article's behind."""
    figure, axes = _axes("Generalisation")
    axes.set_ylabel("levels solved")
    for values, style in ((article.TRAIN, ":"), (article.TEST, "--")):
        mean = [sum(of_level) / len(of_level) / 100 for of_level in zip(*values)]
        name = "article, {}".format("trained on" if values is article.TRAIN else "unseen")
        axes.plot(article.LEVELS, mean, style, color=ARTICLE_COLOUR, label=name)
    for split, colour, name, aside in (
        ("train", TRAIN_COLOUR, "trained on", 1 / ASIDE),
        ("test", TEST_COLOUR, "unseen", ASIDE),
    ):
        known = [agent for agent in summary["agents"] if agent[split]["share"] is not None]
        _points(axes, known, [agent[split] for agent in known], colour, name, aside)
    axes.legend(frameon=False)
    return figure


def interpretability_chart(summary):
    """The Figure of the shares of features that raters could interpret and that are object-selective."""
    figure, axes = _axes("Features that can be told what they see")
    axes.set_ylabel("features")
    values = list(zip(*article.INTERPRETABLE))
    mean = [sum(of_level) / len(of_level) / 100 for of_level in values]
    axes.plot(article.LEVELS, mean, "--", color=ARTICLE_COLOUR, label="article, by people")
    for name, colour, label, aside in (
        ("interpretable", PEOPLE_COLOUR, "by people", 1 / ASIDE),
        ("selective", MACHINE_COLOUR, "by machine: object-selective (AUC)", ASIDE),
    ):
        known = [entry for entry in summary["levels"] if entry[name] is not None]
        spans = [dict(zip(("share", "low", "high"), entry[name])) for entry in known]
        _points(axes, known, spans, colour, label, aside)
    axes.set_ylim(-0.02, 1.02)
    axes.legend(frameon=False)
    return figure


def _points(axes, entries, spans, colour, label, aside):
    if not entries:
        return
    shares = [span["share"] for span in spans]
    # An interval need not hold a mean of few.
    below = [max(span["share"] - span["low"], 0) for span in spans]
    above = [max(span["high"] - span["share"], 0) for span in spans]
    places = [entry["levels"] * aside for entry in entries]
    axes.errorbar(places, shares, yerr=[below, above], fmt="o", color=colour, capsize=3, label=label)


def write_charts(summary, folder):
    """Write both charts to a folder, as PNG and SVG; returns their names without extension, with what they show."""
    from matplotlib import rc_context

    charts = {"generalisation": generalisation_chart, "interpretability": interpretability_chart}
    for name, chart in charts.items():
        with rc_context(REPRODUCIBLE):
            figure = chart(summary)
            for form, metadata in (("png", {"Software": None}), ("svg", {"Date": None})):
                with replacing(os.path.join(folder, "{}.{}".format(name, form))) as file:
                    figure.savefig(file, format=form, dpi=150, metadata=metadata)
    return ALTERNATIVES
