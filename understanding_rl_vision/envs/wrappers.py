"""Wrappers that any environment can have: frame stacking, random actions, scaled rewards, noise on images.

The actions that a caller records are those of its policy, not those that the wrappers put in their place: the
page shows what the policy chose, and attribution explains that.
"""

import numpy as np

from understanding_rl_vision import checks
from understanding_rl_vision.envs import base
from understanding_rl_vision.envs.image_noise import add_noise, draw_noise

OPTIONS = ("epsilon_greedy", "frame_stack", "image_noise", "noise_size", "reward_scale", "use_sticky_actions")

STICKY_PROBABILITY = 0.25

# Of noise the largest standard deviation and the widest blur that are accepted.
MOST_NOISE, MOST_NOISE_SIZE = 255, 32


class Wrapper(base.Environment):
    """An environment that does all as the one inside it."""

    def __init__(self, env):
        self.env = env
        self.num_envs = env.num_envs
        self.observation_shape = env.observation_shape
        self.action_combos = env.action_combos

    @property
    def frame_channels(self):
        return self.env.frame_channels

    @property
    def tells_solved(self):
        return self.env.tells_solved

    @property
    def tells_truncation(self):
        return self.env.tells_truncation

    @property
    def stack_padding(self):
        return self.env.stack_padding

    @property
    def tells_objects(self):
        return self.env.tells_objects

    @property
    def looks_at_pictures(self):
        return self.env.looks_at_pictures

    @property
    def ends_late(self):
        return self.env.ends_late

    def observe(self):
        return self.env.observe()

    def act(self, actions):
        self.env.act(actions)

    def full_frames(self):
        return self.env.full_frames()

    def get_state(self):
        state = self.env.get_state()
        return None if state is None else {"env": state, "own": self._get_own_state()}

    def check_state(self, state):
        self.env.check_state(state["env"])

    def set_state(self, state):
        self.env.set_state(state["env"])
        self._set_own_state(state["own"])

    @property
    def can_choose_levels(self):
        return self.env.can_choose_levels

    def start_levels(self, levels):
        self.env.start_levels(levels)

    def watch_endings(self):
        self.env.watch_endings()

    def endings(self):
        return self.env.endings()

    def objects(self):
        return self.env.objects()

    def overruns(self):
        return self.env.overruns()

    def truncations(self):
        return self.env.truncations()

    def over(self):
        return self.env.over()

    def close(self):
        self.env.close()

    def _get_own_state(self):
        """What this wrapper itself adds to the state."""
        return None

    def _set_own_state(self, state):
        pass


class StickyActions(Wrapper):
    """Repeat a game's previous action with probability 0.25, but never across episodes.

    Source: Machado et al. 2018, "Revisiting the Arcade Learning Environment", section 5.2.
    """

    def __init__(self, env, random):
        super().__init__(env)
        self._random = random
        self._previous = np.zeros(env.num_envs, np.int32)

    def act(self, actions):
        _, _, firsts = self.env.observe()
        repeat = (self._random.random_sample(self.num_envs) < STICKY_PROBABILITY) & ~firsts
        self._previous = np.where(repeat, self._previous, base.check_actions(actions, self))
        self.env.act(self._previous)

    def _get_own_state(self):
        return self._random.get_state(), self._previous

    def _set_own_state(self, state):
        random_state, self._previous = state
        self._random.set_state(random_state)


class EpsilonGreedy(Wrapper):
    """Replace each game's action, with probability epsilon, by one drawn uniformly."""

    def __init__(self, env, epsilon, random):
        super().__init__(env)
        self._epsilon = epsilon
        self._random = random

    def act(self, actions):
        replace = self._random.random_sample(self.num_envs) < self._epsilon
        drawn = self._random.randint(self.num_actions, size=self.num_envs)
        self.env.act(np.where(replace, drawn, base.check_actions(actions, self)))

    def _get_own_state(self):
        return self._random.get_state()

    def _set_own_state(self, state):
        self._random.set_state(state)


class RewardScale(Wrapper):
    """Multiply rewards."""

    def __init__(self, env, scale):
        super().__init__(env)
        self._scale = np.float32(scale)

    def observe(self):
        rewards, observations, firsts = self.env.observe()
        return rewards * self._scale, observations, firsts


