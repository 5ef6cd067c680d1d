"""What the documentation promises: its tables name every public option, and its links lead somewhere."""

import re

import pytest

from understanding_rl_vision.agents.checkpoints import ARGS_DEFAULTS
from understanding_rl_vision.edit.options import EDIT_OPTIONS
from understanding_rl_vision.evaluate.options import EVALUATE_OPTIONS
from understanding_rl_vision.find.options import SEARCH_OPTIONS
from understanding_rl_vision.flags import parse_value
from understanding_rl_vision.index.options import INDEX_OPTIONS
from understanding_rl_vision.measure.options import MEASURE_OPTIONS
from understanding_rl_vision.options import complete
from understanding_rl_vision.run.options import GENERATE_OPTIONS, LOAD_OPTIONS, RUN_OPTIONS
from understanding_rl_vision.study.options import STUDY_OPTIONS
from understanding_rl_vision.synthesize.options import SYNTHESIZE_OPTIONS
from understanding_rl_vision.train.options import TRAIN_OPTIONS
from understanding_rl_vision.visualize.options import VISUALIZE_OPTIONS


def named_in(text):
    """The options in the first column of the tables of a text."""
    cells = re.findall(r"^\| (`.*?) \|", text, flags=re.MULTILINE)
    return set(re.findall(r"`(\w+)`", " ".join(cells)))


@pytest.fixture(scope="module")
def options_md(checkout):
    return (checkout / "docs" / "options.md").read_text(encoding="utf-8")


def section(text, title):
    return text.split("## " + title, 1)[1].split("\n## ", 1)[0]


@pytest.mark.parametrize(
    "function, options",
    [
        ("run", set(RUN_OPTIONS) - set(GENERATE_OPTIONS)),
        ("load", LOAD_OPTIONS),
        ("generate", GENERATE_OPTIONS),
        ("train", TRAIN_OPTIONS),
        ("edit", EDIT_OPTIONS),
        ("evaluate", EVALUATE_OPTIONS),
        ("find", SEARCH_OPTIONS),
        ("synthesize", SYNTHESIZE_OPTIONS),
        ("measure", MEASURE_OPTIONS),
        ("study", STUDY_OPTIONS),
        ("visualize", VISUALIZE_OPTIONS),
        ("index", INDEX_OPTIONS),
    ],
)
def test_tables_have_exactly_the_options(options_md, function, options):
    assert named_in(section(options_md, function + "(")) == set(options)


def test_args_of_a_checkpoint_are_told_with_their_defaults(options_md):
    text = section(options_md, "args of a checkpoint")
    assert set(ARGS_DEFAULTS) <= named_in(text)
    for default in ARGS_DEFAULTS.values():
        assert str(default) in text


def test_the_readme_names_options_that_run_has(checkout):
    readme = (checkout / "README.md").read_text(encoding="utf-8")
    named = named_in(section(readme, "Your own agent"))
    assert named and named < set(RUN_OPTIONS)


def test_defaults_in_the_readme_are_those_of_run(checkout):
    readme = (checkout / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| `?([^|`]+)`? \|", section(readme, "Your own agent"), flags=re.MULTILINE)
    told = {name: parse_value(default) for name, default in rows}
    defaults = complete({}, RUN_OPTIONS, "run()")
    for name in ("attr_policy", "nmf_features"):
        assert told[name] == defaults[name]
    for name in ("trajectories_kwargs", "observations_kwargs"):
        assert told[name].items() <= defaults[name].items()


def anchors(text):
    """The anchors that GitHub gives to the headings of a text."""
    headings = re.findall(r"^#+ (.*)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", ["README.md", "docs/options.md"])
def test_links_lead_somewhere(checkout, name):
    path = checkout / name
    for target in re.findall(r"\]\(([^)]*)\)", path.read_text(encoding="utf-8")):
        if not target.startswith("https://"):
            file, _, anchor = target.partition("#")
            linked = path.parent / file if file else path
            assert linked.exists(), target
            assert not anchor or anchor in anchors(linked.read_text(encoding="utf-8")), target
