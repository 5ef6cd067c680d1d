"""rl-clarity find CHECKPOINT [OUTPUT_DIR]: find episodes that stand out, write their page."""

import sys

from understanding_rl_vision.command_line import CHECKPOINT, command_parser, main
from understanding_rl_vision.find.finding import find
from understanding_rl_vision.find.options import NOT_OF_FIND, SEARCH_OPTIONS
from understanding_rl_vision.options import first
from understanding_rl_vision.play.options import OBSERVATIONS_FLAGS
from understanding_rl_vision.run.flags import PAGE_GROUPS

POSITIONAL = {
    "checkpoint_path": {"metavar": "CHECKPOINT", "help": "the checkpoint: " + CHECKPOINT},
    "output_dir": {
        "metavar": "OUTPUT_DIR",
        "nargs": "?",
        "help": "folder for the list and the page (default: rl-clarity/NAME.finds beside the checkpoint)",
    },
}
GROUPS = first(
    ("num_levels", "kinds", "top", "layers", "env", "single_file"),
    dict({"search": dict(SEARCH_OPTIONS, **OBSERVATIONS_FLAGS)}, **PAGE_GROUPS),
    without=NOT_OF_FIND,
)


def make_parser():
    return command_parser(
        "find",
        "Search episodes for failures, surprises and odd values, list them and write the interface of the first ones.",
        POSITIONAL,
        GROUPS,
        quiet="no progress bars and no closing line",
        forecast=True,
    )


if __name__ == "__main__":
    sys.exit(main(find, make_parser()))
