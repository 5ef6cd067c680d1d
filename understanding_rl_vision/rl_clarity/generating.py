"""From arrays and a frozen model to the interface: images, numbers and the page."""

import os

import numpy as np

from understanding_rl_vision import svelte3
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.progress import Progress
from understanding_rl_vision.rl_clarity import layer_data
from understanding_rl_vision.rl_clarity.actions import action_groups, default_action_group_fns
from understanding_rl_vision.rl_clarity.advantages import bookmarks, gae
from understanding_rl_vision.rl_clarity.attribution import VALUE, Agent, agent_outputs, output_values
from understanding_rl_vision.rl_clarity.data import checked_observations, checked_trajectories
from understanding_rl_vision.rl_clarity.frames import write_frames
from understanding_rl_vision.rl_clarity.image_writer import ImageWriter
from understanding_rl_vision.rl_clarity.layers import select_layers
from understanding_rl_vision.rl_clarity.options import FORMATTING_OPTIONS, SUBDIRS, with_defaults
from understanding_rl_vision.rl_clarity.output_folder import PAGE, prepare, unwritable
from understanding_rl_vision.rl_clarity.palette import action_colours, feature_colours
from understanding_rl_vision.rl_clarity.readable import as_unit_floats
from understanding_rl_vision.rl_util.compute import get_acts
from understanding_rl_vision.rl_util.model import FrozenModel, get_shape
from understanding_rl_vision.rl_util.nmf import Directions
from understanding_rl_vision.rl_util.sessions import model_session

INTERFACE_JS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "js", "interface.js")


def generate(
    output_dir,
    *,
    model_bytes,
    observations,
    observations_full=None,
    trajectories,
    policy_logits_name,
    value_function_name,
    env_name=None,
    progress=None,
    **options,
):
    """Write the interface of a model to a folder and return the path of its page, interface.html.

    model_bytes: a frozen model file's bytes, of a model that takes images (N, H, W, C) in [0, 1].
    observations: (N, H, W, C), varied ones, which NMF is fitted on and feature images are made of; integers are divided
        by 255. observations_full: the same at another size, as people see them.
    trajectories: dict with observations (trajectories, steps, H, W, C), actions, rewards, and firsts or dones
        (trajectories, steps); maybe observations_full.
    policy_logits_name, value_function_name: nodes of the model. env_name: for the page's title.
    progress: a Progress that follows the stages. Other options: see `options.GENERATE_OPTIONS` or the README.

    Raises InputError for what cannot be used; then no page is left in the folder.
    """
    # An earlier page must not be taken for the one that this call fails to make.
    prepare(output_dir, [])
    options = with_defaults(options)
    model = FrozenModel.from_bytes(model_bytes)
    agent = _agent(model, policy_logits_name, value_function_name)
    observations, readable_observations = checked_observations(observations, observations_full, model.image_shape)
    trajectories = checked_trajectories(trajectories, model.image_shape, agent.num_actions)
    combos = _action_combos(options["action_combos"], agent.num_actions)
    layers = _layers(agent, options["layer_kwargs"])
    subdirs = {name: os.path.join(options[name + "_subdir"], "") for name in SUBDIRS}
    prepare(output_dir, subdirs.values())
    try:
        with ImageWriter(output_dir) as writer:
            props = _props(
                agent,
                (observations, readable_observations),
                trajectories,
                combos,
                layers,
                options,
                subdirs,
                writer,
                progress or Progress(quiet=True),
            )
        props["env_name"] = env_name
        _place_large_json(props, output_dir, inline=options["inline_large_json"], precision=options["numpy_precision"])
        return _write_page(props, output_dir, env_name, options)
    except OSError as error:
        raise unwritable(output_dir, error) from error


def _agent(model, policy_logits_name, value_function_name):
    logits_shape = get_shape(model, policy_logits_name)
    value_shape = get_shape(model, value_function_name)
    if len(logits_shape) != 2 or not logits_shape[1] or len(value_shape) != 1:
        raise InputError(
            "The logits must have the shape (N, actions) and the value function (N,); {!r} has {} and {!r} {}.".format(
                policy_logits_name, logits_shape, value_function_name, value_shape
            )
        )
    return Agent(model, policy_logits_name, value_function_name, logits_shape[1])


def _action_combos(combos, num_actions):
    if combos is None:
        return [[str(action)] for action in range(num_actions)]
    if len(combos) != num_actions:
        raise InputError("action_combos names {} actions, but the policy has {}.".format(len(combos), num_actions))
    return [list(combo) for combo in combos]


def _layers(agent, layer_kwargs):
    session = model_session(agent.model)
    outputs = [session.tensor(agent.policy_logits_name).op, session.tensor(agent.value_function_name).op]
    layers = select_layers(session.images.op, outputs, **layer_kwargs)
    return {short: name[len("import/") :] for short, name in layers.items()}


def _outputs_of_policy_and_value(agent, observations, batch_size):
    """Logits (trajectories, steps, actions) and values (trajectories, steps)."""
    flat = observations.reshape((-1,) + observations.shape[2:])
    parts = []
    for start in range(0, len(flat), batch_size):
        images = as_unit_floats(flat[start : start + batch_size])
        parts.append([get_acts(agent.model, name, images) for name in agent[1:3]])
    logits, values = (np.concatenate(arrays) for arrays in zip(*parts))
    return logits.reshape(observations.shape[:2] + (-1,)), values.reshape(observations.shape[:2])


