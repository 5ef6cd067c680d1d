"""A gallery: one static page of captioned pictures with their numbers, written from Python, without JavaScript.

The page shows pictures that already lie beside it. Small ones keep hard pixel edges when they are enlarged, large ones
lead to their files; all are loaded when they come into view. Style and numbers are those of the interface; colours
follow the reader's light or dark setting.
"""

import base64
import collections
import html
import io
import numbers
import os
import re
import urllib.parse

import PIL.Image

from understanding_rl_vision.pages.formats import format_number
from understanding_rl_vision.pages.html_page import theme, write_html

# file: where the picture lies, from the page's folder, or its address (data:); alt: what it shows, for those who cannot
# see it.
Picture = collections.namedtuple("Picture", "file alt caption", defaults=("",))

# title: may be empty. numbers: what is told of the pictures, name -> number or text, in order. text: a sentence below
# the title. href: where the title leads; links: (text, href) of what else there is.
Item = collections.namedtuple("Item", "title pictures numbers text href links", defaults=({}, "", "", ()))

# text: paragraphs, with empty lines between them. picture_rem: least width of a picture, in the page's letter sizes, or
# of an item where none has pictures.
Section = collections.namedtuple("Section", "title items text picture_rem", defaults=("", 8))

# How the address of a picture begins that is inside the page.
DATA = "data:image/"

# Wider pictures, such as plots, are smoothed when they are made smaller.
WIDEST_PIXELATED = 320

# Colours, type and controls are the theme's.
STYLE = """
body { overflow-wrap: anywhere; }
header, main { padding: 0.6rem clamp(0.75rem, 3vw, 1.1rem); }
header { background: var(--panel); border-bottom: 1px solid var(--line); }
main { max-width: 110rem; padding-bottom: 4rem; }
h1 { font-size: 1.05rem; font-weight: 650; margin: 0; }
h2 { font-size: 1rem; font-weight: 650; margin: 1.5rem 0 0; scroll-margin-top: 1rem; }
section:first-child h2 { margin-top: 0.4rem; }
h3 { font-size: 0.85rem; font-weight: 600; margin: 0; }
p { max-width: 46rem; margin: 0.3rem 0; font-size: 0.85rem; color: var(--muted); }
nav ul {
  display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; margin: 0.5rem 0 0; padding: 0; list-style: none;
  font-size: 0.85rem;
}
.items {
  display: grid; gap: 0.75rem; margin-top: 0.6rem;
  /* As many as leave room for an item's pictures side by side: their gaps, its padding and border. */
  --row: calc(var(--pictures) * (var(--width) + 0.5rem) + 1.125rem);
  grid-template-columns: repeat(auto-fill, minmax(min(100%, var(--row)), 1fr));
}
article {
  position: relative; padding: 0.75rem; background: var(--panel); border: 1px solid var(--line); border-radius: 0.3rem;
}
/* Where the title leads, all of the item does, but for its other links. */
h3 a::after { position: absolute; inset: 0; content: ""; }
.links { position: relative; display: flex; flex-wrap: wrap; gap: 0 1rem; margin: 0.3rem 0 0; padding: 0; }
.links { font-size: 0.8rem; line-height: 24px; list-style: none; }
.pictures {
  display: grid; gap: 0.5rem; margin-top: 0.5rem;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, var(--width)), 1fr));
}
figure { margin: 0; }
/* Stripes show through transparent parts: squares would pass for what lies outside of the screen. */
img {
  display: block; width: 100%; height: auto;
  background: repeating-linear-gradient(135deg, var(--line) 0 2px, var(--panel) 2px 7px);
}
img.pixels { image-rendering: pixelated; }
figcaption { margin-top: 0.2rem; font-size: 0.8rem; color: var(--muted); }
dl {
  display: grid; grid-template-columns: minmax(4rem, auto) minmax(50%, 1fr); gap: 0 0.75rem;
  margin: 0.5rem 0 0; font-size: 0.8rem;
}
dt { color: var(--muted); }
dd { margin: 0; text-align: right; }
"""

BODY = """\
<header>
<h1>{title}</h1>
{text}
{contents}
</header>
<main>
{sections}
</main>"""


