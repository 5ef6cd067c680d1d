"""What the README promises: its tables name every public option."""

import re

import pytest

from understanding_rl_vision.rl_clarity.editing import EDIT_OPTIONS
from understanding_rl_vision.rl_clarity.evaluating import EVALUATE_OPTIONS
from understanding_rl_vision.rl_clarity.finding import SEARCH_OPTIONS
from understanding_rl_vision.rl_clarity.loading import LOAD_OPTIONS
from understanding_rl_vision.rl_clarity.options import GENERATE_OPTIONS
from understanding_rl_vision.rl_clarity.running import RUN_OPTIONS
from understanding_rl_vision.rl_clarity.visualizing_options import VISUALIZE_OPTIONS
from understanding_rl_vision.synthesis.options import SYNTHESIZE_OPTIONS
from understanding_rl_vision.training.options import TRAIN_OPTIONS


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
        ("visualize", VISUALIZE_OPTIONS),
    ],
)
def test_tables_have_exactly_the_options(checkout, function, options):
    readme = (checkout / "README.md").read_text(encoding="utf-8")
    section = readme.split("### {}(".format(function), 1)[1].split("\n##", 1)[0]
    named = re.findall(r"^\| (`.*?) \|", section, flags=re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", " ".join(named))) == set(options)
