"""What a note on a find says: what the value did there, and what came of it."""

import numpy as np

from understanding_rl_vision.envs.base import UNKNOWN
from understanding_rl_vision.pages.formats import format_change, format_number, format_value

# How many frames after the one found the value is followed: about what an advantage reaches over.
FOLLOWED = 20


def heading(kind, rank, count, searched):
    """Which find it is: 'Spike 1 of 8, level 7'."""
    where = "" if searched.level is None else ", level {}".format(searched.level)
    return "{} {} of {}{}".format(kind.capitalize(), rank, count, where)


def what_happened(kind, find, values, has_value=True, scale=None):
    """What the value did.

    values: of the episode's frames, (steps,), or None of an agent without value function. scale: see `format_value`.
    """
    if not has_value:
        return "return {}".format(format_number(find.score))
    if kind == "spike":
        value = float(values[find.frame])
        return "the value {} by {} for one frame, from {} to {}".format(
            "rose" if find.score > 0 else "fell",
            *(format_value(number, scale) for number in (abs(find.score), value - find.score, value)),
        )
    moved = _movement(values, find.frame, find.score, scale)
    return "{}; advantage {}".format(moved, format_change(find.score, scale))


def _movement(values, frame, score, scale):
    """How the value went on after a frame, in the direction of the advantage there."""
    start = float(values[frame])
    ways = (values[frame : frame + FOLLOWED + 1] - start) * np.sign(score)
    if ways.max() <= 0:
        return "the value was {}".format(format_value(start, scale))
    # It may creep on for long when nearly all of it has happened.
    steps = int(np.argmax(ways >= 0.9 * ways.max()))
    went = "rose" if score > 0 else "fell"
    end = format_value(float(values[frame + steps]), scale)
    return "the value {} from {} to {} in {}".format(went, format_value(start, scale), end, _frames(steps))


def what_came(kind, find):
    """What became of the episode after the frame, as a sentence; empty where it is not known."""
    searched, left = find.searched, find.searched.steps - 1 - find.frame
    when = "at this frame" if left == 0 else "{} later".format(_frames(left))
    if searched.solved is None:
        return "It ended {}, return {}.".format(when, format_number(searched.total))
    if searched.solved:
        nothing = kind == "low" or (kind == "spike" and find.score < 0)
        return "{} {}.".format("Nothing came of it: solved" if nothing else "Solved", when)
    by = "" if searched.cause in (None, UNKNOWN) else " by {}".format(searched.cause)
    return "Failed{} {}.".format(by, when)


def _frames(count):
    return "1 frame" if count == 1 else "{} frames".format(count)
