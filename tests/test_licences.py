"""What others have made: the list of it is what the lists of packages say, and their licences are there."""

import importlib.util
import json

import pytest


@pytest.fixture(scope="module")
def script(checkout):
    path = checkout / "scripts" / "document_licences.py"
    spec = importlib.util.spec_from_file_location("document_licences", str(path))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_list_is_that_of_the_packages_now(script, checkout):
    text = (checkout / "THIRD_PARTY.md").read_text("utf-8")
    assert script.committed() == text, "Run make docs-licences."
    lock = json.loads((checkout / "svelte" / "package-lock.json").read_text("utf-8"))
    lock["packages"]["node_modules/svelte"]["version"] = "6.0.0"
    assert "| svelte | 6.0.0 | MIT |" in script.document(lock, (checkout / "pyproject.toml").read_text("utf-8"))


def test_what_the_page_holds_has_its_licence(script, checkout):
    header = (checkout / "svelte" / "licence-header.txt").read_text("utf-8")
    for name in script.BUNDLED:
        text = (checkout / "LICENSES" / (name + ".txt")).read_text("utf-8")
        (holder,) = [line.strip() for line in text.splitlines() if line.startswith("Copyright")]
        assert holder in header and name in header.lower()
        installed = checkout / "svelte" / "node_modules" / name
        if installed.exists():
            (licence,) = [path for path in installed.iterdir() if path.stem.lower() == "license"]
            assert licence.read_text("utf-8") == text
