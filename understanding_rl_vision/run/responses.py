"""What a layer responds to: how many times as active its channels and features are around each kind of object."""

import collections

import numpy as np

from understanding_rl_vision.pictures.readable import as_unit_floats
from understanding_rl_vision.rl_util.batches import batch_slices
from understanding_rl_vision.rl_util.compute import get_acts

# What observations of one layer add up to. kinds: names (k,) of the kinds of object; of each episode: around
# (episodes, k, C), the sum over objects of the mean activation around each; objects (episodes, k), how many there are;
# everywhere (episodes, C), the sum over observations of the mean activation; observations (episodes,).
Tally = collections.namedtuple("Tally", "kinds around objects everywhere observations")

# How many times as active as on average: ratio, low, high (rows, k), with the interval's ends; NaN where a row is never
# active, or a kind is too rare for an interval.
Responses = collections.namedtuple("Responses", "ratio low high")

# Around an object is what is within the object, or, if that is more, so far from its centre: 5 of 64 pixels.
REACH = 5 / 64

ROUNDING = 1e-9

# Episodes drawn with replacement for the intervals, so often.
RESAMPLES = 1000
INTERVAL = (2.5, 97.5)


def tally(model, node, observations, objects, *, batch_size, progress, stage):
    """The Tally of a layer's activations for observations (N, H, W, C), given what they show (`play.objects.KEYS`)."""
    episodes = np.unique(objects["episode"][objects["episode"] >= 0])
    kinds = len(objects["kinds"])
    parts = None
    for rows in progress.track(batch_slices(len(observations), batch_size), stage):
        acts = get_acts(model, node, as_unit_floats(observations[rows]))
        count, height, width, channels = acts.shape
        if parts is None:
            shapes = (kinds, channels), (kinds,), (channels,), ()
            parts = [np.zeros((len(episodes),) + shape) for shape in shapes]
        within = (objects["observation"] >= rows.start) & (objects["observation"] < rows.start + count)
        frame, kind = objects["observation"][within] - rows.start, objects["kind"][within]
        weights = around_objects(frame, kind, objects["box"][within], (count, kinds, height, width))
        around = weights.reshape(count, kinds, height * width) @ acts.reshape(count, height * width, channels)
        numbers = np.zeros((count, kinds))
        np.add.at(numbers, (frame, kind), 1)
        episode = objects["episode"][rows]
        known = episode >= 0
        which = np.searchsorted(episodes, episode[known])
        for part, of_frames in zip(parts, (around, numbers, acts.mean(axis=(1, 2)), np.ones(count))):
            np.add.at(part, which, of_frames[known])
    return _with_pooled(Tally(list(objects["kinds"]), *parts))


def around_objects(frame, kind, box, shape):
    """Weights (frames, kinds, h, w) whose sum with activations adds up the mean activations around each object.

    frame, kind (n,): of each object; box (n, 4): as in `envs.base.Seen`; shape: of the weights.
    """
    box = np.asarray(box, float)
    ends = []
    for axis, size in ((1, shape[2]), (0, shape[3])):
        reach = np.maximum(box[:, 2 + axis], max(REACH, 0.5 / size))
        low, high = ((box[:, axis] + sign * reach) * size - 0.5 for sign in (-1, 1))
        ends.append(np.clip([np.ceil(low), np.floor(high) + 1], [[0], [1]], [[size - 1], [size]]).astype(int))
    (top, bottom), (left, right) = ends
    share = 1 / ((bottom - top) * (right - left))
    # Where each rectangle begins and ends; adding up along both axes fills it.
    corners = np.zeros(shape[:2] + (shape[2] + 1, shape[3] + 1))
    for row, column, sign in ((top, left, 1), (top, right, -1), (bottom, left, -1), (bottom, right, 1)):
        np.add.at(corners, (frame, kind, row, column), sign * share)
    weights = corners.cumsum(axis=2).cumsum(axis=3)[:, :, :-1, :-1]
    # Outside of them rounding leaves a little.
    return np.where(weights > ROUNDING, weights, 0).astype(np.float32)


def _with_pooled(tally):
    """The Tally, with kinds that differ in their direction alone taken together too."""
    pooled = collections.defaultdict(list)
    for index, kind in enumerate(tally.kinds):
        if family(kind) != kind:
            pooled[family(kind)].append(index)
    pooled = {name: members for name, members in pooled.items() if len(members) > 1}
    around, objects = (
        np.concatenate([part] + [part[:, members].sum(axis=1)[:, np.newaxis] for members in pooled.values()], axis=1)
        for part in (tally.around, tally.objects)
    )
    return tally._replace(kinds=tally.kinds + list(pooled), around=around, objects=objects)


def family(kind):
    """The name of a kind without its direction: both an enemy moving left and one moving right are an enemy."""
    return kind.split(" moving ")[0]


def responses(tally, directions=None):
    """The Responses of the channels, or along directions (features, C): the activations' products with unit vectors."""
    around, everywhere = tally.around, tally.everywhere
    if directions is not None:
        unit = directions / np.linalg.norm(directions, axis=1, keepdims=True)
        around, everywhere = around @ unit.T, everywhere @ unit.T
    episodes = len(tally.observations)
    draws = _draws(episodes)
    sums = around, tally.objects, everywhere, tally.observations
    (ratio,) = _ratios(np.ones((1, episodes)), *sums)
    drawn = _ratios(draws, *sums)
    low, high = _percentiles(drawn)
    rare = (tally.objects > 0).sum(axis=0) < 2
    low[:, rare] = high[:, rare] = np.nan
    return Responses(ratio, low, high)


def mean_interval(values, episodes):
    """The mean of values (N,) and the ends of its interval, None of one episode; episodes (N,): which each is of."""
    _, which = np.unique(episodes, return_inverse=True)
    sums, counts = np.bincount(which, values), np.bincount(which)
    if len(sums) < 2:
        return float(values.mean()), None, None
    draws = _draws(len(sums))
    low, high = np.percentile((draws @ sums) / (draws @ counts), INTERVAL)
    return float(values.mean()), float(low), float(high)


def _draws(episodes):
    """How often each of so many episodes is drawn, in every resample: (RESAMPLES, episodes)."""
    return np.random.RandomState(0).multinomial(episodes, np.full(episodes, 1 / episodes), RESAMPLES)


def _percentiles(drawn):
    """The ends of the intervals of (draws, rows, k), without the draws that miss a kind."""
    if not drawn.size:
        return [np.full(drawn.shape[1:], np.nan) for _ in INTERVAL]
    undefined = np.isnan(drawn).all(axis=0)
    ends = np.nanpercentile(np.where(undefined, 0, drawn), INTERVAL, axis=0)
    return [np.where(undefined, np.nan, end) for end in ends]


def _ratios(weights, around, objects, everywhere, observations):
    """Ratios (draws, rows, k) where episodes count as often as weights (draws, episodes) say."""
    episodes, kinds, rows = around.shape
    near = (weights @ around.reshape(episodes, kinds * rows)).reshape(len(weights), kinds, rows).transpose(0, 2, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        near = near / (weights @ objects)[:, np.newaxis]
        average = (weights @ everywhere) / (weights @ observations)[:, np.newaxis]
        return np.where(average[:, :, np.newaxis] > 0, near / average[:, :, np.newaxis], np.nan)
