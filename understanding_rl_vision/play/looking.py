"""Observations of an agent at play with the objects that they show."""

import contextlib

from understanding_rl_vision.envs import looks_at_pictures
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.options import complete
from understanding_rl_vision.play.environments import check_num_actions, environments
from understanding_rl_vision.play.options import OBSERVATIONS_OPTIONS
from understanding_rl_vision.play.sampling import sample_observations

# What is not given where looking at an observation takes some tenths of a second, and drawing what is looked at longer
# than playing.
OF_PICTURES = {"num_obs": 32, "obs_every": 32}


def looked_options(checkpoint, play):
    """How observations with objects are played for, complete; play: see `options.check_looking`."""
    from_pictures = looks_at_pictures(checkpoint.args["env_kind"], checkpoint.args["env_name"])
    return complete(dict(OF_PICTURES, **play) if from_pictures else play, OBSERVATIONS_OPTIONS, "observations_kwargs")


def play_with_objects(checkpoint, policy, play, progress, needed=True):
    """What `sample_observations` returns of a checkpoint's agent, objects too, and the keys of its actions.

    policy: the checkpoint's Policy; play: see `options.check_looking`. Where the game does not tell what it shows there
    are no objects; InputError is raised before anything is played if they are needed.
    """
    from_pictures = looks_at_pictures(checkpoint.args["env_kind"], checkpoint.args["env_name"])
    play = looked_options(checkpoint, play)
    num_envs, num_obs, obs_every, seed = (play[name] for name in ("num_envs", "num_obs", "obs_every", "seed"))
    with contextlib.ExitStack() as opened:
        games = environments(checkpoint, num_envs, seed=seed, full_resolution=from_pictures)
        envs = [opened.enter_context(env) for env in games]
        check_num_actions(policy.num_actions, envs[0].num_actions, checkpoint.args)
        if needed and not envs[0].tells_objects:
            raise InputError(
                "{} does not tell which objects it shows, around which activity could be measured; the games of "
                "Procgen do, and coinrun_old but for its mazes.".format(checkpoint.args["env_name"])
            )
        combos = [tuple(combo) for combo in envs[0].action_combos]
        return sample_observations(envs, policy, num_obs, obs_every, seed, progress), combos
