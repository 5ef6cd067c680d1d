"""What a page tells of itself in its head: of what kind it is, of which agents, when and how it was made.

Pages that list others read it, see `index`. A page may be anybody's: what is read is checked, and cut where it is long.
"""

import collections
import datetime
import html
import os
import re
import time

from understanding_rl_vision.errors import InputError, cut
from understanding_rl_vision.json_files import parse_json, to_json

# kind: such as 'interface'; agents: their names; date: YYYY-MM-DD; command: what made it; facts: name -> text or
# number; pictures: what stands for the page, files in its folder, or addresses (data:) of a page that has none.
Card = collections.namedtuple("Card", "kind agents date command facts pictures", defaults=((), "", "", {}, ()))

ELEMENT = '<meta name="understanding-rl-vision" content="{}">\n'
_ELEMENT = re.compile(r'<meta name="understanding-rl-vision" content="([^"<>]*)">')

# The seconds since 1970 that count as now, by convention (reproducible-builds.org).
DATE_VARIABLE = "SOURCE_DATE_EPOCH"

MOST_PARTS = 1000
MOST_AGENTS, MOST_FACTS, MOST_PICTURES = 12, 12, 3
LONGEST_TEXT, LONGEST_COMMAND, LONGEST_PICTURE = 200, 1000, 1 << 18
_KIND = re.compile("[a-z]{1,20}")
_DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


def today():
    """The day as YYYY-MM-DD (UTC): what is made again on the same day is the same to the byte."""
    return day(float(os.environ.get(DATE_VARIABLE) or time.time()))


def day(seconds):
    """Seconds since 1970 as YYYY-MM-DD (UTC)."""
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%d")


def card_element(card):
    """The HTML of a Card, for the head of a page."""
    return ELEMENT.format(html.escape(to_json(card._asdict())))


def read_card(text):
    """The Card in the beginning of a page; None where there is none that can be read."""
    found = _ELEMENT.search(text)
    try:
        content = parse_json(html.unescape(found.group(1)), most_parts=MOST_PARTS) if found else None
    except InputError:
        return None
    kind, date = (content.get(name) for name in ("kind", "date")) if isinstance(content, dict) else (None, None)
    if not isinstance(kind, str) or not _KIND.fullmatch(kind):
        return None
    return Card(
        kind=kind,
        agents=tuple(_texts(content.get("agents"), MOST_AGENTS, LONGEST_TEXT)),
        date=date if isinstance(date, str) and _DATE.fullmatch(date) else "",
        command="".join(_texts([content.get("command")], 1, LONGEST_COMMAND)),
        facts=_facts(content.get("facts")),
        pictures=tuple(_pictures(content.get("pictures"))),
    )


def plain_text(value, length=LONGEST_TEXT):
    """A text of anybody's, of one line and no longer than this, that every encoding has."""
    line = " ".join(value[: 4 * length].encode("utf-8", "replace").decode("utf-8").split())
    return cut("".join(letter for letter in line if letter.isprintable()), length)


def _texts(values, most, length):
    found = [value for value in values if isinstance(value, str)] if isinstance(values, list) else []
    return [plain_text(value, length) for value in found[:most]]


def _facts(facts):
    facts = facts if isinstance(facts, dict) else {}
    known = [(name, value) for name, value in facts.items() if isinstance(value, (str, int, float))]
    return {
        plain_text(name): plain_text(value) if isinstance(value, str) else value for name, value in known[:MOST_FACTS]
    }


def _pictures(names):
    found = names if isinstance(names, list) else []
    return [name for name in found[:MOST_PICTURES] if isinstance(name, str) and len(name) <= LONGEST_PICTURE]
