"""The games of a checkpoint, opened."""

import contextlib

import numpy as np

from understanding_rl_vision.agents.checkpoints import warn_of_left_out
from understanding_rl_vision.agents.games import game_options
from understanding_rl_vision.agents.policy import POLICY_BATCH_SIZE
from understanding_rl_vision.envs import known_options, make_env, several_at_once
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.rl_util.batches import batch_slices


def environments(checkpoint, num_games, *, seed, **others):
    """The checkpoint's games in several environments, so that one steps while the policy computes for the others.

    There is one where a process can have no more. Yields them as `environment` makes them, which has the other options.
    """
    sizes = [num_games]
    if several_at_once(checkpoint.args["env_kind"], checkpoint.args["env_name"]):
        sizes = [rows.stop - rows.start for rows in batch_slices(num_games, POLICY_BATCH_SIZE)]
    for group, size in enumerate(sizes):
        # Those after the first have seeds of their own, far from those of other games that are asked for.
        group_seed = np.random.RandomState([seed, group]).randint(2**31 - 1) if group else seed
        yield environment(checkpoint, size, seed=group_seed, **others)


def environment(checkpoint, num_envs, *, seed, full_resolution=False, **others):
    """The checkpoint's environment, see `make_env`, as a context manager that closes it.

    What the environment does not know of the checkpoint's args is left out, with a warning where it might matter.
    others: options that take their place.
    """
    kind, name = checkpoint.args["env_kind"], checkpoint.args["env_name"]
    warn_of_left_out(checkpoint.args, known_options(kind, name))
    options = dict(game_options(checkpoint), **others)
    return contextlib.closing(make_env(kind, name, num_envs, seed=seed, full_resolution=full_resolution, **options))


def check_num_actions(given, needed, args):
    """Raise InputError where a policy has other actions than the game of the checkpoint's args."""
    if given != needed:
        raise InputError(
            "The checkpoint's policy has {} actions, but {} has {}. The 'env_name' in its 'args' must name "
            "the game that it was trained on.".format(given, args["env_name"], needed)
        )
