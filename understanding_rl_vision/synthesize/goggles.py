"""How much of what the agent needs a generator keeps: the agent plays by reconstructions (section 4.4, table 1)."""

import numpy as np

from understanding_rl_vision.play.draws import draw_actions
from understanding_rl_vision.synthesize.training_frames import PicturePolicy, picture_environment

# What the agent sees -> options of the generator, None for the game itself.
GOGGLES = {
    "own observations": None,
    "plain VAE": {"saliency": False, "eta": 0.0},
    "saliency weights alone": {"saliency": True, "eta": 0.0},
    "full loss": {},
}


def scores(checkpoint, agent, generator, settings, progress, stage):
    """Total rewards (episodes,) of first episodes, one in each of `goggles_episodes` games.

    generator: whose reconstructions the agent sees, or None for the pictures themselves. The games are always the same.
    settings: also `epsilon`, `greedy` and `seed`. progress: a Progress that follows the episodes as `stage`.
    """
    totals = np.zeros(settings["goggles_episodes"])
    finished = _finished(checkpoint, agent, generator, settings)
    for game, total in progress.track(finished, stage, total=len(totals)):
        totals[game] = total
    return totals


def _finished(checkpoint, agent, generator, settings):
    """Yield the number of each game when its first episode is over, with its total reward."""
    count = settings["goggles_episodes"]
    # Other games than those whose frames the generator has learned from.
    seed = settings["seed"] + 1
    random = np.random.RandomState(seed)
    policy = PicturePolicy(agent, settings["greedy"])
    totals, playing = np.zeros(count), np.ones(count, bool)
    with picture_environment(checkpoint, count, seed=seed, epsilon_greedy=settings["epsilon"]) as env:
        while playing.any():
            pictures = env.observe()[1][playing]
            seen = pictures if generator is None else generator.reconstruct(pictures)
            actions = np.zeros(count, np.int32)
            actions[playing] = draw_actions(policy.logits(seen), random)
            env.act(actions)
            rewards, _, firsts = env.observe()
            totals[playing] += rewards[playing]
            for game in np.flatnonzero(playing & firsts):
                yield game, totals[game]
            playing &= ~firsts


def summary(totals):
    """Mean of total rewards with its standard error (None for one episode), and the rewards themselves."""
    error = float(totals.std(ddof=1) / np.sqrt(len(totals))) if len(totals) > 1 else None
    return {"mean": float(totals.mean()), "standard_error": error, "scores": [float(score) for score in totals]}
