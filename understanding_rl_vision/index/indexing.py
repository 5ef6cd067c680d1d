"""A landing page for a folder of results."""

import collections
import os
import urllib.parse
from typing import Any

from understanding_rl_vision.annotations import PathLike
from understanding_rl_vision.checks import check_directory
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.index.finding import FILES, beginning, find_results
from understanding_rl_vision.index.options import INDEX_OPTIONS
from understanding_rl_vision.index.telling import HEAD, told
from understanding_rl_vision.index.thumbnails import thumbnail
from understanding_rl_vision.options import complete
from understanding_rl_vision.pages.card import LONGEST_COMMAND, Card, card_element, plain_text, read_card, today
from understanding_rl_vision.pages.gallery import Item, Picture, Section, write_gallery
from understanding_rl_vision.progress import Progress

INDEX_FILE, KIND = "index.html", "index"
# The least width of an item, in the page's letter sizes.
ITEM_REM = 17

TITLES = {
    "interface": "Interfaces",
    "finds": "Finds",
    "features": "Feature pages",
    "measurement": "Measurements",
    "states": "States",
    "evaluation": "Evaluations",
    "study": "Studies",
}


def index(folder: PathLike, *, quiet: bool = False, **options: Any) -> str:
    """Write a page that leads to all results below a folder: interfaces, finds, features, states, evaluations, studies.

    Parameters
    ----------
    folder : path
        Local folder, which is searched and for index.html. Nothing outside of it is read; links are not followed.
    quiet : bool
        No closing line.
    **options
        See `index.options.INDEX_OPTIONS` or docs/options.md.

    Returns
    -------
    str
        The path of index.html.

    Raises
    ------
    InputError
        There is no such folder, there are no results, or index.html is there and not of this command.
    """
    options = complete(options, INDEX_OPTIONS, "index()")
    folder = check_directory("folder", folder)
    path = os.path.join(folder, INDEX_FILE)
    if not options["replace"]:
        _check_ours(folder, path)
    found, left_out = find_results(folder, options["depth"])
    results = [result for result in (told(folder, one) for one in found) if result is not None]
    if not results:
        raise InputError(
            "There are no results in {}: no {}. Give the folder that commands have written to, or one above it.".format(
                folder, ", ".join(sorted(FILES))
            )
        )
    title = options["title"] or os.path.basename(os.path.realpath(folder)) or folder
    sections = _sections(folder, results)
    counted = ", ".join("{}: {}".format(section.title, len(section.items)) for section in sections)
    write_gallery(path, plain_text(title), sections, left_out, card_element(Card(KIND, date=today())))
    Progress(quiet=quiet).conclude("{} ({})".format(path, " ".join(filter(None, [counted + ".", left_out]))))
    return path


def _check_ours(folder, path):
    """Raise InputError where a page stands that this command has not written."""
    card = read_card(beginning(folder, INDEX_FILE, most=HEAD))
    if os.path.lexists(path) and (card is None or card.kind != KIND):
        raise InputError(
            "{} is there, and not of this command. Move it, or write over it with replace=True.".format(path)
        )


def _sections(root, results):
    """Sections of the page, one of each kind that there is, the newest results first."""
    of_kind = collections.defaultdict(list)
    for result in results:
        of_kind[result.card.kind].append(_item(root, result))
    return [_section(title, of_kind[kind]) for kind, title in TITLES.items() if of_kind[kind]]


def _section(title, items):
    return Section(title, items, "", ITEM_REM / max([1] + [len(item.pictures) for item in items]))


def _item(root, result):
    found, card = result.found, result.card
    name = plain_text(found.folder or os.path.basename(os.path.realpath(root)))
    thumbnails = [thumbnail(root, found.folder, picture) for picture in card.pictures]
    pictures = [Picture(address, "") for address in thumbnails if address is not None]
    facts = {"agents" if len(card.agents) > 1 else "agent": ", ".join(card.agents)} if card.agents else {}
    facts.update(card.facts, made=card.date)
    links = [(link, _href(found.folder, link)) for link in result.links]
    return Item(
        name, pictures, facts, plain_text(card.command, LONGEST_COMMAND), _href(found.folder, result.page), links
    )


def _href(folder, name):
    """The address of a file, from the page; names need not be in any encoding."""
    return urllib.parse.quote(os.fsencode(os.path.join(folder, name).replace(os.sep, "/")))
