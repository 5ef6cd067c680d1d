"""The frame of the HTML pages that are written from Python."""

import html
from pathlib import Path

from understanding_rl_vision.files import replacing

# The style that the interface has too: its compiled form holds this file.
THEME = Path(__file__).resolve().with_name("theme.css")

_TEMPLATE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>{title}</title>
{head}{style}</head>
<body>
{body}
</body>
</html>
"""


def theme():
    """The CSS that all pages share: colours in light and dark, type and plain controls."""
    return THEME.read_text(encoding="utf-8")


def write_html(path, title, body, style="", head=""):
    """Write a page whole or not at all. title: text; body: HTML; style: CSS; head: HTML, see `card`.

    Raises InputError where it cannot be written.
    """
    style = "<style>{}</style>\n".format(style) if style else ""
    with replacing(path) as file:
        file.write(_TEMPLATE.format(title=html.escape(title), head=head, style=style, body=body).encode("utf-8"))
