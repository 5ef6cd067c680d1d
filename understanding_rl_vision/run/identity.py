"""Which run a page is of: what names of features and notes on frames belong to."""

import hashlib
import json

import numpy as np


def run_identity(layer_names, trajectories, grids):
    """A hash of what names and notes are about, 32 hexadecimal digits: the same wherever the page lies.

    trajectories: a Trajectories, whose actions, rewards and dones count; grids: see `props.grid_files`. All are numbers
    that rounding does not touch, so the same run made again is the same.
    """
    about = {
        "layers": layer_names,
        "trajectories": [trajectories.actions, trajectories.rewards, trajectories.dones],
        "features": grids,
    }
    text = json.dumps(about, sort_keys=True, default=lambda array: np.asarray(array).tolist())
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:32]