def write_gallery(path, title, sections, text="", head=""):
    """Write a gallery whole or not at all, when all its pictures are there, and return its path.

    path: the page (.html); title: its heading; sections: list of Section; text: paragraphs below the heading; head: see
    `write_html`. All texts but this are shown as they are, never read as HTML. Raises InputError when the page cannot
    be written, OSError when a picture is missing or is no image.
    """
    path = os.fspath(path)
    folder = os.path.dirname(os.path.abspath(path))
    body = BODY.format(
        title=html.escape(title),
        text=_paragraphs(text),
        contents=_contents(sections) if len(sections) > 1 else "",
        sections="\n".join(_section(index, section, folder) for index, section in enumerate(sections)),
    )
    write_html(path, title, body, theme() + STYLE, head)
    return path


def _paragraphs(text):
    parts = [part.strip() for part in re.split(r"\n\s*\n", text)]
    return "\n".join("<p>{}</p>".format(html.escape(part)) for part in parts if part)


def _contents(sections):
    links = (
        '<li><a href="#section-{}">{}</a></li>'.format(index, html.escape(section.title))
        for index, section in enumerate(sections)
    )
    return '<nav aria-label="Sections"><ul>{}</ul></nav>'.format("".join(links))


def _section(index, section, folder):
    return (
        '<section aria-labelledby="section-{number}">\n<h2 id="section-{number}">{title}</h2>\n{text}\n'
        '<div class="items" style="--pictures: {pictures}; --width: {width}rem">\n{items}\n</div>\n</section>'
    ).format(
        number=index,
        title=html.escape(section.title),
        text=_paragraphs(section.text),
        # Numbers alone take the room of a picture.
        pictures=max([1] + [len(item.pictures) for item in section.items]),
        width=float(section.picture_rem),
        items="\n".join(_item(item, folder) for item in section.items),
    )


def _item(item, folder):
    shown = "".join(
        "<dt>{}</dt><dd>{}</dd>".format(html.escape(str(name)), html.escape(_number_text(value)))
        for name, value in item.numbers.items()
    )
    figures = "\n".join(_figure(picture, folder, leads=not item.href) for picture in item.pictures)
    title = _link(item.title, item.href) if item.href else html.escape(item.title)
    links = "".join("<li>{}</li>".format(_link(*link)) for link in item.links)
    return "<article>\n{}{}\n{}{}{}</article>".format(
        "<h3>{}</h3>\n".format(title) if item.title else "",
        _paragraphs(item.text),
        '<div class="pictures">\n{}\n</div>\n'.format(figures) if figures else "",
        "<dl>{}</dl>\n".format(shown) if shown else "",
        '<ul class="links">{}</ul>\n'.format(links) if links else "",
    )


def _link(text, href):
    return '<a href="{}">{}</a>'.format(html.escape(href), html.escape(text))


def _figure(picture, folder, leads):
    """leads: whether what is shown smaller than it is leads to its file."""
    inside = picture.file.startswith(DATA)
    file = io.BytesIO(base64.b64decode(picture.file.partition(",")[2])) if inside else picture.file
    with PIL.Image.open(file if inside else os.path.join(folder, file)) as image:
        width, height = image.size
    is_small = width <= WIDEST_PIXELATED
    address = html.escape(picture.file if inside else urllib.parse.quote(file.replace(os.sep, "/")))
    # The size keeps the place free while a picture is not yet loaded.
    shown = '<img src="{}" alt="{}" width="{}" height="{}" loading="lazy"{}>'.format(
        address, html.escape(picture.alt), width, height, ' class="pixels"' if is_small else ""
    )
    if leads and not inside and not is_small:
        shown = '<a href="{}" title="The picture at its own size">{}</a>'.format(address, shown)
    caption = "<figcaption>{}</figcaption>".format(html.escape(picture.caption)) if picture.caption else ""
    return "<figure>{}{}</figure>".format(shown, caption)


def _number_text(value):
    if isinstance(value, numbers.Real) and not isinstance(value, (bool, numbers.Integral)):
        return format_number(value)
    return str(value)
