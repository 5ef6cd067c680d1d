"""The example notebook runs from top to bottom, and is kept with its pictures."""

import html
import io
import json
import re

import pytest

PICTURES = 8


@pytest.fixture
def notebook(checkout):
    nbformat = pytest.importorskip("nbformat")
    return nbformat.read(str(checkout / "examples" / "rl_util.ipynb"), as_version=4)


def source(notebook, start):
    (cell,) = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.startswith(start)]
    return cell.source


def pictures(cell):
    return [output for output in cell.get("outputs", []) if "image/png" in output.get("data", {})]


def printed(notebook):
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return "".join(output["text"] for output in outputs if output.get("name") == "stdout")


def test_it_runs_and_shows_its_pictures(notebook, checkout):
    pytest.importorskip("procgen")
    nbclient = pytest.importorskip("nbclient")
    place = {"metadata": {"path": str(checkout / "examples")}}
    nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3", resources=place).execute()
    assert sum(len(pictures(cell)) for cell in notebook.cells) == PICTURES
    # Along the feature that the agent was blinded to, nothing is left of the value's gradient.
    before, after = map(float, re.findall(r"-?\d+\.\d+", printed(notebook))[-2:])
    assert abs(after) < 0.001 * abs(before)
    assert not any("Warning" in output.get("text", "") for output in notebook.cells[-1].outputs)
    # The page is shown below it, whole.
    shown = notebook.cells[-1].outputs[-1].data["text/html"]
    page = html.unescape(re.fullmatch('<div><iframe srcdoc="([^"]*)" style="[^"]*"></iframe></div>', shown).group(1))
    assert page.lower().startswith("<!doctype html>") and page.rstrip().endswith("</html>")
    assert "appdiv-props" in page and "data:image/" in page


def test_it_installs_what_is_missing_from_the_repository_that_it_was_opened_from(notebook):
    code = source(notebook, "import importlib.util").replace("%pip", "#")
    name = "fileId=https%3A%2F%2Fgithub.com%2Fsomebody%2Fa-fork%2Fblob%2Fmain%2Fexamples%2Frl_util.ipynb"
    names = {}
    exec(code.replace("if importlib", "if False and importlib").replace("    #", "    pass  #"), names)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("urllib.request.urlopen", lambda address: io.StringIO(json.dumps([{"path": name}])))
        assert names["repository"]() == "https://github.com/somebody/a-fork"
    assert 'git+{repository()}"' in code and "understanding-rl-vision[procgen]" in code


def test_it_is_kept_with_pictures_and_without_noise(notebook, checkout):
    assert sum(len(pictures(cell)) for cell in notebook.cells) == PICTURES
    kinds = {output.get("name", output.output_type) for cell in notebook.cells for output in cell.get("outputs", [])}
    assert kinds == {"stdout", "display_data"}
    assert (checkout / "examples" / "rl_util.ipynb").stat().st_size < 1e6