def _props(agent, observations, trajectories, combos, layers, options, subdirs, writer, progress):
    """Write all images and return the props, with every large JSON under 'json_preloaded'."""
    for i, image in enumerate(progress.track(observations[1], "observations")):
        writer.write("{}{}.png".format(subdirs["observations"], i), image)
    layout = {"attribution": {}}
    for i, frames in enumerate(progress.track(trajectories.frames, "trajectories")):
        paths = [subdirs[name] + "{}.png".format(i) for name in ("trajectories", "trajectories_scrub")]
        layout["trajectories"] = write_frames(writer, paths, frames, options["scrub_range"])
    logits, values = _outputs_of_policy_and_value(agent, trajectories.observations, options["batch_size"])
    advantages = gae(
        trajectories.rewards,
        values,
        trajectories.dones,
        0.999 if options["gae_gamma"] is None else options["gae_gamma"],
        0.95 if options["gae_lambda"] is None else options["gae_lambda"],
    )
    group_fns = options["action_group_fns"]
    groups = action_groups(combos, default_action_group_fns() if group_fns is None else group_fns)
    outputs = agent_outputs(agent.num_actions, groups, options["attr_policy"])

    props = {
        "input_layer": options["input_layer_name"],
        "layers": list(layers),
        "features": [],
        "attributions": [],
        "attribution_policy": options["attr_policy"],
        "attribution_single_channels": options["attr_single_channels"],
        "attribution_totals": [],
        "integration_gaps": [],
        "layer_gaps": {},
        "colors": {
            "features": feature_colours(options["nmf_features"]),
            "actions": action_colours(agent.num_actions),
            "graphs": options["graph_colors"],
            "trajectory": options["trajectory_color"],
        },
        "action_combos": combos,
        "action_groups": groups,
        "trajectories": {
            "actions": trajectories.actions,
            "rewards": trajectories.rewards,
            "dones": trajectories.dones,
            "policy_logits": logits,
            "values": values,
            "advantages": advantages,
        },
        "bookmarks": bookmarks(advantages, trajectories.dones, options["trajectory_bookmarks"]),
        "vis_defaults": {
            "subdiv_mult": options["vis_subdiv_mult_default"],
            "expand_mult": options["vis_expand_mult_default"],
        },
        "subdirs": subdirs,
        "formatting": {name: options[name] for name in FORMATTING_OPTIONS},
        "layout": layout,
        "json_preloaded": {},
    }
    if options["input_layer_include"]:
        props["layers"].insert(0, options["input_layer_name"])
        _add_attribution(
            props,
            layer_data.Layer(options["input_layer_name"], None, None),
            agent,
            outputs,
            trajectories,
            options,
            writer,
            progress,
        )
    for name, node in layers.items():
        directions = _add_features(props, name, node, agent, observations, options, writer, progress)
        layer = layer_data.Layer(name, node, directions)
        _add_attribution(props, layer, agent, outputs, trajectories, options, writer, progress)
    return props


def _add_features(props, name, node, agent, observations, options, writer, progress):
    """Fit a layer's directions, write their images, enter them in the props; returns the Directions."""
    (nmf,) = (
        layer_data.fit_layer(node, agent, *observations, options)
        for _ in progress.track([None], "directions of {}".format(name))
    )
    subdirs = props["subdirs"]
    layer_data.write_thumbnails(name, nmf, options, subdirs, writer)
    for feature in progress.track(range(nmf.features), "features of {}".format(name)):
        entry, grids = layer_data.write_feature(name, nmf, feature, options, subdirs, writer)
        props["features"].append(entry)
        props["json_preloaded"].update(grids)
    return Directions(nmf.channel_dirs, nmf.features)


def _add_attribution(props, layer, agent, outputs, trajectories, options, writer, progress):
    """Compute attribution to a layer for every trajectory and output, and enter it in the props."""
    numbers = props["trajectories"]
    records = []
    for i in progress.track(range(len(trajectories.observations)), "attribution to {}".format(layer.name)):
        values = [output_values(output, numbers["values"][i], numbers["policy_logits"][i]) for output in outputs]
        records.append(
            layer_data.records(
                layer,
                i,
                outputs,
                trajectories.observations[i],
                values,
                agent,
                options,
                props["subdirs"],
                writer,
            )
        )
    for i, of_trajectory in enumerate(records):
        props["attributions"].append(layer_data.attribution_entry(layer.name, i, outputs, of_trajectory))
        props["layout"]["attribution"][layer.name] = of_trajectory[0].layout
        if layer.directions is None:
            continue
        entry, files = layer_data.totals_entry(
            layer.name, i, outputs, of_trajectory, props["subdirs"]["attribution_totals"]
        )
        props["attribution_totals"].append(entry)
        props["json_preloaded"].update(files)
        props["integration_gaps"].append(layer_data.gaps_entry(layer.name, i, outputs, of_trajectory))
    if layer.directions is not None:
        value_records = [of_trajectory[outputs.index(VALUE)] for of_trajectory in records]
        props["layer_gaps"][layer.name] = layer_data.relative_gap(value_records)


def _place_large_json(props, output_dir, *, inline, precision):
    """Leave large JSON in the props, or move it to files named as its keys."""
    if inline:
        return
    for name, value in props["json_preloaded"].items():
        with open(os.path.join(output_dir, name), "w", encoding="utf-8") as file:
            file.write(svelte3.to_json(value, precision=precision))
    props["json_preloaded"] = {}


def _write_page(props, output_dir, env_name, options):
    title = "Understanding RL Vision" + (": {}".format(env_name) if env_name else "")
    written = svelte3.compile_html(
        INTERFACE_JS,
        os.path.join(output_dir, PAGE),
        props=props,
        precision=options["numpy_precision"],
        title=title,
        inline_js=options["inline_js"],
    )
    return written["html_path"]
