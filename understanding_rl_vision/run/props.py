"""The page's data, made of what the stages returned: pure, and the mirror of svelte/src/core/props.ts.

Every key of the page's JSON is made here. Large arrays are under 'json_preloaded' by the names of their files.
"""

import numpy as np

from understanding_rl_vision.envs import return_tells_solved
from understanding_rl_vision.envs.outcomes import was_solved
from understanding_rl_vision.play.advantages import bookmarks, episode_gae, episodes, gae, with_final_values
from understanding_rl_vision.run.attribution_props import attribution_props, records_of, totals_files, with_directions
from understanding_rl_vision.run.identity import run_identity
from understanding_rl_vision.run.inputs import joined
from understanding_rl_vision.run.labels import all_notes
from understanding_rl_vision.run.opening import opening
from understanding_rl_vision.run.options import FORMATTING_OPTIONS
from understanding_rl_vision.run.palette import action_colours, feature_colours
from understanding_rl_vision.run.same_frames import numbers_of, subtractions

DEFAULT_GAMMA, DEFAULT_LAMBDA = 0.999, 0.95


def page_props(models, results, work, *, action_combos, action_groups, writings, game):
    """The props of a page of PageModels, of the PageWork and the Results of its stages; arrays are left as they are.

    action_combos, action_groups: keys of each action, actions of each group; writings: see `labels.read_writings`;
    game: env_name, env_options, how it was played, or None, and provenance, see `provenance.page_provenance`.
    """
    options, subdirs = work.options, work.subdirs
    trajectories = joined([model.trajectories for model in models])
    layer_names = [layer.name for layer in results.layers]
    props = setting_props(layer_names, models[0].agent.num_actions, action_combos, action_groups, subdirs, options)
    props.update(direction_props(results.layers, work.features_of))
    props.update(response_props(results.measurements))
    minus = subtractions(models)
    props["trajectories"] = trajectory_entry(trajectories, results.logits, results.values, options, minus)
    shown = numbers_of(models)
    advantages = props["trajectories"]["advantages"]
    marked = [rows for model, rows in zip(models, shown) if not model.minus]
    props["bookmarks"] = bookmark_entries(advantages, trajectories.dones, marked, options["trajectory_bookmarks"])
    props.update(model_props(models, shown))
    props["integration"] = {"rule": options["attr_rule"], "points": options["attr_integrate_steps"]}
    props.update(attribution_props(results.layers, results.records, minus))
    grids = grid_files(results.features, subdirs["features_grids"])
    totals = totals_files(results.layers, results.records, subdirs["attribution_totals"])
    props["json_preloaded"] = dict(grids, **totals)
    props["run_id"] = run_identity(layer_names, _told_apart(trajectories, results.logits, models), grids)
    props["features"] = [feature_entry(feature) for feature in results.features]
    props["model_input"] = dict(zip(("width", "height"), models[0].agent.model.image_shape[1::-1]))
    props["layout"] = layout_entry(results.frame_layout, results.layers, results.records)
    props.update(writings, **game)
    props["episodes"] = episode_entries(trajectories, game["env_name"])
    frames_of = props.get("frames_of", list(range(len(trajectories.dones))))
    compared = list(minus) or shown[0]
    props["opening"] = opening(results.layers, results.records, compared, all_notes(writings), frames_of)
    return props


def model_props(models, shown):
    """The part of the props that tells of several PageModels. shown: the numbers of each one's trajectories."""
    if len(models) == 1:
        return {}
    entries = [{"name": model.name, "trajectories": rows} for model, rows in zip(models, shown)]
    for model, entry in zip(models, entries):
        if model.looks:
            entry["looks"] = True
        if model.minus:
            entry["minus"] = list(model.minus)
    if not any(model.looks for model in models):
        return {"models": entries}
    frames_of = [number for model, own in zip(models, shown) for number in (shown[0] if model.looks else own)]
    return {"models": entries, "frames_of": frames_of}


def _told_apart(trajectories, logits, models):
    """Trajectories whose actions, of a model that only looks, are those that it finds best."""
    looks = [model.looks and not model.minus for model in models for _ in model.trajectories.actions]
    rows = zip(trajectories.actions, logits, looks)
    return trajectories._replace(actions=[found.argmax(axis=-1) if look else own for own, found, look in rows])


def setting_props(layer_names, num_actions, action_combos, action_groups, subdirs, options):
    """The part of the props that follows from the options alone."""
    return {
        "input_layer": options["input_layer_name"],
        "layers": layer_names,
        "attribution_policy": options["attr_policy"],
        "attribution_single_channels": options["attr_single_channels"],
        "colors": {
            "features": feature_colours(options["nmf_features"], options["feature_colors"]),
            "actions": action_colours(num_actions),
            "graphs": options["graph_colors"],
            "trajectory": options["trajectory_color"],
        },
        "action_combos": action_combos,
        "action_groups": action_groups,
        "vis_defaults": {
            "subdiv_mult": options["vis_subdiv_mult_default"],
            "expand_mult": options["vis_expand_mult_default"],
        },
        "subdirs": subdirs,
        "value_scale": options["value_scale"] or None,
        "formatting": {name: options[name] for name in FORMATTING_OPTIONS},
    }


