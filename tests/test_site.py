"""The documentation site: what stands elsewhere is on it once, and links between pages lead to where their text is."""

import importlib.util
import re

import pytest


@pytest.fixture(scope="module")
def hooks(checkout):
    path = checkout / "scripts" / "site_hooks.py"
    spec = importlib.util.spec_from_file_location("site_hooks", str(path))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def site(hooks, checkout):
    """Text of every page of the site, by name."""
    pages = {path.name: path.read_text("utf-8") for path in (checkout / "docs").glob("*.md")}
    pages.update({name: (checkout / path).read_text("utf-8") for path, name in hooks.ROOT_PAGES.items()})
    readme = (checkout / "README.md").read_text("utf-8")
    anchors = hooks.places(pages, readme)
    return {name: hooks.made(name, text, anchors, readme) for name, text in pages.items()}


README = """# Title

Text.

## Install

    pip install
    # no heading

```sh
# nor this
```

### With uv

See [below](#use), [a page](docs/page.md#part) and [code](setup.py), not `[this](#use)`.

## Use

![picture](docs/a/b.png)
"""


def test_sections_are_with_their_subsections_or_without(hooks):
    assert hooks.section(README, "Install").rstrip().endswith("not `[this](#use)`.")
    assert hooks.section(README, "Install, beginning").rstrip().endswith("# nor this\n```")
    assert hooks.section(README, "Title, beginning") == "# Title\n\nText.\n\n"
    with pytest.raises(ValueError, match="no section Nothing"):
        hooks.section(README, "Nothing")


def test_links_lead_to_the_page_that_has_the_section(hooks):
    pages = {"index.md": "<!-- README: Install -->", "commands.md": "<!-- README: Use -->"}
    anchors = hooks.places(pages, README)
    assert anchors == {"install": "index.md", "with-uv": "index.md", "use": "commands.md"}
    made = hooks.made("index.md", pages["index.md"], anchors, README)
    assert "[below](commands.md#use), [a page](page.md#part) and code, not `[this](#use)`" in made
    assert "![picture](a/b.png)" in hooks.made("commands.md", pages["commands.md"], anchors, README)
    text = "[x](../README.md#use) [y](../CHANGELOG.md) [z](#here) [w](https://a.b/c)"
    linked = "[x](commands.md#use) [y](changelog.md) [z](#here) [w](https://a.b/c)"
    assert hooks.made("page.md", text, anchors, README) == linked


def test_links_on_the_site_lead_somewhere(site, hooks, checkout):
    anchors = {}
    for name, text in site.items():
        headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
        anchors[name] = {hooks.slug(re.sub(r"\]\([^)]*\)", "", heading)) for heading in headings}
    for name, text in site.items():
        for _, _, target in hooks.LINK.findall("".join(hooks.FENCED.split(text)[::2])):
            if not re.match(r"[a-z]+:", target):
                path, _, anchor = target.partition("#")
                path = path or name
                assert path in site or (checkout / "docs" / path).exists(), (name, target)
                assert not anchor or anchor in anchors[path], (name, target)


def test_pictures_lead_to_themselves(hooks):
    linked = '<a href="page.html"><img alt="b" src="b.png" /></a>'
    assert hooks.enlarging('<p><img alt="a" src="a/b.png" /></p>' + linked) == (
        '<p><a href="a/b.png"><img alt="a" src="a/b.png" /></a></p>' + linked
    )


def test_every_page_is_in_the_table_of_contents(site, checkout):
    text = (checkout / "mkdocs.yml").read_text("utf-8")
    assert set(re.findall(r": ([\w-]+\.md)$", text, re.MULTILINE)) == set(site)


def test_every_section_of_the_readme_is_on_the_site(site, checkout, hooks):
    readme = (checkout / "README.md").read_text("utf-8")
    headings = re.findall(r"^###? (.+)$", hooks.FENCED.sub("", readme), re.MULTILINE)
    everything = "\n".join(site.values())
    missing = [heading for heading in headings if not re.search("^#+ " + re.escape(heading) + "$", everything, re.M)]
    # A heading of what is there, and two that are pages of their own.
    assert missing == ["Look further", "Change it", "Licence"]


def test_the_sample_is_one_small_file(checkout):
    text = (checkout / "docs" / "sample.html").read_text("utf-8")
    assert len(text) < 4e6 and 'id="appdiv-props"' in text
    assert not re.search(r'(?:src|href)="(?:https?:)?//', text)
