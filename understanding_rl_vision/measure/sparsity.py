"""How sparse the value's attribution to a layer is, over observations."""

import numpy as np

from understanding_rl_vision.rl_util.batches import batch_slices
from understanding_rl_vision.rl_util.nmf import Directions
from understanding_rl_vision.run.attribution.outputs import VALUE, raw_attributions, reduced
from understanding_rl_vision.run.attribution.sparsity import share_of_largest
from understanding_rl_vision.run.nmf_output import ATTR_OPTS
from understanding_rl_vision.run.responses import mean_interval

# Attribution takes ten times as long as activity, and shares differ little from frame to frame.
MOST_OBSERVATIONS = 512


def measured_sparsity(agent, node, directions, observations, episodes, options, progress, stage):
    """The mean share of the value's |attribution| that the largest pairs of position and feature of a frame hold.

    directions (features, C); observations (N, H, W, C), of which some are taken, evenly; episodes (N,): which each is
    of. Returns a dictionary of pairs, share, low and high (95 %, bootstrap over episodes) and observations; None of an
    agent without value function, or where there are no features or no attribution.
    """
    if agent.value_function_name is None or not len(directions):
        return None
    chosen = np.unique(np.linspace(0, len(observations) - 1, MOST_OBSERVATIONS).astype(int))
    features = Directions(directions, len(directions))
    shares = []
    for rows in progress.track(batch_slices(len(chosen), options["batch_size"]), stage):
        images = observations[chosen[rows]]
        (raw,) = raw_attributions(agent, [VALUE], node, images, batch_size=options["batch_size"], **ATTR_OPTS)
        shares.append(share_of_largest(reduced(raw, features).channel_maps, options["pairs"]))
    shares = np.concatenate(shares)
    known = np.isfinite(shares)
    if not known.any():
        return None
    share, low, high = mean_interval(shares[known], episodes[chosen][known])
    return {"pairs": options["pairs"], "share": share, "low": low, "high": high, "observations": int(known.sum())}
