"""Everything that the page shows: the images, written as they are made, and the props that refer to them."""

import numpy as np

from understanding_rl_vision.envs import return_tells_solved
from understanding_rl_vision.envs.outcomes import was_solved
from understanding_rl_vision.pictures.frames import write_frames
from understanding_rl_vision.pictures.readable import UnitFloats, readable
from understanding_rl_vision.play.advantages import bookmarks, episode_gae, episodes, gae
from understanding_rl_vision.rl_util.nmf import Directions
from understanding_rl_vision.rl_util.sessions import concatenate, minibatches, model_session
from understanding_rl_vision.run.attribution import records as layer_data
from understanding_rl_vision.run.attribution.outputs import VALUE, output_values
from understanding_rl_vision.run.nmf_output import features_note
from understanding_rl_vision.run.options import FORMATTING_OPTIONS
from understanding_rl_vision.run.palette import action_colours, feature_colours
from understanding_rl_vision.sharing import merged, shares

DEFAULT_GAMMA, DEFAULT_LAMBDA = 0.999, 0.95


def write_frames_and_observations(trajectories, images, job, progress):
    """Write the trajectories' frames and the observations as people see them, (N, H, W, 3); returns the layout."""
    channels = job.options["frame_channels"]
    for i, image in enumerate(progress.track(images, "observations")):
        job.writer.write("{}{}.png".format(job.subdirs["observations"], i), image)
    for i, frames in enumerate(progress.track(trajectories.frames, "trajectories")):
        frames = readable(trajectories.observations[i], channels) if frames is None else readable(frames)
        paths = [job.subdirs[name] + "{}.png".format(i) for name in ("trajectories", "trajectories_scrub")]
        layout = write_frames(job.writer, paths, frames, job.options["scrub_range"], job.most_frames)
    return layout


def network_outputs(trajectories, jobs, ranks):
    """Logits (steps, actions) and values (steps,) of each trajectory, by the agent of its Job: two tuples of arrays.

    Values are NaN where the agent has none.
    """
    found = {}
    for i in range(ranks.rank, len(jobs), ranks.size):
        agent, batch_size = jobs[i].agent, jobs[i].options["batch_size"]
        session = model_session(agent.model)
        names = (agent.policy_logits_name, agent.value_function_name)
        outputs = [session.tensor(name) for name in names if name is not None]
        images = UnitFloats(trajectories.observations[i])
        parts = [session.run(outputs, {session.images: images[rows]}) for rows in minibatches(len(images), batch_size)]
        found[i] = [concatenate(arrays) for arrays in zip(*parts)]
        if agent.value_function_name is None:
            found[i].append(np.full(len(images), np.nan))
    found = merged(ranks.gather(found))
    return tuple(zip(*(found[i] for i in sorted(found))))


def _costs(layers):
    """What work on each layer costs beside the first: of the article's network each costs a third to an eighth."""
    return [4.0**-i for i in range(len(layers))]


def directions_and_features(layers, observations, images, job, ranks, progress):
    """Fit the directions of every layer and write their images.

    layers: name shown -> node. Each layer is one rank's work; all ranks return the same: the Layers with their
    Directions, the entries of the features for the props, their grids by file name.
    """
    options = job.options
    found = {}
    owners = dict(zip(layers, shares(_costs(layers), ranks.size)))
    for name, node in layers.items():
        if owners[name] != ranks.rank:
            continue
        (nmf,) = (
            layer_data.fit_layer(node, observations, images, job)
            for _ in progress.track([None], "directions of {}".format(name))
        )
        fitted_on = job.agent.model, node, observations, options["batch_size"]
        note = features_note(nmf, job.features_of, options["nmf_features"], *fitted_on)
        layer = layer_data.Layer(name, node, Directions(nmf.channel_dirs, nmf.features), note)
        found[name] = layer, job.writer.make(layer_data.write_features, name, nmf, job)
    for name in progress.track(list(found), "features"):
        layer, features = found[name]
        found[name] = layer, features.result()
    found = merged(ranks.gather(found))
    shown = [found[name][0] for name in layers]
    for layer in shown:
        if layer.note:
            progress.say("Layer {}: {}".format(layer.name, layer.note))
    entries = [entry for name in layers for entry, _ in found[name][1]]
    return shown, entries, merged(grids for name in layers for _, grids in found[name][1])


def attribution_records(layers, trajectories, logits, values, jobs, ranks, progress):
    """Compute attribution to every Layer in every trajectory: (layer's name, trajectory) -> its Records by output.

    jobs: for each trajectory the Job with its agent.
    """
    count = len(jobs)
    tasks = [(layer, i) for layer in layers for i in range(count)]
    owners = shares([cost * len(rows) for cost in _costs(layers) for rows in trajectories.actions], ranks.size)
    found = {}
    for layer in layers:
        mine = [i for (of, i), owner in zip(tasks, owners) if of is layer and owner == ranks.rank]
        for i in progress.track(mine, "attribution to {}".format(layer.name)):
            outputs = [output_values(output, values[i], logits[i]) for output in jobs[i].outputs]
            found[layer.name, i] = layer_data.records(layer, i, trajectories.observations[i], outputs, jobs[i])
    return merged(ranks.gather(found))


