"""How much of what the agent needs a generator keeps: the agent plays by reconstructions (section 4.4, table 1)."""

import numpy as np

from understanding_rl_vision.draws import draw_actions
from understanding_rl_vision.synthesis.pictures import Player, picture_environment

# What the agent sees -> options of the generator, None for the game itself.
GOGGLES = {
    "own observations": None,
    "plain VAE": {"saliency": False, "eta": 0.0},
    "saliency weights alone": {"saliency": True, "eta": 0.0},
    "full loss": {},
}


def scores(checkpoint, agent, generator, settings):
    """Total rewards (episodes,) of first episodes, one in each of `goggles_episodes` games.

    generator: whose reconstructions the agent sees, or None for the pictures themselves. The games are always the same.
    settings: also `epsilon`, `greedy` and `seed`.
    """
    count = settings["goggles_episodes"]
    # Other games than those whose frames the generator has learned from.
    seed = settings["seed"] + 1
    random = np.random.RandomState(seed)
    player = Player(agent, settings["greedy"])
    totals, playing = np.zeros(count), np.ones(count, bool)
    with picture_environment(checkpoint, count, seed=seed, epsilon_greedy=settings["epsilon"]) as env:
        while playing.any():
            pictures = env.observe()[1][playing]
            seen = pictures if generator is None else generator.reconstruct(pictures)
            actions = np.zeros(count, np.int32)
            actions[playing] = draw_actions(player.logits(seen), random)
            env.act(actions)
            rewards, _, firsts = env.observe()
            totals[playing] += rewards[playing]
            playing &= ~firsts
    return totals


def summary(totals):
    """Mean of total rewards with its standard error (NaN for one episode), and the rewards themselves."""
    error = totals.std(ddof=1) / np.sqrt(len(totals)) if len(totals) > 1 else np.nan
    return {"mean": float(totals.mean()), "standard_error": float(error), "scores": [float(score) for score in totals]}
