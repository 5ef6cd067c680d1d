"""Checks of the data that an interface is made from."""

import collections

import numpy as np

from understanding_rl_vision.errors import InputError, quoted
from understanding_rl_vision.pictures.readable import (
    UnitFloats,
    default_frame_channels,
    frame_channels_of,
    readable,
)
from understanding_rl_vision.play.advantages import dones_from_firsts

# By trajectory (arrays, or lists where trajectories differ in length): observations: what the model sees, (steps, H, W,
# C); frames: None, or the same at the size that people see, (steps, H', W', 3 or 1); actions, rewards, dones: (steps,);
# solved: None, or (steps,), of the episode that a step ends 1, 0, or -1 where nothing tells; final_values: None, or
# (steps,), see `play.advantages.with_final_values`; facts: None, or of a trajectory that is one whole episode what is
# known of it, a dictionary of some of EPISODE_FACTS.
Trajectories = collections.namedtuple(
    "Trajectories", "observations frames actions rewards dones solved final_values facts"
)

EPISODE_FACTS = ("level", "solved", "cause")

# Fractions may be as far outside of [0, 1] as rounding takes them.
ROUNDING = 1e-4

STEPS = ("actions", "rewards", "firsts", "dones", "solved", "final_values")


def check_images(images, name, axes, image_shape=None):
    """Raise InputError unless `images` is an array with this many axes, of the shape the model takes, and of pixels."""
    shape = getattr(images, "shape", None)
    if shape is None or len(shape) != axes or 0 in shape:
        raise InputError(
            "{} must be an array with {} axes, ending with height, width and channels, none empty; given is {}.".format(
                name, axes, type(images).__name__ if shape is None else "one of shape {}".format(tuple(shape))
            )
        )
    if image_shape is not None and tuple(shape[-3:]) != tuple(image_shape):
        raise InputError(
            "{} are {} x {} x {} each, but the model takes {} x {} x {}.".format(name, *shape[-3:], *image_shape)
        )
    _check_pixels(images, name)


def _check_pixels(images, name):
    """Raise InputError unless all are fractions from 0 to 1, or whole numbers from 0 to 255."""
    if _kind(images) not in "biuf":
        raise InputError(
            "{} hold values of type {}; whole numbers from 0 to 255 or fractions from 0 to 1, in NumPy arrays, are "
            "accepted.".format(name, images.dtype)
        )
    if images.dtype == np.uint8:
        return
    low, high = images.min(), images.max()
    if not np.isfinite(low) or not np.isfinite(high):
        raise InputError("{} hold NaN or infinite values.".format(name))
    if images.dtype.kind == "f" and not (-ROUNDING <= low and high <= 1 + ROUNDING):
        raise InputError(
            "{} hold {} from {:g} to {:g}; fractions from 0 to 1, or whole numbers (uint8) from 0 to 255, are "
            "accepted. Divide them by what white is, 255 for instance.".format(name, images.dtype, low, high)
        )
    if images.dtype.kind != "f" and not (low >= 0 and high <= 255):
        raise InputError("{} hold whole numbers from {} to {}; 0 to 255 are accepted.".format(name, low, high))


def _array(rows, key):
    """An array of what may be lists. Raises InputError where these are of different lengths."""
    try:
        return np.asarray(rows)
    except ValueError:
        raise InputError(
            "The trajectories' {} are lists of different lengths, which make no array.".format(key)
        ) from None


def _kind(array):
    """The kind of an array's type as NumPy has it, '?' for a type of others."""
    try:
        return np.dtype(array.dtype).kind
    except TypeError:
        return "?"


def _check_frames(frames, name, axes):
    """Raise InputError unless these are pictures as people see them."""
    check_images(frames, name, axes)
    if frames.shape[-1] not in (1, 3):
        raise InputError(
            "{} have {} channels; 3 (red, green, blue) or 1 (grey) are accepted.".format(name, frames.shape[-1])
        )


def checked_frame_channels(given, channels, trajectories=None):
    """How many of an observation's channels make one frame of those that it stacks: 3 of colours, or 1 of grey.

    given: what is said of it, or None; then Trajectories tell, or else there are colours where that is possible.
    """
    if given is None:
        if trajectories is None:
            return default_frame_channels(channels)
        return frame_channels_of(trajectories.observations, trajectories.dones)
    if channels % given:
        raise InputError(
            "frame_channels={} given, but observations have {} channels, which is no multiple of that.".format(
                given, channels
            )
        )
    return given


def checked_observations(observations, observations_full, image_shape, frame_channels):
    """Observations (N, H, W, C) for the model and as RGB images (N, H', W', 3) for people, both UnitFloats."""
    check_images(observations, "observations", 4, image_shape)
    if observations_full is None:
        shown = readable(observations, frame_channels)
    else:
        _check_frames(observations_full, "observations_full", 4)
        if len(observations_full) != len(observations):
            raise InputError(
                "There are {} observations but {} in full size; give one for each.".format(
                    len(observations), len(observations_full)
                )
            )
        shown = readable(observations_full)
    return UnitFloats(observations), UnitFloats(np.ascontiguousarray(shown))


