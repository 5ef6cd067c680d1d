"""Checks of the data that an interface is made from."""

import collections

import numpy as np

from understanding_rl_vision.errors import InputError
from understanding_rl_vision.rl_clarity.advantages import dones_from_firsts
from understanding_rl_vision.rl_clarity.readable import UnitFloats, readable

# By trajectory (arrays, or lists where trajectories differ in length): observations: what the model sees, (steps, H, W,
# C); frames: the same as people see it, RGB; actions, rewards, dones: (steps,); solved: None, or (steps,), of the
# episode that a step ends 1, 0, or -1 where nothing tells; facts: None, or of a trajectory that is one whole episode
# what is known of it, a dictionary of some of EPISODE_FACTS.
Trajectories = collections.namedtuple("Trajectories", "observations frames actions rewards dones solved facts")

EPISODE_FACTS = ("level", "solved", "cause")


def check_images(images, name, axes, image_shape=None):
    """Raise InputError unless `images` is an array with so many axes, finite, and of the shape the model takes."""
    shape = getattr(images, "shape", None)
    if shape is None or len(shape) != axes or 0 in shape:
        raise InputError(
            "{} must be an array with {} axes, ending with height, width and channels, none empty; given is {}.".format(
                name, axes, type(images).__name__ if shape is None else "one of shape {}".format(shape)
            )
        )
    if image_shape is not None and tuple(shape[-3:]) != tuple(image_shape):
        raise InputError(
            "{} are {} x {} x {} each, but the model takes {} x {} x {}.".format(name, *shape[-3:], *image_shape)
        )
    if not np.issubdtype(images.dtype, np.integer) and not np.isfinite(images).all():
        raise InputError("{} hold NaN or infinite values.".format(name))


def checked_observations(observations, observations_full, image_shape):
    """Observations (N, H, W, C) for the model and as RGB images (N, H', W', 3) for people, both UnitFloats."""
    check_images(observations, "observations", 4, image_shape)
    if observations_full is None:
        return UnitFloats(observations), UnitFloats(np.ascontiguousarray(readable(observations)))
    check_images(observations_full, "observations_full", 4)
    if len(observations_full) != len(observations):
        raise InputError(
            "There are {} observations but {} in full size; give one for each.".format(
                len(observations), len(observations_full)
            )
        )
    return UnitFloats(observations), UnitFloats(np.ascontiguousarray(readable(observations_full)))


def checked_trajectories(trajectories, image_shape, num_actions):
    """A Trajectories of the dict that a trajectories file holds: of arrays, or of lists of an array per trajectory."""
    if not isinstance(trajectories, dict):
        raise InputError(
            "The trajectories are a {}; a dictionary of arrays is accepted.".format(type(trajectories).__name__)
        )
    missing = [key for key in ("observations", "actions", "rewards") if key not in trajectories]
    if "firsts" not in trajectories and "dones" not in trajectories:
        missing.append("firsts (or dones)")
    if missing:
        raise InputError("The trajectories lack {}; there are {}.".format(", ".join(missing), ", ".join(trajectories)))
    observations = trajectories["observations"]
    if isinstance(observations, list):
        return _checked_one_by_one(trajectories, image_shape, num_actions)
    check_images(observations, "observations of the trajectories", 5, image_shape)
    frames = trajectories.get("observations_full")
    if frames is not None:
        check_images(frames, "observations_full of the trajectories", 5)
    steps = {
        key: np.asarray(trajectories[key])
        for key in ("actions", "rewards", "firsts", "dones", "solved")
        if trajectories.get(key) is not None
    }
    shapes = {key: array.shape for key, array in steps.items()}
    if frames is not None:
        shapes["observations_full"] = frames.shape[:2]
    for key, shape in shapes.items():
        if shape != observations.shape[:2]:
            raise InputError(
                "The trajectories' {} have the shape {}, but there are {} trajectories of {} steps.".format(
                    key, shape, *observations.shape[:2]
                )
            )
    if not np.isfinite(steps["rewards"]).all():
        raise InputError("The trajectories' rewards hold NaN or infinite values.")
    actions = steps["actions"]
    if actions.min() < 0 or actions.max() >= num_actions:
        raise InputError(
            "The trajectories' actions go from {} to {}, but the policy has {} actions, counted from 0.".format(
                actions.min(), actions.max(), num_actions
            )
        )
    if not np.isin(steps.get("solved", 0), (-1, 0, 1)).all():
        raise InputError("The trajectories' solved hold other values than 1, 0 and -1 (nothing tells).")
    dones = steps["dones"] if "dones" in steps else dones_from_firsts(steps["firsts"])
    frames = readable(observations if frames is None else frames)
    nothing = [None] * len(actions)
    solved = steps.get("solved", nothing)
    return Trajectories(observations, frames, actions, steps["rewards"], dones.astype(np.float32), solved, nothing)


def _checked_one_by_one(trajectories, image_shape, num_actions):
    """Like checked_trajectories, of lists: trajectories of any lengths."""
    given = {key: rows for key, rows in trajectories.items() if rows is not None}
    facts = given.pop("episodes", None)
    counts = {key: len(rows) if isinstance(rows, list) else None for key, rows in given.items()}
    if len(set(counts.values())) != 1 or not counts["observations"]:
        raise InputError(
            "Where the trajectories' observations are a list, all must be lists with an array for each trajectory; "
            "there are {}.".format(
                ", ".join("{} {}".format(count or "no list of", key) for key, count in counts.items())
            )
        )
    checked = [
        checked_trajectories({key: np.asarray(rows[i])[None] for key, rows in given.items()}, image_shape, num_actions)
        for i in range(counts["observations"])
    ]
    if facts is None:
        return joined(checked)
    _check_facts(facts, len(checked))
    # An episode is over when its trajectory is.
    for one in checked:
        one.dones[0, -1] = 1
    return joined(checked)._replace(facts=facts)


def _check_facts(facts, count):
    fits = isinstance(facts, list) and len(facts) == count
    if not fits or not all(isinstance(one, dict) and set(one) <= set(EPISODE_FACTS) for one in facts):
        raise InputError(
            "The trajectories' episodes are {!r:.80}; a dictionary of {} for each trajectory is accepted.".format(
                facts, ", ".join(EPISODE_FACTS)
            )
        )


def joined(parts):
    """The trajectories of several Trajectories, in their order."""
    return Trajectories(*([row for rows in field for row in rows] for field in zip(*parts)))