class ImageNoise(Wrapper):
    """Add noise to every pixel and channel of the observations, drawn anew for each step; see `draw_noise`."""

    def __init__(self, env, deviation, size, random):
        super().__init__(env)
        self._deviation, self._size, self._random = deviation, size, random
        self._draw()

    def _draw(self):
        self._before = self._random.get_state()
        shape = (self.num_envs,) + tuple(self.observation_shape)
        self._noise = draw_noise(self._random, shape, self._deviation, self._size)

    def act(self, actions):
        self.env.act(actions)
        self._draw()

    def observe(self):
        rewards, observations, firsts = self.env.observe()
        return rewards, add_noise(observations, self._noise), firsts

    def truncations(self):
        return {game: add_noise(last, self._noise[game]) for game, last in self.env.truncations().items()}

    def _get_own_state(self):
        return self._before

    def _set_own_state(self, state):
        self._random.set_state(state)
        self._draw()


class FrameStack(Wrapper):
    """Put the last n observations of the episode along the channels, newest last.

    Those before the episode's first are zero, as in Baselines' VecFrameStack, or the first (`stack_padding`).
    """

    def __init__(self, env, num_frames):
        super().__init__(env)
        height, width, channels = env.observation_shape
        self.observation_shape = (height, width, channels * num_frames)
        self._channels = channels
        self._stack = np.zeros((env.num_envs,) + self.observation_shape, np.uint8)
        self._num_frames, self._cuts = num_frames, {}
        self._stepped = True

    def act(self, actions):
        self.env.act(actions)
        self._stepped = True

    def observe(self):
        rewards, observations, firsts = self.env.observe()
        if self._stepped:
            self._cuts = self._stacked_cuts()
            self._stack[..., : -self._channels] = self._stack[..., self._channels :]
            self._stack[..., -self._channels :] = observations
            self._begin(np.flatnonzero(firsts), observations)
            self._stepped = False
        return rewards, self._stack.copy(), firsts

    def _begin(self, games, observations):
        """Stack the first observations of episodes that begin in some games. observations: of all games."""
        if self.stack_padding == "first":
            self._stack[games] = np.tile(observations[games], self._num_frames)
        else:
            self._stack[games] = 0
            self._stack[games, ..., -self._channels :] = observations[games]

    def _stacked_cuts(self):
        """The last observations of episodes that were cut off, on those before them, which are still in the stack."""
        late = self.env.overruns()
        return {
            game: self._stack[game].copy()
            if late[game]
            else np.concatenate([self._stack[game][..., self._channels :], observation], axis=-1)
            for game, observation in self.env.truncations().items()
        }

    def truncations(self):
        return dict(self._cuts)

    def start_levels(self, levels):
        # The stack must hold the frames so far before some of them are replaced.
        self.observe()
        self.env.start_levels(levels)
        self._begin(list(levels), self.env.observe()[1])

    def _get_own_state(self):
        return self._stack.copy(), self._stepped

    def _set_own_state(self, state):
        stack, self._stepped = state
        self._stack = stack.copy()


def check_wrapper_options(
    *, epsilon_greedy=0, frame_stack=1, image_noise=0, noise_size=0, reward_scale=1, use_sticky_actions=False
):
    """Return the options of `wrap`, completed, or raise InputError for a value that is not accepted."""
    return {
        "epsilon_greedy": checks.check_number("epsilon_greedy", epsilon_greedy, 0, 1),
        "frame_stack": checks.check_integer("frame_stack", frame_stack, 1, 64),
        "image_noise": checks.check_number("image_noise", image_noise, 0, MOST_NOISE),
        "noise_size": checks.check_number("noise_size", noise_size, 0, MOST_NOISE_SIZE),
        "reward_scale": checks.check_number("reward_scale", reward_scale, -1e6, 1e6),
        "use_sticky_actions": checks.check_flag("use_sticky_actions", use_sticky_actions),
    }


def wrap(env, *, seed, epsilon_greedy, frame_stack, image_noise, noise_size, reward_scale, use_sticky_actions):
    """Return `env` with the wrappers asked for. Stickiness belongs to the game, so it is innermost."""
    if use_sticky_actions:
        env = StickyActions(env, np.random.RandomState([seed, 0]))
    if epsilon_greedy:
        env = EpsilonGreedy(env, epsilon_greedy, np.random.RandomState([seed, 1]))
    if reward_scale != 1:
        env = RewardScale(env, reward_scale)
    if image_noise:
        env = ImageNoise(env, image_noise, noise_size, np.random.RandomState([seed, 2]))
    if frame_stack != 1:
        env = FrameStack(env, frame_stack)
    return env
