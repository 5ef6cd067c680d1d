"""What of the games' rewards the agent learns from."""

import numpy as np

REWARD_PROCESSING = ("none", "clip", "normalize")

# Normalised rewards are cut here, as in Baselines' VecNormalize.
MAX_NORMALIZED = 10.0


class RewardProcessor:
    """Scales rewards, then leaves them, takes their signs, or divides them by the spread of returns.

    Parameters
    ----------
    processing
        One of REWARD_PROCESSING. 'normalize' divides by the standard deviation, over all games and steps
        so far, of the discounted sum of each game's rewards since its episode began.
    scale
        What rewards are multiplied by first.
    gamma
        Discount of that sum.
    num_envs
        Number of games, N.
    """

    def __init__(self, processing, scale, gamma, num_envs):
        self._processing = processing
        self._scale = np.float32(scale)
        self._gamma = gamma
        self._state = {"returns": np.zeros(num_envs), "count": 1e-4, "mean": 0.0, "variance": 1.0}

    def __call__(self, rewards, firsts):
        """Processed rewards (N,) of raw rewards (N,); `firsts` (N,) says where they ended an episode."""
        rewards = rewards * self._scale
        if self._processing == "clip":
            return np.sign(rewards)
        if self._processing == "normalize":
            return self._normalize(rewards, firsts)
        return rewards

    def _normalize(self, rewards, firsts):
        returns = self._state["returns"] * self._gamma + rewards
        self._state = dict(merge_moments(self._state, returns), returns=np.where(firsts, 0.0, returns))
        spread = np.sqrt(self._state["variance"] + 1e-8)
        return np.clip(rewards / spread, -MAX_NORMALIZED, MAX_NORMALIZED).astype(np.float32)

    def get_state(self):
        return self._state

    def set_state(self, state):
        self._state = state


def merge_moments(moments, values):
    """Count, mean and variance of earlier values (in `moments`) and `values` together (Chan et al. 1979)."""
    count, added = moments["count"], len(values)
    total = count + added
    difference = values.mean() - moments["mean"]
    squares = moments["variance"] * count + values.var() * added + difference**2 * count * added / total
    return {"count": total, "mean": moments["mean"] + difference * added / total, "variance": squares / total}
