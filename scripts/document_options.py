"""Print the tables of docs/options.md from the tables of options: python scripts/document_options.py."""

import pathlib
import re

from understanding_rl_vision.edit.options import EDIT_OPTIONS
from understanding_rl_vision.evaluate.options import EVALUATE_OPTIONS
from understanding_rl_vision.find.options import SEARCH_OPTIONS
from understanding_rl_vision.flags import flag_of
from understanding_rl_vision.index.options import INDEX_OPTIONS
from understanding_rl_vision.measure.options import MEASURE_OPTIONS
from understanding_rl_vision.play.options import (
    OBSERVATIONS_FLAGS,
    OBSERVATIONS_OPTIONS,
    TRAJECTORIES_FLAGS,
    TRAJECTORIES_OPTIONS,
)
from understanding_rl_vision.run.options import GENERATE_GROUPS, GENERATE_OPTIONS, LOAD_OPTIONS, RUN_OPTIONS
from understanding_rl_vision.study.options import STUDY_OPTIONS
from understanding_rl_vision.synthesize.options import SYNTHESIZE_OPTIONS
from understanding_rl_vision.train.options import TRAIN_OPTIONS
from understanding_rl_vision.visualize.options import VISUALIZE_OPTIONS

DOCUMENT = pathlib.Path(__file__).resolve().parents[1] / "docs" / "options.md"


def _with_flags(options, flags):
    """A table whose sentences name the flags that are for one option of it."""
    alone = {option.within[1]: flag_of(flag) for flag, option in flags.items()}
    told = {name: "; as a flag of its own `{}`".format(flag) for name, flag in alone.items()}
    return {name: option._replace(help=option.help + told.get(name, "")) for name, option in options.items()}


# By the name in the document's markers.
TABLES = {
    "run": {name: option for name, option in RUN_OPTIONS.items() if name not in GENERATE_OPTIONS},
    "load": LOAD_OPTIONS,
    "trajectories": _with_flags(TRAJECTORIES_OPTIONS, TRAJECTORIES_FLAGS),
    "observations": _with_flags(OBSERVATIONS_OPTIONS, OBSERVATIONS_FLAGS),
    "train": TRAIN_OPTIONS,
    "find": SEARCH_OPTIONS,
    "synthesize": SYNTHESIZE_OPTIONS,
    "edit": EDIT_OPTIONS,
    "evaluate": EVALUATE_OPTIONS,
    "measure": MEASURE_OPTIONS,
    "study": STUDY_OPTIONS,
    "visualize": VISUALIZE_OPTIONS,
    "index": INDEX_OPTIONS,
}
TABLES.update(("generate: " + name, options) for name, options in GENERATE_GROUPS.items())

# A table stands between these; the prose around them is written by hand.
MARKED = re.compile(r"(<!-- options of (.+?) -->\n).*?(<!-- end -->)", re.DOTALL)


def table(options):
    """A table of Options, in Markdown."""
    rows = ["| option | default | meaning |", "|---|---|---|"]
    for name, option in options.items():
        default, meaning = _default_and_meaning(option)
        rows.append("| `{}` | {} | {} |".format(name, default, meaning.replace("|", "\\|")))
    return "\n".join(rows) + "\n"


def _default_and_meaning(option):
    """What stands in the columns; a default that the sentence tells of stands in the default's."""
    if option.default is None and "; default: " in option.help:
        meaning, default = option.help.split("; default: ")
        return default, meaning
    return _code(option.default), option.help


def _code(default):
    return "`{}`".format("{:g}".format(default) if isinstance(default, float) else default)


def document(text):
    """The text of the document with its tables as the options are now."""
    return MARKED.sub(lambda found: found.group(1) + "\n" + table(TABLES[found.group(2)]) + "\n" + found.group(3), text)


if __name__ == "__main__":
    DOCUMENT.write_text(document(DOCUMENT.read_text("utf-8")), "utf-8")
