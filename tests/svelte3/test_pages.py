import re
import shutil

import numpy as np
import pytest

from tests.helpers.browser import needs_browser, rendered
from understanding_rl_vision import svelte3
from understanding_rl_vision.errors import InputError

needs_node = pytest.mark.skipif(not shutil.which("npm"), reason="Node.js is not installed")

COMPONENT = """
<script lang="ts">
  let { rows, note }: { rows: number[][]; note: string } = $props()
  const sum = $derived(rows.flat().reduce((a, b) => a + b, 0))
</script>
<p class="sum">sum {sum}</p>
<p>{note}</p>
<style>.sum { color: rgb(1, 2, 3) }</style>
"""
# What compiled components look like to a page, without a compiler.
PLAIN_JS = """var App = function (options) {
  options.target.textContent = "got " + JSON.stringify(options.props)
}"""


@pytest.fixture
def component(tmp_path):
    path = tmp_path / "component.svelte"
    path.write_text(COMPONENT)
    return path


@pytest.fixture
def plain_js(tmp_path):
    path = tmp_path / "plain.js"
    path.write_text(PLAIN_JS)
    return path


@needs_node
@needs_browser
def test_a_component_runs_with_numpy_props(component, tmp_path):
    props = {"rows": np.arange(6, dtype=np.float32).reshape(2, 3), "note": "</script> & <b>"}
    made = svelte3.compile_html(component, tmp_path / "page.html", props=props, title="A & B")
    page = rendered(tmp_path / "page.html")
    assert "sum 15" in page
    assert "&lt;/script&gt; &amp; &lt;b&gt;" in page
    assert "<title>A &amp; B</title>" in page
    assert made["js_path"] is None and made["js_name"] == "App" and made["div_id"] == "appdiv"


@needs_node
@needs_browser
def test_javascript_beside_the_page(component, tmp_path):
    html_path = tmp_path / "page.html"
    made = svelte3.compile_html(
        component, html_path, props={"rows": [[1]], "note": ""}, inline_js=False, js_name="Sums", div_id="here"
    )
    assert made["js_path"] == str(tmp_path / "page.js")
    assert '<script src="page.js">' in html_path.read_text()
    assert re.search(r'<div id="here"><p class="sum', rendered(html_path))


@needs_node
def test_compile_js_is_the_same_each_time_and_holds_its_css(component, tmp_path):
    first = svelte3.compile_js(component)
    assert first["js_path"] == str(tmp_path / "component.js")
    svelte3.compile_js(component, tmp_path / "again.js")
    code = (tmp_path / "component.js").read_text()
    assert code == (tmp_path / "again.js").read_text()
    assert "rgb(1, 2, 3)" in code or "#010203" in code


@needs_node
def test_errors_of_the_compiler_are_passed_on(tmp_path):
    path = tmp_path / "wrong.svelte"
    path.write_text("<p>{#if}</p>")
    with pytest.raises(svelte3.CompileError, match="wrong.svelte"):
        svelte3.compile_html(path, tmp_path / "page.html")
    assert not (tmp_path / "page.html").exists()


@needs_node
def test_lint_makes_errors_of_warnings(tmp_path):
    path = tmp_path / "careless.svelte"
    path.write_text("<img src='a.png'>")
    assert "alt" in svelte3.compile_js(path)["command_output"]
    with pytest.raises(svelte3.CompileError, match="alt"):
        svelte3.compile_js(path, js_lint=True)


@needs_browser
def test_javascript_needs_no_compiler(plain_js, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    made = svelte3.compile_html(plain_js, props={"x": np.float64(1.23456)}, precision=3)
    assert made["html_path"] == str(tmp_path / "plain.html")
    assert made["command_output"] is None and made["js_path"] is None
    assert 'got {"x":1.23}' in rendered(tmp_path / "plain.html")


def test_javascript_that_is_not_inlined_goes_along_with_the_page(plain_js, tmp_path):
    html_path = tmp_path / "site" / "page.html"
    made = svelte3.compile_html(plain_js, html_path, inline_js=False)
    assert made["js_path"] == str(tmp_path / "site" / "page.js")
    assert (tmp_path / "site" / "page.js").read_text() == PLAIN_JS
    assert '<script src="page.js">' in html_path.read_text()


def test_without_node_the_error_says_what_to_install(component, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(svelte3.CompileError, match=r"needs Node.js .* install it from"):
        svelte3.compile_js(component)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(svelte3.CompileError, match="nowhere.js"):
        svelte3.compile_html(tmp_path / "nowhere.js")


def test_a_page_is_written_whole_or_not_at_all(plain_js, tmp_path):
    html_path = tmp_path / "page.html"
    svelte3.compile_html(plain_js, html_path, props={"x": 1})
    before = html_path.read_text()
    with pytest.raises(InputError):
        svelte3.compile_html(plain_js, html_path, props={"x": object()})
    assert html_path.read_text() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["page.html", "plain.js"]
