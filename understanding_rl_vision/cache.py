"""Where what was fetched is kept: the user's cache folder."""

import os

from understanding_rl_vision.later import pooch

CACHE_VARIABLE = "UNDERSTANDING_RL_VISION_CACHE"


def cache_folder():
    """The folder of what was fetched: what the environment variable says, or the platform's place for such files."""
    return os.path.expanduser(os.environ.get(CACHE_VARIABLE) or str(pooch.os_cache("understanding_rl_vision")))
