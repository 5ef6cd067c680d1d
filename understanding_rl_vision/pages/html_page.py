"""The frame of the HTML pages that are written from Python."""

import html

from understanding_rl_vision.files import replacing

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>{title}</title>
{style}</head>
<body>
{body}
</body>
</html>
"""


def write_html(path, title, body, style=""):
    """Write a page whole or not at all. title: text; body: HTML; style: CSS.

    Raises InputError where it cannot be written.
    """
    style = "<style>{}</style>\n".format(style) if style else ""
    with replacing(path) as file:
        file.write(PAGE.format(title=html.escape(title), style=style, body=body).encode("utf-8"))
