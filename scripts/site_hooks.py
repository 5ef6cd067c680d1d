"""What mkdocs does not know of this project: pages of the site are made of what stands elsewhere, once.

`<!-- README: Title -->` in a page stands for that section of README.md. Documents outside of docs/ are pages of the
site too (ROOT_PAGES). Links between any of them lead to where their text is on the site; links to other files become
text.
"""

import pathlib
import posixpath
import re

CHECKOUT = pathlib.Path(__file__).resolve().parents[1]

# Path in the checkout -> page of the site.
ROOT_PAGES = {
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "THIRD_PARTY.md": "third-party.md",
    "examples/MODEL_CARD.md": "model-card.md",
    "benchmarks/README.md": "benchmarks.md",
    "svelte/README.md": "front-end.md",
}

INCLUDED = re.compile(r"^<!-- README: (.+?) -->$", re.MULTILINE)
LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(([^()\s]+)\)")
IMAGE = re.compile(r'(<a [^>]*>\s*)?(<img [^>]*\bsrc="([^"]+)"[^>]*>)')
FENCED = re.compile(r"(^```.*?^```$|`[^`\n]+`(?!\]))", re.MULTILINE | re.DOTALL)


def slug(heading):
    """The anchor that GitHub gives to a heading, and the site too."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def section(readme, title):
    """A section of the README with its heading and subsections; 'Title, beginning': without the subsections."""
    title, _, part = title.partition(", ")
    found = re.search(r"^(#+) {}$".format(re.escape(title)), readme, re.MULTILINE)
    if not found:
        raise ValueError("README.md has no section {}".format(title))
    level = len(found.group(1))
    end = r"^#+ " if part == "beginning" else r"^#{{1,{}}} ".format(level)
    rest = readme[found.end() :]
    # A line of a shell script may begin with the sign of a heading.
    after = re.search(end, FENCED.sub(lambda code: "x" * len(code.group()), rest), re.MULTILINE)
    return found.group() + rest[: after.start() if after else None]


def places(pages, readme):
    """Anchor of a README's section -> page of the site that holds it. pages: text by name."""
    found = {}
    for name, text in pages.items():
        for title in INCLUDED.findall(text):
            for heading in re.findall(r"^#+ (.+)$", FENCED.sub("", section(readme, title)), re.MULTILINE):
                found[slug(heading)] = name
    return found


def relevelled(text):
    """A section with its heading of the second level, or of the first where it was, and what is below accordingly."""
    level = len(re.match(r"#+", text).group())
    change = max(0, level - 2)
    parts = FENCED.split(text)
    return "".join(
        part if i % 2 else re.sub(r"^#{" + str(change) + r"}(#+ )", r"\1", part, flags=re.MULTILINE)
        for i, part in enumerate(parts)
    )


def relinked(text, source, page, anchors):
    """A text of the file `source` of the checkout with links as the site's page `page` has them.

    anchors: see `places`.
    """

    def link(found):
        mark, label, target = found.groups()
        if re.match(r"[a-z]+:", target):
            return found.group()
        path, _, anchor = target.partition("#")
        path = posixpath.normpath(posixpath.join(posixpath.dirname(source), path)) if path else source
        if path == "README.md":
            place = anchors.get(anchor, "index.md")
            anchor = anchor if anchor in anchors else ""
        elif path in ROOT_PAGES:
            place = ROOT_PAGES[path]
        elif path.startswith("docs/"):
            place = path[len("docs/") :]
        else:
            return label
        shown = "" if place == page and anchor else posixpath.relpath(place, posixpath.dirname(page) or ".")
        return "{}[{}]({}{})".format(mark, label, shown, "#" + anchor if anchor else "")

    parts = FENCED.split(text)
    return "".join(part if i % 2 else LINK.sub(link, part) for i, part in enumerate(parts))


def made(name, text, anchors, readme):
    """The text of the site's page `name`. text: of the file in docs/, or of the one that ROOT_PAGES names."""
    source = {page: path for path, page in ROOT_PAGES.items()}.get(name, "docs/" + name)
    parts = INCLUDED.split(relinked(text, source, name, anchors))
    for i in range(1, len(parts), 2):
        parts[i] = relevelled(relinked(section(readme, parts[i]), "README.md", name, anchors))
    return "".join(parts)


def on_files(files, config):
    """Called by mkdocs: adds the pages of ROOT_PAGES, and looks where the README's sections are."""
    from mkdocs.structure.files import File

    for path, name in ROOT_PAGES.items():
        files.append(File.generated(config, name, abs_src_path=str(CHECKOUT / path)))
    readme = (CHECKOUT / "README.md").read_text("utf-8")
    pages = {file.src_uri: file.content_string for file in files.documentation_pages()}
    config.extra.update(readme=readme, anchors=places(pages, readme))
    return files


def enlarging(html):
    """HTML in which each picture that is no link leads to itself, to be seen larger."""
    return IMAGE.sub(
        lambda found: found.group() if found.group(1) else '<a href="{2}">{1}</a>'.format(*found.groups()), html
    )


def on_page_content(html, **_):
    """Called by mkdocs: the HTML of a page's text."""
    return enlarging(html)


def on_page_markdown(markdown, page, config, files):
    """Called by mkdocs: the text of a page."""
    return made(page.file.src_uri, markdown, config.extra["anchors"], config.extra["readme"])
