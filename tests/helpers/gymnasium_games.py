"""Small environments with the interface of Gymnasium, or of the Gym before it, that need neither."""

import types

import numpy as np

SIZE, TIME_LIMIT = 8, 6


class Walk:
    """Walk along a row: its right end solves the game, its left end is a pit; a limit of 6 steps cuts it off.

    The start is drawn by the seed. What is shown: the place, red, and how many steps there have been, green.
    """

    def __init__(self, dtype=np.uint8, first=False, render_mode=None):
        self._first, self._dtype, self.render_mode = first, np.dtype(dtype), render_mode
        shape = (3, SIZE, SIZE + 1) if first else (SIZE, SIZE + 1, 3)
        high = 1 if self._dtype.kind == "f" else 255
        self.observation_space = types.SimpleNamespace(shape=shape, dtype=self._dtype, low=0, high=high)
        self.action_space = types.SimpleNamespace(n=3)
        self.closed = False

    def get_action_meanings(self):
        return ["NOOP", "LEFT", "UPRIGHT"]

    def reset(self, *, seed=None, options=None):
        if seed is not None:
            self._random = np.random.RandomState(seed)
        self.place, self.steps = int(self._random.randint(3, SIZE - 3)), 0
        return self._observation(), {}

    def step(self, action):
        self.place += (0, -1, 1)[action]
        self.steps += 1
        over = self.place in (0, SIZE - 1)
        info = {"cause": "pit"} if self.place == 0 else {"is_success": True} if over else {}
        reward = float(self.place == SIZE - 1)
        return self._observation(), reward, over, self.steps == TIME_LIMIT, info

    def render(self):
        return np.full((16, 18, 3), self.place, np.uint8) if self.render_mode == "rgb_array" else None

    def close(self):
        self.closed = True

    def _observation(self):
        image = np.zeros((SIZE, SIZE + 1, 3), np.uint8)
        image[0, self.place, 0], image[1, : self.steps + 1, 1] = 255, 255
        image = np.moveaxis(image, -1, 0) if self._first else image
        return image if self._dtype == np.uint8 else (image / 255).astype(self._dtype)


class OldWalk:
    """The same with Gym's older interface: seeds are set apart, and a step tells of four things."""

    def __init__(self):
        self._walk = Walk()
        self.observation_space, self.action_space = self._walk.observation_space, self._walk.action_space

    def seed(self, seed):
        self._seed = seed

    def reset(self):
        return self._walk.reset(seed=self.__dict__.pop("_seed", None))[0]

    def step(self, action):
        observation, reward, terminated, truncated, info = self._walk.step(action)
        if truncated and not terminated:
            info = dict(info, **{"TimeLimit.truncated": True})
        return observation, reward, terminated or truncated, info


def make_walk(render_mode=None, dtype="uint8"):
    return Walk(dtype=dtype, render_mode=render_mode)


class OldVector:
    """Walks side by side as Baselines and Stable-Baselines3 have them: they begin anew in the same step."""

    def __init__(self, num_envs):
        self.num_envs, self._walks = num_envs, [Walk() for _ in range(num_envs)]
        self.observation_space, self.action_space = self._walks[0].observation_space, self._walks[0].action_space

    def seed(self, seed):
        self._seeds = [seed + i for i in range(self.num_envs)]

    def reset(self):
        return np.stack([walk.reset(seed=seed)[0] for walk, seed in zip(self._walks, self._seeds)])

    def step(self, actions):
        rows = []
        for walk, action in zip(self._walks, actions):
            observation, reward, terminated, truncated, info = walk.step(action)
            if terminated or truncated:
                info = dict(info, terminal_observation=observation)
                info["TimeLimit.truncated"] = truncated and not terminated
                observation, _ = walk.reset()
            rows.append((observation, reward, terminated or truncated, info))
        observations, rewards, dones, infos = zip(*rows)
        return np.stack(observations), np.array(rewards), np.array(dones), list(infos)

    def close(self):
        pass
