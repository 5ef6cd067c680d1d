"""python -m understanding_rl_vision.synthesize CHECKPOINT OUTPUT_DIR --target T-: what the agent seeks and fears."""

import argparse
import sys

from understanding_rl_vision.command_line import CHECKPOINT, add_options, alone, main
from understanding_rl_vision.rl_clarity.synthesizing import synthesize
from understanding_rl_vision.run.options import Option
from understanding_rl_vision.synthesize import options

TARGET = {
    "target": Option(None, "T-, T+, T+-, S+, S-, value+, value-, action:7 or action:RIGHT, or a JSON list of these")
}


def make_parser():
    parser = argparse.ArgumentParser(
        prog="python -m understanding_rl_vision.synthesize",
        description="Train a generative model of an agent's frames, and synthesise the states that targets ask for.",
    )
    parser.add_argument(
        "checkpoint_path", metavar="CHECKPOINT", help="the checkpoint: {}; or a frozen model (.pb)".format(CHECKPOINT)
    )
    parser.add_argument("output_dir", metavar="OUTPUT_DIR", help="folder for states.html and what belongs to it")
    parser.add_argument("--quiet", action="store_true", help="no progress bars and no closing line")
    add_options(parser, TARGET)
    add_options(parser, options.FRAMES_OPTIONS, "frames")
    add_options(parser, options.GENERATOR_OPTIONS, "generator")
    add_options(parser, options.STATES_OPTIONS, "states")
    add_options(parser, options.MEASURE_OPTIONS, "measurements")
    add_options(parser, options.OTHER_OPTIONS, "others")
    return parser


if __name__ == "__main__":
    sys.exit(main(alone(synthesize), make_parser()))