def checked_game(env_name, env_options):
    """The name of the game and its options, as the page takes them."""
    if env_name is not None and not isinstance(env_name, str):
        raise InputError("env_name={} given; a text is accepted.".format(quoted(env_name)))
    if env_options is not None and not (isinstance(env_options, dict) and all(isinstance(k, str) for k in env_options)):
        raise InputError("env_options={} given; a dictionary of options is accepted.".format(quoted(env_options)))
    return {"env_name": env_name, "env_options": env_options}


def checked_trajectories(trajectories, image_shape, num_actions):
    """A Trajectories of the dict that a trajectories file holds: of arrays, or of lists of an array per trajectory."""
    if not isinstance(trajectories, dict):
        raise InputError(
            "The trajectories are a {}; a dictionary of arrays is accepted.".format(type(trajectories).__name__)
        )
    missing = [key for key in ("observations", "actions", "rewards") if trajectories.get(key) is None]
    if trajectories.get("firsts") is None and trajectories.get("dones") is None:
        missing.append("firsts (or dones)")
    if missing:
        raise InputError("The trajectories lack {}; there are {}.".format(", ".join(missing), ", ".join(trajectories)))
    observations = trajectories["observations"]
    if isinstance(observations, list):
        return _checked_one_by_one(trajectories, image_shape, num_actions)
    check_images(observations, "observations of the trajectories", 5, image_shape)
    frames = trajectories.get("observations_full")
    if frames is not None:
        _check_frames(frames, "observations_full of the trajectories", 5)
    steps = {key: _array(trajectories[key], key) for key in STEPS if trajectories.get(key) is not None}
    for key, array in dict(steps, **({} if frames is None else {"observations_full": frames})).items():
        shape = array.shape if key in steps else array.shape[:2]
        if shape != observations.shape[:2]:
            raise InputError(
                "The trajectories' {} have the shape {}, but there are {} trajectories of {} steps.".format(
                    key, shape, *observations.shape[:2]
                )
            )
    _check_steps(steps, num_actions)
    dones = steps["dones"] if "dones" in steps else dones_from_firsts(steps["firsts"])
    nothing = [None] * len(dones)
    return Trajectories(
        observations,
        nothing if frames is None else frames,
        steps["actions"].astype(np.int64),
        steps["rewards"],
        dones.astype(np.float32),
        steps.get("solved", nothing),
        steps.get("final_values", nothing),
        nothing,
    )


def _check_steps(steps, num_actions):
    """Raise InputError unless the arrays of STEPS that there are hold what they are called."""
    for key, array in steps.items():
        if _kind(array) not in "biuf":
            raise InputError("The trajectories' {} hold values of type {}, not numbers.".format(key, array.dtype))
        if not np.isfinite(array).all():
            raise InputError("The trajectories' {} hold NaN or infinite values.".format(key))
    actions = steps["actions"]
    broken = actions[actions != np.floor(actions)]
    if broken.size:
        raise InputError(
            "The trajectories' actions hold {:g}; whole numbers from 0 to {} are accepted.".format(
                broken[0], num_actions - 1
            )
        )
    if actions.min() < 0 or actions.max() >= num_actions:
        raise InputError(
            "The trajectories' actions go from {} to {}, but the policy has {} actions, counted from 0.".format(
                actions.min(), actions.max(), num_actions
            )
        )
    for key, accepted in (("firsts", (0, 1)), ("dones", (0, 1)), ("solved", (-1, 0, 1))):
        others = np.setdiff1d(steps.get(key, accepted), accepted)
        if others.size:
            raise InputError(
                "The trajectories' {} hold other values than {}: {}.".format(
                    key,
                    "1, 0 and -1 (nothing tells)" if key == "solved" else "1 and 0",
                    ", ".join("{:g}".format(value) for value in others[:3]) + (", ..." if others.size > 3 else ""),
                )
            )


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
    checked = []
    for i in range(counts["observations"]):
        trajectory = {key: _array(rows[i], key)[np.newaxis] for key, rows in given.items()}
        try:
            checked.append(checked_trajectories(trajectory, image_shape, num_actions))
        except InputError as error:
            raise InputError("Of the list of trajectories, the one at {}: {}".format(i, error)) from None
    if facts is None:
        return joined(checked)
    _check_facts(facts, len(checked))
    # An episode is over when its trajectory is.
    for trajectory in checked:
        trajectory.dones[0, -1] = 1
    return joined(checked)._replace(facts=facts)


def _check_facts(facts, count):
    fits = isinstance(facts, list) and len(facts) == count
    if not fits or not all(isinstance(known, dict) and set(known) <= set(EPISODE_FACTS) for known in facts):
        raise InputError(
            "The trajectories' episodes are {}; a dictionary of {} for each trajectory is accepted.".format(
                quoted(facts), ", ".join(EPISODE_FACTS)
            )
        )


def joined(parts):
    """The trajectories of several Trajectories, in their order. Raises InputError where frames differ in size."""
    trajectories = Trajectories(*([row for rows in field for row in rows] for field in zip(*parts)))
    shapes = {None if rows is None else rows.shape[1:] for rows in trajectories.frames}
    if len(shapes) > 1:
        raise InputError(
            "All trajectories must have observations_full, of one size, or none; there are {}.".format(
                " and ".join(sorted("none" if shape is None else " x ".join(map(str, shape)) for shape in shapes))
            )
        )
    return trajectories
