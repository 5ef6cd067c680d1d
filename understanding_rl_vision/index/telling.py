"""What a result tells of itself: a page in its head, an evaluation in its summary."""

import collections
import html
import os
import re

from understanding_rl_vision.errors import InputError
from understanding_rl_vision.index.finding import EVALUATION, FILES, beginning, inside
from understanding_rl_vision.json_files import parse_json
from understanding_rl_vision.pages.card import MOST_AGENTS, Card, day, plain_text, read_card
from understanding_rl_vision.pages.formats import format_percent

# found: a Found; card: a Card, with a date at least; page: the file that it leads to; links: other files beside it.
Result = collections.namedtuple("Result", "found card page links")

# With pictures of a page that is one file, the head is as long as that.
HEAD = 1 << 20
LONGEST_SUMMARY = 8 << 20
MOST_PARTS = 100000

_TITLE = re.compile("<title>([^<]{0,1000})</title>")

# Files beside a page of each kind that it leads to as well.
BESIDE = {
    "interface": ("directions.json", "measurement.json"),
    "finds": ("finds.csv", "finds.notes.json"),
    "measurement": ("measurement.csv", "feature_labels.json"),
    "states": ("states.json",),
    EVALUATION: ("summary.csv", "levels.csv", "summary.json"),
    "study": ("rate.html", "agents.csv", "features.csv", "study.json"),
}
CHARTS = ("failures", "returns")
# Pictures of pages that do not name any: those of a folder, beginning with a text.
PICTURES = {
    "interface": (("observations", "0."), ("thumbnails", "")),
    "features": (("images", ""),),
    "states": (("states", ""),),
    "measurement": (("", "measurement_"),),
    "study": (("", ""),),
}
MOST_LISTED = 1000


def told(root, found):
    """The Result of a Found below a folder; None of a file that is something else."""
    if found.kind == EVALUATION:
        card, page = _of_evaluation(root, found)
    else:
        card, page = _of_page(root, found), found.file
    if card is None:
        return None
    links = [name for name in BESIDE.get(card.kind, ()) if name != page and inside(root, found.folder, name)]
    return Result(found, card._replace(date=card.date or day(found.time)), page, links)


def title_of(text):
    """The title in the beginning of a page."""
    title = _TITLE.search(text)
    return plain_text(html.unescape(title.group(1))) if title else ""


def _of_page(root, found):
    text = beginning(root, found.folder, found.file, most=HEAD)
    card = read_card(text)
    if card is None:
        title, expected = title_of(text), FILES[found.file][1]
        if not title.startswith(expected):
            return None
        card = Card(found.kind, facts={"title": title})
        # Pages of before are told from those of `find` by what lies beside them.
        if found.kind == "interface" and inside(root, found.folder, "finds.csv"):
            card = card._replace(kind="finds")
    # What a page calls itself decides only between kinds that its name allows.
    elif card.kind != found.kind and (found.kind, card.kind) != ("interface", "finds"):
        return None
    return card if card.pictures else card._replace(pictures=_pictures(root, found))


def _pictures(root, found):
    """The first pictures of each place where a page of a kind has some."""
    names = []
    for subdir, start in PICTURES[found.kind]:
        try:
            listed = sorted(os.listdir(os.path.join(root, found.folder, subdir))[:MOST_LISTED])
        except OSError:
            continue
        fitting = [name for name in listed if name.startswith(start) and name.endswith(".png")]
        names += [os.path.join(subdir, name) for name in fitting[: 1 if len(PICTURES[found.kind]) > 1 else 2]]
    return names


def _of_evaluation(root, found):
    """The Card of an evaluation and the file that shows it; None, None where the file is no evaluation's."""
    text = beginning(root, found.folder, found.file, most=LONGEST_SUMMARY)
    try:
        summary = parse_json(text, MOST_PARTS)
        models = summary["models"]
        settings = summary["settings"]["num_levels"]
        if not isinstance(models, list) or not isinstance(settings, int):
            return None, None
        facts = {"levels": settings, **_solved(models)}
        names = [] if _solved(models) else [plain_text(str(model["name"])) for model in models[:MOST_AGENTS]]
    except (InputError, LookupError, TypeError, AttributeError):
        return None, None
    if summary.get("complete") is not True:
        facts["state"] = "unfinished"
    charts = [chart for chart in CHARTS if inside(root, found.folder, chart + ".svg")]
    pictures = [chart + ".png" for chart in charts]
    return Card(EVALUATION, names, facts=facts, pictures=pictures), charts[0] + ".svg" if charts else found.file


def _solved(models):
    """Name of a model -> the share of levels that it solved, with its interval, where that is known."""
    shares = {}
    for model in models[:MOST_AGENTS]:
        solved = model.get("outcomes", {}).get("solved")
        if solved and solved["share"] is not None:
            numbers = [format_percent(float(number)) for number in (solved["share"], *solved["interval"])]
            shares["solved by " + plain_text(str(model["name"]))] = "{} ({} to {})".format(*numbers)
    return shares
