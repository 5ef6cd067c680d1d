"""Documents that are written by programs: what is committed is what the template, or the options, say."""

import importlib.util
import re

import pytest


@pytest.mark.parametrize(
    "document, template",
    [
        ("docs/state-synthesis.md", "examples/state_synthesis_template.md"),
        ("docs/article.md", "examples/article_template.md"),
    ],
)
def test_the_prose_is_the_templates(checkout, document, template):
    parts = re.split(r"\{+\w+\}+", (checkout / template).read_text("utf-8"))
    text = (checkout / document).read_text("utf-8")
    # Between two parts of the template stands what the example has measured.
    assert re.fullmatch("(.*?)".join(map(re.escape, parts)), text, re.DOTALL)
    # A table or a sheet of pictures is no place for sentences by hand.
    assert len(parts) > 5


def test_the_tables_of_options_are_those_of_the_options_now(checkout):
    path = checkout / "scripts" / "document_options.py"
    spec = importlib.util.spec_from_file_location("document_options", str(path))
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    text = (checkout / "docs" / "options.md").read_text("utf-8")
    assert script.document(text) == text, "Run make docs-options."
    assert sorted(name for _, name, _ in script.MARKED.findall(text)) == sorted(script.TABLES)
    # It would be noticed.
    assert script.document(text.replace("| `64` |", "| `65` |")) == text != text.replace("| `64` |", "| `65` |")
