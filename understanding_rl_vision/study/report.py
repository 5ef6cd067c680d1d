"""The result of a study as a page and as tables for programs."""

import csv
import html
import io
import os

from understanding_rl_vision.files import replacing
from understanding_rl_vision.json_files import to_json
from understanding_rl_vision.pages.card import Card, card_element, today
from understanding_rl_vision.pages.formats import MISSING, format_number
from understanding_rl_vision.pages.html_page import theme, write_html
from understanding_rl_vision.study.article_figures import INTERPRETABLE, LEVELS, TEST, TRAIN
from understanding_rl_vision.study.chart import write_charts

PAGE, SUMMARY = "study.html", "study.json"
AGENTS, FEATURES = "agents.csv", "features.csv"

# What raters agree on, see `results.agreement`.
AGREED_ON = {
    "consistent": "same kind of object in the examples",
    "sensible": "attribution, of features to whose examples both said yes",
    "interpretable": "both together",
}

STYLE = """
body { max-width: 78rem; margin: 0 auto; padding: 1rem; }
.charts { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); }
img { display: block; width: 100%; height: auto; background: #fff; }
.table { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.85rem; }
th, td { padding: 0.25rem 0.7rem; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
th:first-child, td:first-child { text-align: left; }
"""

ABOUT = """\
<p>The article's hypothesis is that "interpretable features tend to arise (at a given level of abstraction) if and
only if the training distribution is diverse enough (at that level of abstraction)". Here agents were trained on
different numbers of levels. In brackets: 95 % intervals, of shares of levels Wilson's, of features by bootstrap over
runs and their features.</p>
<p><strong>By people</strong>: the share of features for which a rater, who was not told the agent, answered yes to
both questions of <a href="rate.html">the rating page</a>. <strong>By machine</strong>: the share of features that are
object-selective: objects of one kind are told from other places by how active the feature is, with an area
under the ROC curve of at least {least}. This is not the article's measure: a feature may mean something without being
of one kind of object, and may be of one kind of object without being used well.</p>"""


def write_report(folder, summary, rows, settings):
    """Write page, charts, summary and tables of a study to its folder; summary: of `results.summarise`."""
    charts = write_charts(summary, folder)
    _write(folder, SUMMARY, to_json(dict(summary, settings=settings), indent=1))
    _write(folder, AGENTS, _csv(_agents_table(summary, _plain_cell)))
    _write(folder, FEATURES, _csv(_features_table(summary, rows)))
    body = "\n".join(
        [
            "<h1>Diversity and interpretability</h1>",
            ABOUT.format(least=format_number(settings["least_auc"])),
            "<ul>{}</ul>".format("".join("<li>{}</li>".format(html.escape(said)) for said in summary["conclusions"])),
            '<div class="charts">{}</div>'.format("".join(_image(name, alt) for name, alt in charts.items())),
            "<h2>Agents</h2>",
            _table(_agents_table(summary, _shown_cell)),
            "<h2>Raters</h2>",
            _raters(summary),
            "<h2>The article's figures</h2>",
            _table(_article_table()),
            '<p>Raw numbers: <a href="{}">agents</a>, <a href="{}">features</a>, <a href="{}">all</a>.</p>'.format(
                AGENTS, FEATURES, SUMMARY
            ),
        ]
    )
    card = Card(
        "study",
        date=today(),
        facts={"agents": len(summary["agents"])},
        pictures=[name + ".png" for name in charts],
    )
    write_html(os.path.join(folder, PAGE), "Diversity and interpretability", body, theme() + STYLE, card_element(card))
    return os.path.join(folder, PAGE)


def _write(folder, name, text):
    with replacing(os.path.join(folder, name)) as file:
        file.write(text.encode("utf-8"))


def _csv(rows):
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _image(name, alt):
    return '<figure><a href="{0}.svg"><img src="{0}.png" alt="{1}"></a></figure>'.format(name, html.escape(alt))


def _table(rows):
    def line(cells, tag):
        return "<tr>{}</tr>".format("".join("<{0}>{1}</{0}>".format(tag, html.escape(str(cell))) for cell in cells))

    head, *others = rows
    return '<div class="table"><table><thead>{}</thead><tbody>{}</tbody></table></div>'.format(
        line(head, "th"), "".join(line(row, "td") for row in others)
    )


def _agents_table(summary, cells):
    """Rows of what is known of each agent; cells: function from a share and its interval to the cells of it."""
    head = ["levels", "run"]
    for title in ("trained levels solved", "unseen levels solved", "interpretable (people)", "object-selective (AUC)"):
        head += cells(title, None)
    head += cells("mean AUC", None)
    rows = [head]
    for agent in summary["agents"]:
        row = [agent["levels"], agent["run"]]
        for split in ("train", "test"):
            row += cells(None, [agent[split][end] for end in ("share", "low", "high")])
        for name in ("interpretable", "selective", "auc"):
            row += cells(None, agent[name])
        rows.append(row)
    return rows


def _plain_cell(title, span):
    if title is not None:
        return [title, title + ", low", title + ", high"]
    return ["", "", ""] if span is None or span[0] is None else list(span)


def _shown_cell(title, span):
    if title is not None:
        return [title]
    if span is None or span[0] is None:
        return [MISSING]
    return ["{} ({} to {})".format(*(format_number(100 * end) for end in span)) + " %"]


def _features_table(summary, rows):
    levels = {agent["agent"]: (agent["levels"], agent["run"]) for agent in summary["agents"]}
    raters = [one["rater"] for one in summary["raters"]]
    table = [["levels", "run", "feature", "kind", "auc", "selective"] + raters]
    for row in rows:
        known = [row["number"], row["kind"], row["auc"], row["selective"]]
        table.append([*levels[row["agent"]], *known, *(row["rated"].get(rater) for rater in raters)])
    return table


def _raters(summary):
    if not summary["raters"]:
        return (
            '<p>Nobody has rated features yet. Open <a href="rate.html">the rating page</a>, or send that one file to '
            "others, put what it saves into the folder <code>ratings</code> and start the study again.</p>"
        )
    table = [["rater", "features rated"]] + [[one["rater"], one["features"]] for one in summary["raters"]]
    alphas = "; ".join(
        "{}: {}".format(AGREED_ON[name], format_number(alpha, 2)) for name, alpha in summary["agreement"].items()
    )
    said = "<p>Agreement between raters (Krippendorff's α, 1: all agree, 0: as by chance): {}.</p>".format(alphas)
    if summary["correlation"]:
        said += (
            "<p>Spearman's ρ of people's ratings with the machine's AUC, over {3} features: {0} ({1} to {2}).</p>"
        ).format(*(format_number(number, 2) for number in summary["correlation"][:3]), summary["correlation"][3])
    return _table(table) + said


def _article_table():
    head = ["levels", "trained levels solved", "unseen levels solved", "features interpretable, by run and researcher"]
    columns = zip(LEVELS, *([_joined(of_level) for of_level in zip(*part)] for part in (TRAIN, TEST, INTERPRETABLE)))
    return [head] + [list(row) for row in columns]


def _joined(values):
    return " / ".join("{:g}".format(value) for value in values) + " %"
