"""Editing again and again: what an edited model still sees an object by (article, "Model editing")."""

import numpy as np

from understanding_rl_vision.agents.games import policy_of
from understanding_rl_vision.errors import InputError, quoted
from understanding_rl_vision.pictures.readable import UnitFloats, readable
from understanding_rl_vision.play.looking import play_with_objects
from understanding_rl_vision.run.features import fit_layer
from understanding_rl_vision.run.measurement import measured_layer, read_measured_layer, read_proposed_names
from understanding_rl_vision.run.models import make_agent
from understanding_rl_vision.run.nmf_output import read_nmf_output
from understanding_rl_vision.run.responses import tally

BATCH_SIZE = 64

# A direction of which no more than this share lies outside of what is projected out already is not another one.
SAME = 0.01


def object_of(features, run_dir, layer):
    """The kind of object that a feature's name stands for. Raises InputError for what is no name that was proposed."""
    kinds = []
    if run_dir is not None:
        names = read_proposed_names(run_dir, layer).values()
        measured = read_measured_layer(run_dir, layer).get("kinds")
        kinds = [kind for kind in names if isinstance(measured, list) and kind in measured]
    if not isinstance(features, str) or features not in kinds:
        raise InputError(
            "iterate given with features={}; with it, features is the name that the run's measurement proposes for "
            "one: {}.".format(quoted(features), ", ".join(map(repr, kinds)) or "there are none, see `measure`")
        )
    return features


def iterated(directions, rounds, find_another, progress):
    """Directions (n, C) that are projected out one after the other, in so many rounds or until there is no other.

    directions (n, C): of the first round. find_another: function of directions (n, C) -> another one (C,) by which a
    model sees the object where these are projected out, or None.
    """
    for number in range(2, rounds + 1):
        another = find_another(directions)
        if another is None or _share_outside(another, directions) <= SAME:
            progress.say("Round {}: no other feature stands for it.".format(number))
            break
        directions = np.concatenate([directions, another[np.newaxis]])
        progress.say("Round {}: another feature stands for it, and is projected out too.".format(number))
    return directions


def _share_outside(direction, directions):
    """The share of the length of a direction (C,) that lies outside the span of directions (n, C)."""
    basis, _ = np.linalg.qr(directions.T)
    return np.linalg.norm(direction - basis @ (basis.T @ direction)) / np.linalg.norm(direction)


def direction_in_play(checkpoint, layer, node, kind, options, progress):
    """`direction_for` a checkpoint's agent, which is played. layer, node: the name shown and that of the node."""
    policy = policy_of(checkpoint)
    agent = make_agent(policy.freeze(), *policy.node_names)
    played, _ = play_with_objects(checkpoint, policy, options["observations_kwargs"], progress)
    seen = played["observations"], played["objects"]
    return direction_for(agent, layer, node, kind, *seen, options["nmf_features"], progress)


def direction_for(agent, layer, node, kind, observations, objects, nmf_features, progress):
    """The direction (C,) of the feature of an Agent's layer that a measurement calls by a kind of object, or None.

    observations (N, H, W, C), of integers from 0 to 255, and objects: what features are fitted to, and measured on.
    """
    images = UnitFloats(observations)
    features_of = read_nmf_output("nmf_output", None, agent)
    _, fitted = fit_layer(
        agent,
        features_of,
        layer,
        node,
        images,
        UnitFloats(readable(observations)),
        nmf_features,
        batch_size=BATCH_SIZE,
        progress=progress,
    )
    directions = fitted.directions.channel_dirs
    if not len(directions):
        return None
    found = tally(
        agent.model,
        node,
        images,
        objects,
        batch_size=BATCH_SIZE,
        progress=progress,
        stage="objects and {}".format(layer),
    )
    names = measured_layer(found, directions)["names"]
    return next((directions[int(row)] for row, name in names.items() if name == kind), None)
