"""Trajectories and observations of an agent that plays, with actions drawn from its policy."""

import collections
import concurrent.futures

import numpy as np

from understanding_rl_vision.draws import draw_actions

Step = collections.namedtuple("Step", "observations actions rewards firsts frames")


def sample_trajectories(env, policy, num_steps, seed, progress, full_resolution=False):
    """Play all games of an environment side by side.

    Args:
        env: an Environment that has just been made.
        policy: has `logits(observations)`, such as a Policy.
        num_steps: number of steps, T.
        seed: of the drawn actions; games are seeded where they are made.
        progress: a Progress.
        full_resolution: also keep the frames at the size people see.

    Returns:
        Dictionary of arrays (games, T, …): observations (uint8), actions, rewards (what the action earned),
        firsts (whether an episode starts) and, with full_resolution, observations_full (uint8).
    """
    trajectories = {}
    with concurrent.futures.ThreadPoolExecutor(1) as thread:
        steps = _play(env, policy, np.random.RandomState(seed), full_resolution, thread)
        next(steps)
        for t in progress.track(range(num_steps), "playing trajectories"):
            for name, values in _named(next(steps)).items():
                if t == 0:
                    trajectories[name] = np.empty((env.num_envs, num_steps) + values.shape[1:], values.dtype)
                trajectories[name][:, t] = values
    return trajectories


def sample_observations(envs, policy, num_obs, obs_every, seed, progress, full_resolution=False):
    """Play all games of several environments and keep `num_obs` observations of each game, `obs_every` steps apart.

    envs: Environments that have just been made; while one steps, the policy works for the others. Other arguments: see
    sample_trajectories.

    Returns:
        Dictionary of observations (games · num_obs, H, W, C) and, with full_resolution, observations_full,
        ordered by time, then by game.
    """
    kept = collections.defaultdict(list)
    with concurrent.futures.ThreadPoolExecutor(len(envs)) as threads:
        groups = [
            _play(env, policy, np.random.RandomState([seed, group] if group else seed), full_resolution, threads)
            for group, env in enumerate(envs)
        ]
        for steps in groups:
            next(steps)
        for t in progress.track(range(1, num_obs * obs_every + 1), "playing for observations"):
            for steps in groups:
                step = next(steps)
                if t % obs_every == 0:
                    kept["observations"].append(step.observations)
                    if full_resolution:
                        kept["observations_full"].append(step.frames)
    return {name: np.concatenate(values) for name, values in kept.items()}


def _named(step):
    """A step's arrays under the names that they have in a trajectories file."""
    arrays = step._asdict()
    frames = arrays.pop("frames")
    return arrays if frames is None else dict(arrays, observations_full=frames)


def _play(env, policy, random, full_resolution, threads):
    """Yield Steps for ever. An action's reward comes with the observation after it.

    threads: an Executor, in which the policy works on the next observations while the caller has a Step.
    """
    _, observations, firsts = env.observe()
    found = threads.submit(policy.logits, observations)
    while True:
        frames = env.full_frames() if full_resolution else None
        actions = draw_actions(found.result(), random)
        env.act(actions)
        rewards, next_observations, next_firsts = env.observe()
        found = threads.submit(policy.logits, next_observations)
        yield Step(observations, actions, rewards, firsts, frames)
        observations, firsts = next_observations, next_firsts
