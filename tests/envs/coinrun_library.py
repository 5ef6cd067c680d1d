"""A library that tells of ends as that of OpenAI's package coinrun does, for tests without the package."""

import ctypes

import numpy as np

# COINS: one that is not the last, worth 1, in the second step, and the last at the end.
COIN, COINS, DEATH, NOTHING = "coin", "coins", "death", "nothing"

# Colours of a picture: the level's number, the steps in it, and whether it is over.
LEVEL, STEPS, OVER = range(3)


class Game:
    """Plays levels drawn from `draw`, a function that returns a level's number, its length and what is at its end."""

    def __init__(self, draw, time_limit):
        self._draw, self._time_limit = draw, time_limit
        self._begin()

    def _begin(self):
        self.level, self._length, self._end = self._draw()
        self._steps, self._over = 0, False

    def step(self, action):
        """As in the library: a game that is over makes one step more before its next level begins."""
        self.reward, self.done = 0.0, self._over
        self._steps += 1
        at_end = self._steps == self._length
        if self._end == COINS and self._steps == 2:
            self.reward = 1.0
        if self._end in (COIN, COINS) and at_end:
            self.reward = 10.0
        if self._end == DEATH and self.done:
            # Dead already, it falls on the coin.
            self.reward = 10.0
        if at_end and self._end != NOTHING or self._steps > self._time_limit:
            self._over = True
        if self.done:
            self._begin()

    @property
    def colour(self):
        return [self.level % 256, self._steps % 256, 255 * self._over]


class Library:
    """levels: function of a level's number, counted in the order in which levels begin -> its length and its end."""

    def __init__(self, levels):
        self._levels = levels
        self._drawn = 0
        self.handles = {}

    def _draw(self):
        self._drawn += 1
        return (self._drawn - 1,) + self._levels(self._drawn - 1)

    def initialize_args(self, settings):
        self.settings = np.ctypeslib.as_array(ctypes.cast(settings, ctypes.POINTER(ctypes.c_int32)), (7,)).copy()

    def vec_create(self, game_type, count, lump, full_resolution, zoom):
        time_limit = 500 if game_type == 1002 else 1000
        handle = 100 + len(self.handles)
        self.handles[handle] = [Game(self._draw, time_limit) for _ in range(count)], full_resolution
        return handle

    def vec_close(self, handle):
        del self.handles[handle]

    def vec_step_async_discrete(self, handle, actions):
        games, _ = self.handles[handle]
        for game, action in zip(games, ctypes.cast(actions, ctypes.POINTER(ctypes.c_int32))):
            assert 0 <= action < 7
            game.step(action)

    def vec_wait(self, handle, observations, frames, rewards, dones):
        games, full_resolution = self.handles[handle]
        for number, game in enumerate(games):
            _put(observations, number, np.tile(np.uint8(game.colour), (64, 64, 1)))
            if full_resolution:
                _put(frames, number, np.tile(np.uint8(game.colour), (512, 512, 1)))
            _put(rewards, number, np.float32(game.reward))
            _put(dones, number, np.bool_(game.done))
            game.reward, game.done = 0.0, False


def _put(place, number, value):
    ctypes.memmove(place + number * value.nbytes, value.tobytes(), value.nbytes)
