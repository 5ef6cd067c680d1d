"""rl-clarity measure CHECKPOINT [OUTPUT_DIR] --layer NAME: measure what features respond to."""

import sys

from understanding_rl_vision.command_line import CHECKPOINT, alone, command_parser, main
from understanding_rl_vision.measure.measuring import measure
from understanding_rl_vision.measure.options import MEASURE_OPTIONS
from understanding_rl_vision.play.options import OBSERVATIONS_FLAGS

POSITIONAL = {
    "checkpoint_path": {"metavar": "CHECKPOINT", "help": "the checkpoint: " + CHECKPOINT},
    "output_dir": {
        "metavar": "OUTPUT_DIR",
        "nargs": "?",
        "help": "folder for the measurement (default: the run's, or without one rl-clarity/NAME.measured beside the "
        "checkpoint)",
    },
    "--layer": {"nargs": "+", "required": True, "metavar": "NAME", "help": "layers, such as 2b"},
}


def make_parser():
    return command_parser(
        "measure",
        "Measure how many times as active a layer's features and channels are around each kind of object as on "
        "average, and propose names for the features.",
        POSITIONAL,
        {None: dict(MEASURE_OPTIONS, **OBSERVATIONS_FLAGS)},
        quiet="no progress bars and no table",
        forecast=True,
    )


if __name__ == "__main__":
    sys.exit(main(alone(measure), make_parser()))
