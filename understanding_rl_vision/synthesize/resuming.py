"""What an earlier training left in the output folder, and what must fit before anything is played or learned."""

import os

import numpy as np

from understanding_rl_vision.errors import InputError
from understanding_rl_vision.files import exists
from understanding_rl_vision.synthesize import drawing
from understanding_rl_vision.synthesize.generator_training import check_same_game, check_same_shape, read
from understanding_rl_vision.synthesize.options import FRAMES_OPTIONS, GENERATOR_OPTIONS

GENERATOR = "generator.jd"


def check_before_play(subject, targets, content, settings, path):
    """Raise InputError for what does not fit, before anything is played or learned for hours.

    content: of the generator at this path, from which the training goes on, or None.
    """
    if subject.checkpoint is None and (settings["frames_path"] is None or settings["goggles"]):
        raise InputError("The game of a frozen model is not known: give frames_path and no goggles, or a checkpoint.")
    if targets:
        # What the pages of states will need.
        blank = np.zeros((1,) + subject.agent.model.image_shape, np.float32)
        drawing.attribution_maps(subject.agent, blank, settings["layer"], integrate_steps=1)
    if content:
        check_same_game(content, settings, path)
        check_same_shape(content, settings, path)


def resumed(output_dir, options):
    """The options, completed with those of the training to go on from, and its content; or what is given, and None.

    Raises InputError where there is nothing to go on from, and where a new training would overwrite another.
    """
    path = os.path.join(output_dir, GENERATOR)
    if not options.get("resume"):
        if exists(path):
            raise InputError(
                "There is a generator in {} already. Go on with it with resume, or give another folder.".format(
                    output_dir
                )
            )
        return options, None
    if not exists(path):
        raise InputError("There is no generator in {} to go on with. Leave resume out.".format(output_dir))
    content = read(path)
    names = [*FRAMES_OPTIONS, *GENERATOR_OPTIONS, "seed"]
    return dict({name: content["settings"][name] for name in names if name in content["settings"]}, **options), content
