"""The frames that a generator learns from: an agent plays, and its games are seen in colour."""

import contextlib

import numpy as np

from understanding_rl_vision.agents.games import played_options
from understanding_rl_vision.envs.atari import area_average
from understanding_rl_vision.envs.wrappers import FrameStack, Wrapper
from understanding_rl_vision.play.environments import check_num_actions, environment
from understanding_rl_vision.play.sampling import sample_observations
from understanding_rl_vision.synthesize.picture_agent import preferences


class ColourFrames(Wrapper):
    """An environment of grey observations (H, W, 1), drawn in full, seen in colour: (H, W, 3), averaged by area."""

    def __init__(self, env):
        super().__init__(env)
        height, width, _ = env.observation_shape
        self.observation_shape = (height, width, 3)
        full_height, full_width = env.full_frames().shape[1:3]
        self._rows = area_average(full_height, height)
        self._columns = area_average(full_width, width)

    @property
    def frame_channels(self):
        return 3

    def observe(self):
        rewards, _, firsts = self.env.observe()
        frames = self.env.full_frames().astype(np.float32)
        shrunk = np.einsum("hH,wW,nHWc->nhwc", self._rows, self._columns, frames, optimize=True)
        return rewards, np.rint(shrunk).astype(np.uint8), firsts


# Rewards are the game's own.
OWN_OPTIONS = {"reward_scale": 1}


def pictured_options(checkpoint, epsilon):
    """All options of the game as it is played for pictures."""
    return played_options(checkpoint, epsilon_greedy=epsilon, **OWN_OPTIONS)


@contextlib.contextmanager
def picture_environment(checkpoint, num_envs, *, seed, **others):
    """The checkpoint's environment, its observations pictures: stacked frames in colour.

    The agent sees them by `picture_agent.observations`. others: options that take the place of the checkpoint's.
    """
    stacked = checkpoint.args.get("frame_stack", 1)
    # Only Atari's observations are grey, and only it has the colours in its full frames.
    grey = checkpoint.args["env_kind"] == "atari"
    options = dict(OWN_OPTIONS, frame_stack=1, **others)
    with environment(checkpoint, num_envs, seed=seed, full_resolution=grey, **options) as env:
        seen = ColourFrames(env) if grey else env
        yield FrameStack(seen, stacked) if stacked > 1 else seen


class PicturePolicy:
    """The policy of an agent that is shown pictures. Greedy, it always takes the action that it prefers."""

    def __init__(self, agent, greedy):
        self._agent = agent
        self._greedy = greedy

    def logits(self, pictures):
        preferred = preferences(self._agent.arrays(pictures))
        if not self._greedy:
            return preferred
        # Whatever noise the actions are drawn with, only the largest can be drawn.
        return np.where(preferred == preferred.max(axis=1, keepdims=True), 0, -np.inf)


def play_frames(checkpoint, agent, settings, progress):
    """Pictures (num_frames, H, W, C) of games that the agent plays, bytes, ordered by game, then by time.

    settings: options `num_frames`, `num_envs`, `epsilon` (probability of an action drawn uniformly), `greedy`, `seed`.
    """
    num_envs = min(settings["num_envs"], settings["num_frames"])
    steps = -(-settings["num_frames"] // num_envs)
    seed = settings["seed"]
    with picture_environment(checkpoint, num_envs, seed=seed, epsilon_greedy=settings["epsilon"]) as env:
        check_num_actions(agent.num_actions, env.num_actions, checkpoint.args)
        policy = PicturePolicy(agent, settings["greedy"])
        pictures = sample_observations([env], policy, steps, 1, seed, progress)["observations"]
    by_game = pictures.reshape((steps, num_envs) + pictures.shape[1:]).swapaxes(0, 1)
    return by_game.reshape(pictures.shape)[: settings["num_frames"]]
