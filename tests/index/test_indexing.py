"""index: a landing page for a folder of results, whoever they are of."""

import html
import json
import os
import re
import zlib

import PIL.Image
import pytest

from tests.helpers.browser import loaded_images, needs_browser, rendered
from tests.helpers.folders import files_below
from understanding_rl_vision.command_line import main
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.evaluate.settings import SUMMARY
from understanding_rl_vision.index.__main__ import make_parser
from understanding_rl_vision.index.finding import FILES
from understanding_rl_vision.index.indexing import index
from understanding_rl_vision.measure.report import MEASUREMENT_FILE
from understanding_rl_vision.pages.card import Card, card_element
from understanding_rl_vision.pages.html_page import write_html
from understanding_rl_vision.pages.output_folder import INTERFACE_FILE
from understanding_rl_vision.study.report import PAGE as STUDY_FILE
from understanding_rl_vision.synthesize.page import STATES_FILE
from understanding_rl_vision.visualize.visualizing import FEATURES_FILE

SECTIONS = ["Interfaces", "Finds", "Feature pages", "Measurements", "States", "Evaluations", "Studies"]
BAD = '"><script>alert(1)</script><img src=x onerror=alert(1)>&'


def write_picture(path, width, height, colour=(200, 30, 30)):
    path.parent.mkdir(parents=True, exist_ok=True)
    PIL.Image.new("RGB", (width, height), colour).save(str(path))


def write_result(path, card, title="T"):
    write_html(path, title, "<h1>T</h1>", head=card_element(card))


def summary(name="coinrun.jd", complete=True):
    solved = {"count": 73, "share": 0.73, "interval": [0.64, 0.81]}
    return {
        "settings": {"num_levels": 100},
        "complete": complete,
        "models": [{"name": name, "levels": 100, "outcomes": {"solved": solved}}],
    }


@pytest.fixture
def results(tmp_path):
    """A folder with a result of each kind, and what is none."""
    folder = tmp_path / "project"
    agents, command = ["coinrun.jd"], "rl-clarity run coinrun.jd OUTPUT_DIR --layer '2b & 3a'"
    pictures = ["observations/0.png", "thumbnails/2b.png"]
    write_result(folder / "strong #1/interface.html", Card("interface", agents, "2025-03-01", command, {}, pictures))
    write_picture(folder / "strong #1/observations/0.png", 64, 64)
    write_picture(folder / "strong #1/thumbnails/2b.png", 8 * 20, 20)
    write_result(folder / "found/interface.html", Card("finds", agents, "2025-03-02"))
    (folder / "found/finds.csv").write_text("kind,rank\n")
    write_result(folder / "strong #1/features.html", Card("features", agents, "2025-03-03"))
    # Pages of before have no card.
    write_html(folder / "old/measurement.html", "What features respond to: weak", "<h1>Old</h1>")
    write_picture(folder / "old/measurement_2b_features.png", 300, 200)
    write_result(folder / "deep/er/states.html", Card("states", agents, "2025-03-04", facts={"targets": "T-"}))
    (folder / "evaluated").mkdir()
    (folder / "evaluated/summary.json").write_text(json.dumps(summary(complete=False)))
    (folder / "evaluated/failures.svg").write_text("<svg/>")
    write_result(folder / "study.html", Card("study", date="2025-03-05"))
    write_html(folder / "other/interface.html", "My page", "<h1>Mine</h1>")
    (folder / "other/summary.json").write_text('{"models": 3}')
    write_result(folder / "begun.partial/interface.html", Card("interface"))
    write_result(folder / ".hidden/interface.html", Card("interface"))
    return folder


def page_of(folder):
    return (folder / "index.html").read_text("utf-8")


def links(page):
    return [html.unescape(href) for href in re.findall('<a href="([^"#]+)"', page)]


def test_names_of_files_are_those_that_commands_write():
    assert set(FILES) == {INTERFACE_FILE, FEATURES_FILE, MEASUREMENT_FILE, STATES_FILE, SUMMARY, STUDY_FILE}


def test_each_result_is_there_with_what_is_known_of_it(results, capsys):
    before = files_below(results)
    path = index(results)
    assert capsys.readouterr().out == "{} ({}.)\n".format(path, ", ".join(title + ": 1" for title in SECTIONS))
    assert files_below(results) - before == {"index.html"}
    page = page_of(results)
    assert re.findall("<h2[^>]*>(.*?)</h2>", page) == SECTIONS and "<h1>project</h1>" in page
    assert links(page) == [
        "strong%20%231/interface.html",
        "found/interface.html",
        "found/finds.csv",
        "strong%20%231/features.html",
        "old/measurement.html",
        "deep/er/states.html",
        "evaluated/failures.svg",
        "evaluated/summary.json",
        "study.html",
    ]
    assert "run coinrun.jd OUTPUT_DIR --layer &#x27;2b &amp; 3a&#x27;" in page
    for name, fact in [("agent", "coinrun.jd"), ("made", "2025-03-01"), ("targets", "T-"), ("state", "unfinished")]:
        assert "<dt>{}</dt><dd>{}</dd>".format(name, fact) in page
    assert "<dt>solved by coinrun.jd</dt><dd>73 % (64 % to 81 %)</dd>" in page
    # A row of eight squares is a block of three by three, and small pictures are enlarged by whole numbers.
    sizes = re.findall(r'<img src="data:image/webp;base64,[\w+/=]+" alt="" width="(\d+)" height="(\d+)"', page)
    assert sizes == [("128", "128"), ("120", "120"), ("160", "107")]


