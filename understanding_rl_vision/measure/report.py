"""A measurement as tables: for programs, for people, and for `run`, which shows the names proposed."""

import csv
import io
import os

from understanding_rl_vision.agents.games import described_options, played_options
from understanding_rl_vision.files import replacing
from understanding_rl_vision.json_files import to_json
from understanding_rl_vision.measure.chart import write_heat_table
from understanding_rl_vision.pages.card import card_element
from understanding_rl_vision.pages.formats import format_number, format_percent
from understanding_rl_vision.pages.gallery import Item, Picture, Section, write_gallery
from understanding_rl_vision.rl_util.layers import file_name
from understanding_rl_vision.run.measurement import write_measurement
from understanding_rl_vision.run.naming import LEAST_RATIO

MEASUREMENT_FILE, TABLE, LABELS = "measurement.html", "measurement.csv", "feature_labels.json"

ABOUT = """\
How many times as active each feature and each channel is around objects of a kind as on average over all positions and
observations: 1 means that it does not care. Around an object is what is within it, or within 5 of 64 pixels of its
centre. In brackets: 95 % intervals, by bootstrap over episodes.

A name is proposed where a feature is at least 5 times as active around one kind as on average, and at least twice as
active as around any other."""


def write_report(folder, measured, earlier, agent_name, checkpoint, card):
    """Write a measurement, name of the layer -> dictionary, to a folder; earlier: that of other layers, to keep.

    card: the page's Card, which gets its pictures here.
    """
    write_measurement(folder, dict(earlier, **measured))
    _write(os.path.join(folder, TABLE), as_csv(measured))
    names = {layer: found["names"] for layer, found in measured.items()}
    _write(os.path.join(folder, LABELS), to_json(names, indent=1))
    sections = [section for layer, found in measured.items() for section in _sections(folder, layer, found)]
    text = "{}\n\nPlayed: {}.".format(ABOUT, described_options(played_options(checkpoint)))
    pictures = [picture.file for section in sections for item in section.items for picture in item.pictures]
    head = card_element(card._replace(facts={"layers": ", ".join(measured)}, pictures=pictures[:1]))
    write_gallery(
        os.path.join(folder, MEASUREMENT_FILE), "What features respond to: " + agent_name, sections, text, head
    )


def _write(path, text):
    with replacing(path) as file:
        file.write(text.encode("utf-8"))


def as_csv(measured):
    """A row for each layer, feature or channel, and kind. As in legends features count from 1, channels from 0."""
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["layer", "what", "number", "name", "object", "ratio", "low", "high"])
    for layer, found in measured.items():
        for what, first in (("feature", 1), ("channel", 0)):
            table = found[what + "s"]
            for row in range(len(table["ratio"])):
                name = found["names"].get(str(row), "") if what == "feature" else ""
                for k, kind in enumerate(found["kinds"]):
                    numbers = [_figure(table[end][row][k]) for end in ("ratio", "low", "high")]
                    rows.writerow([layer, what, first + row, name, kind] + numbers)
    return text.getvalue()


def _figure(value):
    return "" if value is None else "{:.6g}".format(value)


def as_table(measured):
    """Markdown: of each layer a row for each feature with its ratios, and what to give to `edit`."""
    lines = []
    for layer, found in measured.items():
        lines.append("| {} | {} | name |".format(layer, " | ".join(found["kinds"])))
        lines.append("|---|{}---|".format("---|" * len(found["kinds"])))
        for row, ratios in enumerate(found["features"]["ratio"]):
            cells = " | ".join(format_number(ratio, 2) for ratio in ratios)
            lines.append("| {} | {} | {} |".format(row + 1, cells, found["names"].get(str(row), "")))
        lines += [""] + sparsity_text(found) + ["", "Give to edit, against"]
        lines += ["  {}: {}".format(kind, what) for kind, what in advice(found).items()] + [""]
    return "\n".join(lines)


def advice(found):
    """Kind of object -> what to give to `edit` so that the agent no longer sees it, where something responds to it."""
    return {best["kind"]: _to_edit(best) for best in found["best"] if _to_edit(best)}


def sparsity_text(found):
    """A sentence on how sparse attribution is, or none."""
    of = found.get("sparsity")
    if not of:
        return []
    interval = "" if of["low"] is None else " ({} to {})".format(*(format_percent(of[end]) for end in ("low", "high")))
    return [
        "The {} largest pairs of position and feature hold {}{} of the value's attribution to the layer, on average "
        "over {:,} observations.".format(of["pairs"], format_percent(of["share"]), interval, of["observations"])
    ]


def _to_edit(best):
    parts = []
    if best["feature"] is not None and best["feature_ratio"] >= LEAST_RATIO:
        ratio = format_number(best["feature_ratio"])
        parts.append("features {} ({} times as active)".format(best["feature"] + 1, ratio))
    if best["channel"] is not None and best["channel_ratio"] >= LEAST_RATIO:
        ratio = format_number(best["channel_ratio"])
        parts.append("the direction of channel {} ({} times)".format(best["channel"], ratio))
    return ", or ".join(parts)


def _sections(folder, layer, found):
    """The layer's sections: an overview, and each feature."""
    pictures = []
    for what, first in (("feature", 1), ("channel", 0)):
        ratios = found[what + "s"]["ratio"]
        if ratios:
            file = "measurement_{}_{}s.png".format(file_name(layer), what)
            rows = [str(first + row) for row in range(len(ratios))]
            if what == "feature":
                rows = [_title(found, row) for row in range(len(ratios))]
            write_heat_table(os.path.join(folder, file), ratios, rows, found["kinds"], what)
            pictures.append(Picture(file, "Ratios of each {} and kind of object".format(what), what.capitalize() + "s"))
    seen = "{:,} observations of {:,} episodes.".format(found["observations"], found["episodes"])
    seen = " ".join([seen] + sparsity_text(found))
    items = [Item("", pictures), Item("What to give to edit, against", [], advice(found))]
    features = [_feature_item(found, row) for row in range(len(found["features"]["ratio"]))]
    return [
        Section("Layer {}".format(layer), items, seen, 24),
        Section("Features of {}".format(layer), features, "", 18),
    ]


def _title(found, row):
    return " ".join(filter(None, [str(row + 1), found["names"].get(str(row))]))


def _feature_item(found, row):
    table = found["features"]
    numbers = {
        kind: "{} ({} to {})".format(*(format_number(table[end][row][k]) for end in ("ratio", "low", "high")))
        for k, kind in sorted(enumerate(found["kinds"]), key=lambda pair: -(table["ratio"][row][pair[0]] or 0))
    }
    return Item("Feature {}".format(_title(found, row)), [], numbers)
