"""`train` and the names of games, where scripts for the original import them from."""

from understanding_rl_vision.envs import atari, procgen
from understanding_rl_vision.train.loop import train

__all__ = ["ATARI_ENV_DICT", "PROCGEN_ENV_NAMES", "train"]

# Procgen's games, and Atari's (the name that `train` takes as env_id → Gym's).
PROCGEN_ENV_NAMES = list(procgen.GAMES)
ATARI_ENV_DICT = dict(atari.GYM_NAMES)