def attribution_props(layers, records, jobs):
    """The part of the props that tells of attribution, from the Records of every layer and trajectory.

    jobs: for each trajectory the Job with its agent.
    """
    props = {
        "attributions": [],
        "attribution_totals": [],
        "integration_gaps": [],
        "layer_gaps": {},
        "layout": {},
        "json_preloaded": {},
    }
    for layer in layers:
        of_layer = [found for (name, _), found in sorted(records.items()) if name == layer.name]
        props["layout"][layer.name] = of_layer[0][0].layout
        for i, (found, job) in enumerate(zip(of_layer, jobs)):
            props["attributions"].append(layer_data.attribution_entry(layer.name, i, job.outputs, found))
            if layer.directions is not None:
                entry, files = layer_data.totals_entry(
                    layer.name, i, job.outputs, found, job.subdirs["attribution_totals"]
                )
                props["attribution_totals"].append(entry)
                props["json_preloaded"].update(files)
                props["integration_gaps"].append(layer_data.gaps_entry(layer.name, i, job.outputs, found))
        of_value = [found[job.outputs.index(VALUE)] for found, job in zip(of_layer, jobs) if VALUE in job.outputs]
        gap = layer_data.relative_gap(of_value) if layer.directions is not None and of_value else None
        if gap is not None:
            props["layer_gaps"][layer.name] = gap
    return props


def feature_props(layers, job):
    """The part of the props that tells how many features the Layers have, of what, and why some have fewer."""
    with_features = [layer for layer in layers if layer.directions is not None]
    return {
        "nmf_output": {"type": job.features_of.type, "data": job.features_of.data},
        "feature_counts": {layer.name: layer.directions.features for layer in with_features},
        "feature_notes": {layer.name: layer.note for layer in with_features if layer.note},
    }


def _advantages(rewards, values, dones, facts, gamma, lam):
    """Advantages (steps,) of a trajectory; facts are given of one that is a whole episode."""
    if facts is not None:
        return episode_gae(rewards, values, gamma, lam)
    return gae(rewards[np.newaxis], values[np.newaxis], dones[np.newaxis], gamma, lam)[0]


def trajectory_props(trajectories, logits, values, players, options):
    """The numbers of the trajectories, frame by frame, the bookmarks made from them, and whose they are.

    Of several Players the trajectories follow on each other, and each has its own bookmarks. Values and advantages are
    NaN, and there are no bookmarks, of one without value function.
    """
    gamma = DEFAULT_GAMMA if options["gae_gamma"] is None else options["gae_gamma"]
    lam = DEFAULT_LAMBDA if options["gae_lambda"] is None else options["gae_lambda"]
    with_values = [
        player.agent.value_function_name is not None for player in players for _ in player.trajectories.dones
    ]
    advantages = [
        _advantages(*given, gamma, lam) if has_value else np.full(len(given[0]), np.nan)
        for has_value, *given in zip(with_values, trajectories.rewards, values, trajectories.dones, trajectories.facts)
    ]
    numbers = {
        "actions": trajectories.actions,
        "rewards": trajectories.rewards,
        "dones": trajectories.dones,
        "policy_logits": logits,
        "values": values,
        "advantages": advantages,
    }
    marks = {"high": [], "low": []}
    models = []
    for player in players:
        count = len(player.trajectories.dones)
        start = count * len(models)
        models.append({"name": player.name, "trajectories": list(range(start, start + count))})
        found = bookmarks(advantages[start : start + count], player.trajectories.dones, options["trajectory_bookmarks"])
        for kind, steps in found.items():
            marks[kind].extend([start + trajectory, step] for trajectory, step in steps)
    props = {"trajectories": numbers, "bookmarks": marks}
    if len(models) > 1:
        props["models"] = models
    return props


def episode_props(trajectories, env_name):
    """What is known of each episode that ended, in a list of dictionaries for the props.

    trajectories: a Trajectories. Each has `trajectory` and `solved` (True, False, or None where nothing tells), and
    either the facts of a trajectory that is one whole episode or `end`, its last frame. Of data that do not say what
    was solved, such as the original system's, the rewards and the name of the game tell as far as they can.
    """
    tells = return_tells_solved(env_name)
    found = []
    for i, (facts, solved) in enumerate(zip(trajectories.facts, trajectories.solved)):
        rewards, dones = np.asarray(trajectories.rewards[i]), trajectories.dones[i]
        for _, start, end in episodes([dones]):
            if not dones[end - 1]:
                continue
            judged = {"trajectory": i, "solved": was_solved(None, rewards[start:end].sum(), tells)}
            if solved is not None:
                judged["solved"] = None if solved[end - 1] < 0 else bool(solved[end - 1])
            found.append(dict(judged, end=end - 1) if facts is None else dict(judged, **facts))
    return found


def setting_props(layers, combos, groups, job):
    """The part of the props that follows from the options alone."""
    options = job.options
    return {
        "input_layer": options["input_layer_name"],
        "layers": [layer.name for layer in layers],
        "attribution_policy": options["attr_policy"],
        "attribution_single_channels": options["attr_single_channels"],
        "colors": {
            "features": feature_colours(options["nmf_features"]),
            "actions": action_colours(job.agent.num_actions),
            "graphs": options["graph_colors"],
            "trajectory": options["trajectory_color"],
        },
        "action_combos": combos,
        "action_groups": groups,
        "vis_defaults": {
            "subdiv_mult": options["vis_subdiv_mult_default"],
            "expand_mult": options["vis_expand_mult_default"],
        },
        "subdirs": job.subdirs,
        "formatting": {name: options[name] for name in FORMATTING_OPTIONS},
    }
