"""Documents that examples write from a template: what is committed is what the template says."""

import re

import pytest


@pytest.mark.parametrize(
    "document, template",
    [
        ("docs/state-synthesis.md", "examples/state_synthesis_template.md"),
        ("docs/model-editing.md", "examples/model_editing_template.md"),
    ],
)
def test_the_prose_is_the_templates(checkout, document, template):
    parts = re.split(r"\{+\w+\}+", (checkout / template).read_text("utf-8"))
    text = (checkout / document).read_text("utf-8")
    # Between two parts of the template stands what the example has measured.
    assert re.fullmatch("(.*?)".join(map(re.escape, parts)), text, re.DOTALL)
    # A table or a sheet of pictures is no place for sentences by hand.
    assert len(parts) > 5
