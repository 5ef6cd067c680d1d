"""The objects that observations show, in arrays: what games tell of them (`Environment.objects`), kept in a file."""

import numpy as np

from understanding_rl_vision.errors import InputError, quoted

# By name: the kinds of object there are, a list of texts; the episode of each observation, a number, -1 where nobody
# looked; and of each object (n of all observations together) the index of its observation, that of its kind, and its
# box (n, 4) as in `envs.base.Seen`.
KEYS = ("kinds", "episode", "observation", "kind", "box")
# The kinds of NumPy's types of those that are arrays.
_TYPES = ("iu", "iu", "iu", "fiu")


def joined_objects(seen, episodes):
    """A dictionary of KEYS from what each observation shows, a Seen or None, and what tells its episode from others."""
    looked = [of_one for of_one in seen if of_one is not None]
    names = np.concatenate([np.zeros(0, str)] + [of_one.kinds.astype(str) for of_one in looked])
    kinds, kind = np.unique(names, return_inverse=True)
    numbers = {episode: number for number, episode in enumerate(dict.fromkeys(episodes))}
    return {
        "kinds": kinds.tolist(),
        "episode": np.array([-1 if one is None else numbers[episode] for one, episode in zip(seen, episodes)]),
        "observation": np.repeat(np.arange(len(seen)), [0 if one is None else len(one.kinds) for one in seen]),
        "kind": kind.astype(np.uint8),
        # Places to a thirtieth of a pixel of 64: in games of mazes there are hundreds of objects in each observation.
        "box": np.concatenate([np.zeros((0, 4))] + [of_one.boxes for of_one in looked]).astype(np.float16),
    }


def check_objects(objects, num_observations):
    """Raise InputError unless this is a dictionary of KEYS that fits so many observations."""
    if not isinstance(objects, dict) or not set(KEYS) <= set(objects) or not _fit(objects, num_observations):
        raise InputError(
            "The objects of the observations are {}; what `load` returns of them is accepted: {}.".format(
                quoted(objects), ", ".join(KEYS)
            )
        )


def _fit(objects, num_observations):
    kinds, *arrays = (objects[key] for key in KEYS)
    if not isinstance(kinds, list) or not all(isinstance(kind, str) for kind in kinds):
        return False
    if not all(isinstance(array, np.ndarray) and array.dtype.kind in types for array, types in zip(arrays, _TYPES)):
        return False
    episode, observation, kind, box = arrays
    count = len(observation) if observation.ndim else -1
    return (
        episode.shape == (num_observations,)
        and kind.shape == observation.shape == (count,)
        and box.shape == (count, 4)
        and _within(observation, num_observations)
        and _within(kind, len(kinds))
        and np.isfinite(box).all()
    )


def _within(numbers, length):
    return not numbers.size or 0 <= numbers.min() and numbers.max() < length