def direction_props(layers, features_of):
    """The part of the props that tells how many features the Layers have, of what, and why some have fewer."""
    shown = with_directions(layers)
    return {
        "nmf_output": {"type": features_of.type, "data": features_of.data},
        "feature_counts": {layer.name: layer.directions.features for layer in shown},
        "feature_notes": {layer.name: layer.note for layer in shown if layer.note},
    }


def response_props(measurements):
    """The part of the props that tells what features respond to, of layers of which that is known."""
    keys = "kinds", "objects", "observations", "episodes", "features", "names"
    responses = {name: {key: layer[key] for key in keys} for name, layer in measurements.items()}
    return {"responses": responses} if responses else {}


def trajectory_entry(trajectories, logits, values, options, minus=None):
    """The numbers of the trajectories, frame by frame.

    trajectories: those of all PageModels, one model's after another's; logits (steps, actions), values (steps,): of
    each. minus: see `same_frames.subtractions`. Values and advantages are NaN of a model without value function.
    """
    gamma = DEFAULT_GAMMA if options["gae_gamma"] is None else options["gae_gamma"]
    lam = DEFAULT_LAMBDA if options["gae_lambda"] is None else options["gae_lambda"]
    of_steps = trajectories.rewards, values, trajectories.dones, trajectories.final_values, trajectories.facts
    advantages = [_advantages(*of_trajectory, gamma, lam) for of_trajectory in zip(*of_steps)]
    for number, (one, other) in (minus or {}).items():
        advantages[number] = advantages[one] - advantages[other]
    return {
        "actions": trajectories.actions,
        "rewards": trajectories.rewards,
        "dones": trajectories.dones,
        "policy_logits": logits,
        "values": values,
        "advantages": advantages,
    }


def _advantages(rewards, values, dones, final_values, facts, gamma, lam):
    """Advantages (steps,) of a trajectory; facts are given of one that is a whole episode."""
    if np.isnan(values).all():
        return np.full(len(rewards), np.nan)
    if final_values is not None and np.isnan(final_values).any():
        return np.full(len(rewards), np.nan)
    rewards = with_final_values(rewards, final_values, gamma)
    if facts is not None:
        return episode_gae(rewards, values, gamma, lam)
    return gae(rewards[np.newaxis], values[np.newaxis], dones[np.newaxis], gamma, lam)[0]


def bookmark_entries(advantages, dones, trajectories_of_models, count):
    """Bookmarks {'high', 'low'}: [trajectory, step] of the episodes of extreme advantage, `count` of each model's."""
    marks = {"high": [], "low": []}
    for rows in trajectories_of_models:
        of_model = bookmarks([advantages[i] for i in rows], [dones[i] for i in rows], count)
        for kind, places in of_model.items():
            marks[kind].extend([rows[trajectory], step] for trajectory, step in places)
    return marks


def episode_entries(trajectories, env_name):
    """What is known of each episode that ended.

    trajectories: a Trajectories. Each has `trajectory` and `solved` (True, False, or None where nothing tells), and
    either the facts of a trajectory that is one whole episode or `end`, its last frame. Of data that do not say what
    was solved, such as the original system's, the rewards and the name of the game tell as far as they can.
    """
    tells = return_tells_solved(env_name)
    entries = []
    for i, (facts, solved) in enumerate(zip(trajectories.facts, trajectories.solved)):
        rewards, dones = np.asarray(trajectories.rewards[i]), trajectories.dones[i]
        for _, start, end in episodes([dones]):
            if not dones[end - 1]:
                continue
            entry = {"trajectory": i, "solved": was_solved(None, rewards[start:end].sum(), tells)}
            if solved is not None:
                entry["solved"] = None if solved[end - 1] < 0 else bool(solved[end - 1])
            entry.update({"end": end - 1} if facts is None else facts)
            entries.append(entry)
    return entries


def feature_entry(feature):
    """The images of a Feature and the files of their grids."""
    pictures = feature.pictures
    return {
        "layer": feature.layer_name,
        "number": feature.index,
        "images": [picture.stem + ".png" for picture in pictures],
        "overlay_grids": [picture.stem + ".json" for picture in pictures],
        "metadata": {
            "subdiv_mult": [picture.subdiv_mult for picture in pictures],
            "expand_mult": [picture.expand_mult for picture in pictures],
        },
    }


def grid_files(features, subdir):
    """The content of the files of grids that the entries of Features list, by name."""
    return {subdir + picture.stem + ".json": picture.grid for feature in features for picture in feature.pictures}


def layout_entry(frame_layout, layers, records):
    """How frames lie on the sheets of the trajectories and of each layer's attribution."""
    return {
        "trajectories": dict(frame_layout._asdict()),
        "attribution": {layer.name: dict(records_of(layer, records)[0][0].layout._asdict()) for layer in layers},
    }
