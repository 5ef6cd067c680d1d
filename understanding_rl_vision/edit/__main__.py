"""rl-clarity edit CHECKPOINT EDITED: blind an agent to features."""

import sys

from understanding_rl_vision.command_line import CHECKPOINT, alone, command_parser, main
from understanding_rl_vision.edit.editing import edit
from understanding_rl_vision.edit.options import EDIT_OPTIONS
from understanding_rl_vision.play.options import OBSERVATIONS_FLAGS

POSITIONAL = {
    "checkpoint_path": {"metavar": "CHECKPOINT", "help": "the checkpoint: " + CHECKPOINT},
    "output_path": {"metavar": "EDITED", "help": "where to write the edited checkpoint (.jd)"},
    "--layer": {"required": True, "metavar": "NAME", "help": "the layer, under the name that the page shows"},
}


def make_parser():
    return command_parser(
        "edit",
        "Blind a checkpoint's agent to features that an interface shows, and save the edited checkpoint.",
        POSITIONAL,
        {None: dict(EDIT_OPTIONS, **OBSERVATIONS_FLAGS)},
        quiet="no progress bars and no closing line",
    )


if __name__ == "__main__":
    sys.exit(main(alone(edit), make_parser()))