def test_the_page_is_written_again_but_not_over_another(results):
    index(results, quiet=True, title="All <b>")
    assert "<h1>All &lt;b&gt;</h1>" in page_of(results)
    assert page_of(results).count("<article>") == 7
    index(results, quiet=True, depth=0)
    assert links(page_of(results)) == ["study.html"]
    (results / "index.html").write_text("<title>Mine</title>")
    with pytest.raises(InputError, match="is there, and not of this command. Move it, or write over it with replace"):
        index(results)
    assert page_of(results) == "<title>Mine</title>"
    index(results, quiet=True, replace=True)
    assert "<h1>project</h1>" in page_of(results)


def test_the_newest_come_first(results):
    for name, time in [("found", 10), ("strong #1", 30), ("more", 20)]:
        path = results / name / "interface.html"
        write_result(path, Card("interface"))
        os.utime(str(path), (time, time))
    index(results, quiet=True)
    assert links(page_of(results))[:3] == [
        "strong%20%231/interface.html",
        "more/interface.html",
        "found/interface.html",
    ]


def test_what_cannot_be_indexed_is_a_sentence(tmp_path, capsys):
    assert main(index, make_parser(), [str(tmp_path / "none")]) == 2
    assert "the path of an existing folder is accepted" in capsys.readouterr().err
    assert main(index, make_parser(), [str(tmp_path)]) == 2
    assert "There are no results in {}: no features.html,".format(tmp_path) in capsys.readouterr().err
    assert os.listdir(str(tmp_path)) == []


def bomb():
    """A PNG that says that it is 60,000 pixels a side, of a few bytes."""

    def chunk(kind, content):
        body = kind + content
        return len(content).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")

    header = (60000).to_bytes(4, "big") * 2 + b"\x08\x06\x00\x00\x00"
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


@pytest.fixture
def strangers(tmp_path):
    """Results as somebody makes them who means harm, beside a file that is none of theirs."""
    secret = tmp_path / "secret.png"
    write_picture(secret, 16, 16, (1, 2, 3))
    folder = tmp_path / "theirs"
    bad = Card("interface", [BAD] * 99, BAD, "x" * 100000, {BAD: BAD, "deep": "\ud800"}, ["../secret.png", str(secret)])
    write_result(folder / "a/interface.html", bad, "Understanding RL Vision " + BAD)
    write_result(folder / "b/interface.html", bad._replace(pictures=["link.png", "bomb.png", "cut.png"]))
    os.symlink(str(secret), str(folder / "b/link.png"))
    (folder / "b/bomb.png").write_bytes(bomb())
    (folder / "b/cut.png").write_bytes(secret.read_bytes()[:60])
    write_result(folder / "c/interface.html", bad._replace(pictures=["data:image/png;base64,!", "data:text/html,x"]))
    write_html(folder / "d/features.html", "Feature visualisation: " + BAD, "")
    os.symlink(str(secret.parent), str(folder / "out"))
    os.symlink(str(folder / "a"), str(folder / "loop"))
    (folder / "e").mkdir()
    os.mkfifo(str(folder / "e/interface.html"))
    for k, text in enumerate(
        [
            "[" * 100000,
            '{"settings": {"num_levels": ' + "9" * 100000 + "}}",
            json.dumps(dict(summary(), models=[1])),
            "",
        ]
    ):
        (folder / "e{}".format(k)).mkdir()
        (folder / "e{}/summary.json".format(k)).write_text(text)
    (folder / "good").mkdir()
    (folder / "good/summary.json").write_text(json.dumps(summary(BAD + "\ud800")))
    weird = os.fsencode(str(folder)) + b"/\xff<b>"
    os.mkdir(weird)
    write_result(os.fsdecode(weird + b"/study.html"), Card("study"))
    for k in range(3):
        write_result(folder / "not{}/interface.html".format(k), Card("<b>"), BAD)
    return folder


def test_nothing_of_a_strangers_results_runs_or_leads_out(strangers):
    before = files_below(strangers.parent)
    index(strangers, quiet=True)
    assert files_below(strangers.parent) - before == {"theirs/index.html"}
    page = page_of(strangers)
    assert page.count("<article>") == 6 and len(page) < 40000
    assert "<script" not in page and "<img" not in page and "onerror=alert" in page
    assert all(re.fullmatch(r"[\w/%.~-]+", href) and ".." not in href for href in links(page))
    assert "%FF%3Cb%3E/study.html" in links(page)
    assert max(map(len, re.findall(r">([^<]*)<", page.split("<header>")[1]))) <= 2500


AXE = """<script>{}</script><script>
axe.run().then(({{ violations }}) => document.documentElement.dataset.axe =
  `${{innerWidth}} ${{document.documentElement.scrollWidth}} ${{violations.map(({{ id }}) => id)}}`)
</script>"""


@needs_browser
def test_a_browser_shows_it_also_on_a_phone_and_axe_finds_nothing(results, checkout):
    code = checkout / "svelte/node_modules/axe-core/axe.min.js"
    index(results, quiet=True)
    assert loaded_images(results / "index.html") == "3 images, broken: ."
    if not code.exists():
        pytest.skip("axe-core is not installed: npm ci in svelte/")
    probe = results / "probe.html"
    probe.write_text(page_of(results).replace("</body>", AXE.format(code.read_text("utf-8")) + "</body>"), "utf-8")
    said = re.search('data-axe="(.*?)"', rendered(probe, "--window-size=390,844")).group(1)
    inner, wide, violations = said.split(" ", 2)
    assert int(wide) <= int(inner) and violations == ""
