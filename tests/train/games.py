"""A game small enough to be learned in seconds."""

import numpy as np

from understanding_rl_vision.envs import Environment

SIZE = 8
TIME_LIMIT = 8


class CoinGame(Environment):
    """Walk left or right along a row to a coin, within 8 steps: reward 1, and the game is solved.

    The coin is 3 to 5 columns away. Walking at random solves about a quarter of the games.
    """

    observation_shape = (SIZE, SIZE, 3)
    action_combos = [(), ("LEFT",), ("RIGHT",)]

    def __init__(self, num_envs, seed=0):
        self.num_envs = num_envs
        self._random = np.random.RandomState(seed)
        self._games = np.zeros((4, num_envs), np.int64)
        self._rewards = np.zeros(num_envs, np.float32)
        self._firsts = np.ones(num_envs, bool)
        self._begin()

    def _begin(self):
        """New games where `_firsts` is true."""
        row = self._random.randint(SIZE, size=self.num_envs)
        coin = self._random.randint(SIZE, size=self.num_envs)
        distance = self._random.randint(3, 6, size=self.num_envs)
        agent = np.where(coin >= SIZE // 2, coin - distance, coin + distance).clip(0, SIZE - 1)
        self._games = np.where(self._firsts, [row, coin, agent, np.zeros_like(row)], self._games)

    def observe(self):
        row, coin, agent, _ = self._games
        observations = np.zeros((self.num_envs,) + self.observation_shape, np.uint8)
        observations[np.arange(self.num_envs), row, coin, 0] = 255
        observations[np.arange(self.num_envs), row, agent, 1] = 255
        return self._rewards.copy(), observations, self._firsts.copy()

    def act(self, actions):
        self._games[2] = (self._games[2] + np.array([0, -1, 1])[actions]).clip(0, SIZE - 1)
        self._games[3] += 1
        solved = self._games[1] == self._games[2]
        self._rewards = solved.astype(np.float32)
        self._firsts = solved | (self._games[3] == TIME_LIMIT)
        self._begin()

    def get_state(self):
        return self._random.get_state(), self._games.copy(), self._rewards, self._firsts

    def set_state(self, state):
        random_state, games, self._rewards, self._firsts = state
        self._random.set_state(random_state)
        self._games = games.copy()

    def close(self):
        pass
