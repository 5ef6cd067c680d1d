"""The example notebook runs from top to bottom, and is kept with its pictures."""

import re

import pytest

PICTURES = 8


@pytest.fixture
def notebook(checkout):
    nbformat = pytest.importorskip("nbformat")
    return nbformat.read(str(checkout / "examples" / "rl_util.ipynb"), as_version=4)


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


def test_it_is_kept_with_pictures_and_without_noise(notebook, checkout):
    assert sum(len(pictures(cell)) for cell in notebook.cells) == PICTURES
    kinds = {output.get("name", output.output_type) for cell in notebook.cells for output in cell.get("outputs", [])}
    assert kinds == {"stdout", "display_data"}
    assert (checkout / "examples" / "rl_util.ipynb").stat().st_size < 1e6
