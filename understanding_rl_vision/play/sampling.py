"""Trajectories and observations of an agent that plays, with actions drawn from its policy."""

import collections
import concurrent.futures
import itertools

import numpy as np

from understanding_rl_vision import large_arrays
from understanding_rl_vision.envs.outcomes import Tally
from understanding_rl_vision.play.draws import draw_actions
from understanding_rl_vision.play.episodes import final_values
from understanding_rl_vision.play.objects import joined_objects

# Arrays of a step of all games. solved: see `sample_trajectories`; final_values: see `advantages.with_final_values`, or
# None; overruns: see `Environment.overruns`; objects: see `Environment.objects`, None of steps at which nobody looks.
Step = collections.namedtuple("Step", "observations actions rewards firsts solved final_values frames overruns objects")

# What is known of an episode's last step only after it, and so with the step that is one too many, where there is one.
OF_ENDS = ("solved", "final_values")


def sample_trajectories(env, policy, num_steps, seed, progress, full_resolution=False):
    """Play all games of an environment side by side.

    Parameters
    ----------
    env
        An Environment that has just been made.
    policy
        Has `logits(observations)`, such as a Policy.
    num_steps
        Number of steps, T.
    seed
        Of the drawn actions; games are seeded where they are made.
    progress
        A Progress.
    full_resolution
        Also keep the frames at the size people see.

    Returns
    -------
    Dictionary of arrays (games, T, …): observations (uint8), actions, rewards (what the action earned), firsts
    (whether an episode starts), solved (int8, of the episode that the step ends: 1, 0, or -1 where nothing tells,
    as in steps that end none), of games that tell of it final_values (see `advantages.with_final_values`) and, with
    full_resolution, observations_full (uint8).
    """
    trajectories = {}
    counts = np.zeros(env.num_envs, int)
    with concurrent.futures.ThreadPoolExecutor(1) as thread:
        steps = _play(env, policy, np.random.RandomState(seed), full_resolution, thread)
        next(steps)
        playing = iter(lambda: bool(counts.min() < num_steps), False)
        for _ in progress.track(playing, "playing trajectories", total=num_steps):
            _keep(next(steps), trajectories, counts, num_steps)
    return trajectories


def _keep(step, trajectories, counts, num_steps):
    """Add a step to the trajectories of those games that have fewer; counts: how many each has."""
    arrays = _named(step)
    if not trajectories:
        for name, values in arrays.items():
            trajectories[name] = large_arrays.empty((len(counts), num_steps) + values.shape[1:], values.dtype)
    short = counts < num_steps
    games = np.flatnonzero(short & ~step.overruns)
    for name, values in arrays.items():
        trajectories[name][games, counts[games]] = values[games]
    counts[games] += 1
    # It was the step before that ended the episode.
    games = np.flatnonzero(short & step.overruns & (counts > 0))
    for name in OF_ENDS:
        if name in arrays:
            trajectories[name][games, counts[games] - 1] = arrays[name][games]


def sample_observations(envs, policy, num_obs, obs_every, seed, progress, full_resolution=False, most_looks=None):
    """Play all games of several environments and keep `num_obs` observations of each game, `obs_every` steps apart.

    envs: Environments that have just been made; while one steps, the policy works for the others. most_looks: for about
    so many of the observations it is told what they show, evenly; default: for all. Other arguments: see
    sample_trajectories.

    Returns
    -------
    Dictionary of observations (games · num_obs, H, W, C) and, with full_resolution, observations_full, ordered by time,
    then by game; and, where the game tells, objects, see `objects.KEYS`.
    """
    kept, objects = {}, []
    count = num_obs * sum(env.num_envs for env in envs)
    look_every = obs_every * min(-(-count // min(most_looks or count, count)), num_obs)
    with concurrent.futures.ThreadPoolExecutor(len(envs)) as threads:
        groups = [
            _play(
                env,
                policy,
                np.random.RandomState([seed, group] if group else seed),
                full_resolution,
                threads,
                look_every=look_every,
                frames_every=obs_every,
            )
            for group, env in enumerate(envs)
        ]
        before = [next(steps) for steps in groups]
        counts = [np.zeros(env.num_envs, int) for env in envs]
        for t in progress.track(range(1, num_obs * obs_every + 1), "playing for observations"):
            for group, steps in enumerate(groups):
                step = next(steps)
                counts[group] += step.firsts
                if t % obs_every == 0:
                    _keep_observations(step, before[group], kept, count)
                    if envs[group].tells_objects:
                        objects += _looked_at(step, (group, counts[group]))
                before[group] = step
    arrays = {name: array for name, (array, _) in kept.items()}
    return dict(arrays, objects=joined_objects(*zip(*objects))) if objects else arrays


def _keep_observations(step, before, kept, count):
    """Add what there is of a step; of games where it belongs to no episode, of the step before.

    kept: name -> an array of `count` observations, and how many it has so far.
    """
    for name, field in (("observations", "observations"), ("observations_full", "frames")):
        if getattr(step, field) is not None:
            values = _in_episodes(step, before, field)
            whole, start = kept.get(name) or (large_arrays.empty((count,) + values.shape[1:], values.dtype), 0)
            whole[start : start + len(values)] = values
            kept[name] = whole, start + len(values)


def _looked_at(step, episodes):
    """What each game shows, a Seen or None where nobody looked or the observation kept is another, and its episode.

    episodes: the number of these games among all, and how many episodes each has begun.
    """
    group, counts = episodes
    seen = [None if over else objects for over, objects in zip(step.overruns, step.objects or [None] * len(counts))]
    return list(zip(seen, [(group, game, count) for game, count in enumerate(counts)]))


def _in_episodes(step, before, name):
    """A step's array; of games where it belongs to no episode, that of the step before."""
    now, earlier = getattr(step, name), getattr(before, name)
    return np.where(step.overruns.reshape((-1,) + (1,) * (now.ndim - 1)), earlier, now) if step.overruns.any() else now


def _named(step):
    """A step's arrays under the names that they have in a trajectories file."""
    arrays = step._asdict()
    arrays["observations_full"] = arrays.pop("frames")
    del arrays["overruns"], arrays["objects"]
    return {name: values for name, values in arrays.items() if values is not None}


def _play(env, policy, random, full_resolution, threads, look_every=None, frames_every=1):
    """Yield Steps for ever. An action's reward comes with the observation after it.

    threads: an Executor, in which the policy works on the next observations while the caller has a Step. look_every:
    look for objects in every so many steps, counted from 0, but not in that one; default: in none. frames_every: frames
    are needed of every so many steps; of games that tell of an end a step late, of those before them too.
    """
    tally = Tally(env)
    _, observations, firsts = env.observe()
    logits = threads.submit(policy.logits, observations)
    for number in itertools.count():
        objects = env.objects() if look_every and number and number % look_every == 0 else None
        needed = number % frames_every == 0 or (env.ends_late and (number + 1) % frames_every == 0)
        frames = env.full_frames() if full_resolution and needed else None
        actions = draw_actions(logits.result(), random)
        env.act(actions)
        rewards, next_observations, next_firsts = env.observe()
        logits = threads.submit(policy.logits, next_observations)
        solved = np.full(env.num_envs, -1, np.int8)
        for game, outcome in tally.step(rewards, next_firsts).items():
            if outcome.solved is not None:
                solved[game] = outcome.solved
        final = final_values(env, policy)
        yield Step(observations, actions, rewards, firsts, solved, final, frames, env.overruns(), objects)
        observations, firsts = next_observations, next_firsts
