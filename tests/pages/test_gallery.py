import html.parser
import os
import re

import numpy as np
import PIL.Image
import pytest

from understanding_rl_vision.errors import InputError
from understanding_rl_vision.pages.gallery import Item, Picture, Section, write_gallery
from understanding_rl_vision.pages.html_page import theme


class Reader(html.parser.HTMLParser):
    """Collects the elements of a page with their attributes, and the text below each kind of element."""

    def __init__(self):
        super().__init__()
        self.elements, self.texts, self._open = [], [], []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in ("img", "meta", "link"):
            self._open.append(tag)

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        if data.strip():
            self.texts.append((self._open[-1] if self._open else None, data.strip()))

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]

    def text(self, tag):
        return [text for name, text in self.texts if name == tag]


def read(path):
    reader = Reader()
    with open(path, encoding="utf-8") as file:
        reader.feed(file.read())
    assert reader._open == []
    return reader


def picture(folder, name, size, alt="a picture", caption=""):
    os.makedirs(os.path.dirname(os.path.join(folder, name)), exist_ok=True)
    PIL.Image.fromarray(np.zeros(size, np.uint8)).save(os.path.join(folder, name))
    return Picture(name, alt, caption)


def test_the_page_holds_sections_items_pictures_and_numbers(tmp_path):
    folder = str(tmp_path)
    one = picture(folder, "images/a 1#.png", (3, 5), caption="gradient")
    plot = picture(folder, "images/plot.png", (200, 400))
    sections = [
        Section("Layer 1a", [Item("channel 0", [one, plot], {"objective": 1.23456, "steps": 512, "unit": "-"})]),
        Section("Layer 2b", [], text="First.\n\nSecond."),
    ]
    path = write_gallery(os.path.join(folder, "index.html"), "Features", sections)
    page = read(path)
    assert [page.text(tag) for tag in ("title", "h1", "h2", "h3")] == [
        ["Features"],
        ["Features"],
        ["Layer 1a", "Layer 2b"],
        ["channel 0"],
    ]
    assert page.text("p") == ["First.", "Second."]
    assert page.text("figcaption") == ["gradient"]
    assert list(zip(page.text("dt"), page.text("dd"))) == [("objective", "1.23"), ("steps", "512"), ("unit", "-")]
    small, large = page.all("img")
    assert small["src"] == "images/a%201%23.png"
    assert (small["width"], small["height"], small["loading"], small["class"]) == ("5", "3", "lazy", "pixels")
    assert "class" not in large
    ids = [attributes["id"] for attributes in page.all("h2")]
    # What is shown smaller than it is leads to its file, where the item itself leads nowhere.
    assert [link["href"] for link in page.all("a")] == ["#" + name for name in ids] + ["images/plot.png"]
    path = write_gallery(path, "Features", [Section("Layer 1a", [Item("channel 0", [plot], href="there.html")])])
    assert [link["href"] for link in read(path).all("a")] == ["there.html"]
    assert [attributes["aria-labelledby"] for attributes in page.all("section")] == ids


def test_an_item_without_a_title_has_no_heading(tmp_path):
    page = read(write_gallery(tmp_path / "index.html", "T", [Section("S", [Item("", [], {"loss": -0.5})])]))
    assert page.all("h3") == [] and page.text("dd") == ["−0.5"]


def test_the_style_is_the_interfaces(tmp_path, checkout):
    variable = re.compile(r"(--[\w-]+): ([^;]+);")
    shared = dict(variable.findall(theme()))
    assert shared["--ink"] == "light-dark(#1c1f24, #e7e9ed)" and "--paper" in shared
    interface = (checkout / "understanding_rl_vision/rl_clarity/js/interface.js").read_text(encoding="utf-8")
    write_gallery(tmp_path / "index.html", "T", [])
    text = (tmp_path / "index.html").read_text(encoding="utf-8")
    for name, value in shared.items():
        assert "{}: {};".format(name, value) in interface and "{}: {};".format(name, value) in text
    # It has no colours of its own.
    own = text.replace(theme(), "")
    assert not re.search(r"#[0-9a-f]{3,6}\b|rgb\(", own)
    assert set(re.findall(r"var\((--[\w-]+)\)", own)) - {"--pictures", "--width", "--row"} <= set(shared)


def test_items_of_numbers_alone_have_room(tmp_path):
    sections = [
        Section("Numbers", [Item("I", [], {"more than 10 % of pixels": "99%"})], picture_rem=12),
        Section("None", []),
    ]
    page = read(write_gallery(tmp_path / "index.html", "T", sections))
    styles = [attributes["style"] for attributes in page.all("div") if attributes["class"] == "items"]
    assert styles == ["--pictures: 1; --width: 12.0rem", "--pictures: 1; --width: 8.0rem"]


def test_texts_are_never_read_as_html(tmp_path):
    bad = '<script>alert("1")</script>&\'"'
    shown = picture(str(tmp_path), "a.png", (2, 2), alt=bad, caption=bad)
    section = Section(bad, [Item(bad, [shown], {bad: bad}, bad)], bad)
    page = read(write_gallery(tmp_path / "index.html", bad, [section], bad))
    assert page.all("script") == []
    for tag in ("title", "h1", "h2", "h3", "p", "dt", "dd", "figcaption"):
        assert set(page.text(tag)) == {bad}
    assert page.all("img")[0]["alt"] == bad


def test_no_page_is_left_when_a_picture_is_missing(tmp_path):
    with pytest.raises(OSError, match="gone.png"):
        write_gallery(tmp_path / "index.html", "T", [Section("S", [Item("I", [Picture("gone.png", "")])])])
    assert os.listdir(str(tmp_path)) == []


def test_a_place_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="Cannot write"):
        write_gallery(tmp_path / "file" / "index.html", "T", [])
