"""How fast an agent plays on this machine: a few steps of what is to come, timed."""

import collections
import contextlib

from understanding_rl_vision.play.environments import environment, environments
from understanding_rl_vision.play.sampling import sample_observations, sample_trajectories
from understanding_rl_vision.progress import Progress
from understanding_rl_vision.timing import timed

# Of every game; games begin alike, and take a little longer later.
STEPS = 24

# Of an episode, which nobody knows before it is played: the mean of agents on CoinRun.
EPISODE_STEPS = 80
# What a step of a game takes with the network where it is not measured.
STEP_SECONDS = 1e-3

# seconds: of a step of all games; trajectories: as `sample_trajectories` returns them; combos: the keys of each action.
Played = collections.namedtuple("Played", "seconds trajectories combos")


def timed_trajectories(checkpoint, policy, num_envs, full_resolution=False, **others):
    """A Played of `num_envs` games of a checkpoint's agent in one environment, as trajectories are played.

    others: options of the game in place of the checkpoint's.
    """
    with environment(checkpoint, num_envs, seed=0, full_resolution=full_resolution, **others) as env:

        def play(steps):
            return sample_trajectories(env, policy, steps, 0, Progress(quiet=True), full_resolution)

        play(2)
        # The game and the network take turns.
        seconds, trajectories = timed(play, STEPS, alone=True)
        return Played(seconds / STEPS, trajectories, [tuple(combo) for combo in env.action_combos])


def timed_observations(checkpoint, policy, num_envs, full_resolution=False, **others):
    """Seconds of a step of `num_envs` games of a checkpoint's agent, as observations are played for.

    others: options of the game in place of the checkpoint's.
    """
    with contextlib.ExitStack() as opened:
        games = environments(checkpoint, num_envs, seed=0, full_resolution=full_resolution, **others)
        envs = [opened.enter_context(env) for env in games]

        def play(steps):
            sample_observations(envs, policy, 1, steps, 0, Progress(quiet=True), full_resolution, most_looks=1)

        play(2)
        return timed(play, STEPS)[0] / STEPS
