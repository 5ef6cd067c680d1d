"""Drawing actions from a policy."""

import numpy as np


def draw_actions(logits, random):
    """Actions (...,) drawn from logits (..., A) by adding Gumbel noise and taking the largest (Gumbel 1954)."""
    return np.argmax(logits + random.gumbel(size=logits.shape), axis=-1)
