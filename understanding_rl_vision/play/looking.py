"""Observations of an agent at play with the objects that they show."""

import contextlib

from understanding_rl_vision.errors import InputError
from understanding_rl_vision.play.environments import check_num_actions, environments
from understanding_rl_vision.play.sampling import sample_observations


def play_with_objects(checkpoint, policy, play, progress):
    """What `sample_observations` returns of a checkpoint's agent, objects too, and the keys of its actions.

    policy: the checkpoint's Policy; play: see OBSERVATIONS_OPTIONS. Raises InputError before anything is played where
    the game does not tell what it shows.
    """
    num_envs, num_obs, obs_every, seed = (play[name] for name in ("num_envs", "num_obs", "obs_every", "seed"))
    with contextlib.ExitStack() as opened:
        envs = [opened.enter_context(env) for env in environments(checkpoint, num_envs, seed=seed)]
        check_num_actions(policy.num_actions, envs[0].num_actions, checkpoint.args)
        if envs[0].objects() is None:
            raise InputError(
                "{} does not tell which objects it shows, around which activity could be measured; the games of "
                "Procgen do.".format(checkpoint.args["env_name"])
            )
        combos = [tuple(combo) for combo in envs[0].action_combos]
        return sample_observations(envs, policy, num_obs, obs_every, seed, progress), combos
