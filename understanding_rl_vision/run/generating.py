"""From arrays and a frozen model to the interface: images, numbers and the page."""

import os

from understanding_rl_vision import svelte3
from understanding_rl_vision.files import unwritable
from understanding_rl_vision.pages.output_folder import PAGE, prepare
from understanding_rl_vision.pictures.image_writer import ImageWriter
from understanding_rl_vision.progress import Progress
from understanding_rl_vision.ranks import Ranks, launched_communicator
from understanding_rl_vision.run.actions import action_groups, complete_combos, default_action_group_fns
from understanding_rl_vision.run.attribution.outputs import agent_outputs
from understanding_rl_vision.run.attribution.records import Job, Layer
from understanding_rl_vision.run.directions import write_directions
from understanding_rl_vision.run.fitting_options import check_fit
from understanding_rl_vision.run.inputs import checked_frame_channels, checked_observations, joined
from understanding_rl_vision.run.labels import read_writings
from understanding_rl_vision.run.models import compared_player, make_player
from understanding_rl_vision.run.nmf_output import read_nmf_output
from understanding_rl_vision.run.options import SUBDIRS, with_defaults
from understanding_rl_vision.run.recompile import JS_PATH
from understanding_rl_vision.run.stages import (
    attribution_props,
    attribution_records,
    directions_and_features,
    episode_props,
    feature_props,
    network_outputs,
    setting_props,
    trajectory_props,
    write_frames_and_observations,
)
from understanding_rl_vision.sharing import merged


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
    env_options=None,
    model_name=None,
    compared=(),
    progress=None,
    ranks=None,
    **options,
):
    """Write the interface of a model to a folder and return the path of its page, interface.html.

    model_bytes: a frozen model file's bytes, of a model that takes images (N, H, W, C) in [0, 1].
    observations: (N, H, W, C), varied ones, which NMF is fitted on and feature images are made of; integers are divided
        by 255. observations_full: the same at another size, as people see them.
    trajectories: dict with observations (trajectories, steps, H, W, C), actions, rewards, and firsts or dones
        (trajectories, steps); maybe observations_full, and solved, see `sampling.sample_trajectories`. Where
        trajectories differ in length: lists of arrays.
    policy_logits_name, value_function_name: nodes of the model; the latter is None of an agent without value function.
    env_name: for the page's title, and what was solved. env_options: how the game was played, a dictionary to show.
    compared: more models to show on the same page, with as many trajectories, of the same games: dictionaries of
        players.MODEL_KEYS, as for the first, whose name is model_name. The directions are those of the first model.
    progress: a Progress that follows the stages. ranks: the Ranks that share the work, by default those that mpiexec
        started; all call this with the same data. Other options: see `options.GENERATE_OPTIONS` or docs/options.md.

    Raises InputError for what cannot be used; then no page is left in the folder.
    """
    ranks = ranks or Ranks(launched_communicator())
    progress = progress or Progress(quiet=True)
    with ranks.ending_together():
        # An earlier page must not be taken for the one that this call fails to make.
        _on_first(ranks, lambda: prepare(output_dir, []))
        options = with_defaults(options)
        given = model_bytes, trajectories, policy_logits_name, value_function_name
        first = make_player(model_name, *given, options["layer_kwargs"])
        players = [first] + [compared_player(first, one, options["layer_kwargs"]) for one in compared]
        images = _checked_images(first, observations, observations_full, options)
        game = {"env_name": env_name, "env_options": env_options}
        return _write_interface(output_dir, players, images, game, options, ranks, progress)


def _write_interface(output_dir, players, observations, game, options, ranks, progress):
    """Write images and page of models to a folder; returns the page's path.

    players: the models, of which features are the first's. observations: the network's, and those to show. game:
    env_name and env_options. options: complete.
    """
    agent, layers = players[0].agent, players[0].layers
    check_fit(options, agent, layers, len(observations[0]))
    combos, groups = _combos_and_groups(agent.num_actions, options)
    lengths = [len(actions) for player in players for actions in player.trajectories.actions]
    written = read_writings(options, list(layers), lengths)
    features_of = read_nmf_output("nmf_output", options["nmf_output"], agent, combos)
    _say_what_is_missing(players, groups, options, features_of, progress)
    subdirs = {name: os.path.join(options[name + "_subdir"], "") for name in SUBDIRS}
    _on_first(ranks, lambda: prepare(output_dir, subdirs.values()))
    try:
        with ImageWriter(output_dir) as writer:
            job = Job(agent, (), features_of, options, subdirs, writer, max(lengths))
            props, shown = _props(players, observations, combos, groups, job, ranks, progress)
        # The page tells that everything is there, so it waits for the images of all ranks.
        ranks.gather(None)
        played = joined([player.trajectories for player in players])
        props.update(written, **game, episodes=episode_props(played, game["env_name"]))
        _on_first(ranks, lambda: write_directions(output_dir, shown, features_of))
        return _on_first(ranks, lambda: _write_page(props, output_dir, game["env_name"], options))
    except OSError as error:
        raise unwritable(error.filename or output_dir, error) from error


def _on_first(ranks, work):
    """Let the first rank work while the others wait; returns what it returns."""
    return ranks.broadcast(work() if ranks.rank == 0 else None)


def _checked_images(player, observations, observations_full, options):
    """The observations and those to show, checked; completes the option frame_channels."""
    shape = player.agent.model.image_shape
    given = options["frame_channels"]
    options["frame_channels"] = checked_frame_channels(given, shape[-1], player.trajectories)
    return checked_observations(observations, observations_full, shape, options["frame_channels"])


def _combos_and_groups(num_actions, options):
    """The keys of each action, and the groups of actions."""
    combos = complete_combos(options["action_combos"], num_actions)
    group_fns = options["action_group_fns"]
    return combos, action_groups(combos, default_action_group_fns() if group_fns is None else group_fns)


def _say_what_is_missing(players, groups, options, features_of, progress):
    """Say which models have no value function, and what there is instead."""
    without = [player for player in players if player.agent.value_function_name is None]
    if not without:
        return
    who = "The agent has" if len(players) == 1 else "{} has".format(", ".join(str(one.name) for one in without))
    what = "every logit"
    if groups:
        what = "every logit and group of actions" if options["attr_policy"] else "groups of actions"
    said = "{} no value function: values and advantages are missing, attribution is {}of {}.".format(
        who, "" if len(without) == len(players) else "also ", what
    )
    if without[0] is players[0]:
        said += " Features are those of nmf_output={!r}.".format(features_of.option)
    progress.say(said)


def _jobs(players, groups, job):
    """For each trajectory the Job with its agent and that one's outputs."""
    have_value = [player.agent.value_function_name is not None for player in players]
    jobs = []
    for player, has_value in zip(players, have_value):
        outputs = agent_outputs(
            player.agent.num_actions,
            groups,
            job.options["attr_policy"],
            has_value=has_value,
            all_have_value=all(have_value),
            action=job.features_of.data,
        )
        jobs += [job._replace(agent=player.agent, outputs=outputs)] * len(player.trajectories.actions)
    return jobs


def _props(players, observations, combos, groups, job, ranks, progress):
    """Write all images; returns the props, with every large JSON under 'json_preloaded', and the Layers shown."""
    layout = {}
    layers = players[0].layers
    trajectories = joined([player.trajectories for player in players])
    jobs = _jobs(players, groups, job)
    if ranks.rank == 0:
        layout["trajectories"] = write_frames_and_observations(trajectories, observations[1], job, progress)
    logits, values = network_outputs(trajectories, jobs, ranks)
    shown, features, grids = directions_and_features(layers, *observations, job, ranks, progress)
    if job.options["input_layer_include"]:
        shown.insert(0, Layer(job.options["input_layer_name"], None, None, None))
    records = attribution_records(shown, trajectories, logits, values, jobs, ranks, progress)
    attribution = attribution_props(shown, records, jobs)
    layout["attribution"] = attribution.pop("layout")
    attribution["json_preloaded"] = merged([grids, attribution["json_preloaded"]])
    props = dict(setting_props(shown, combos, groups, job), **feature_props(shown, job))
    props.update(trajectory_props(trajectories, logits, values, players, job.options))
    props.update(attribution, features=features, layout=layout)
    return props, shown


def _write_page(props, output_dir, env_name, options):
    """Write the page, and large JSON beside it unless that is to be inside; returns the page's path."""
    precision = options["numpy_precision"]
    if not options["inline_large_json"]:
        for name, value in props["json_preloaded"].items():
            with open(os.path.join(output_dir, name), "w", encoding="utf-8") as file:
                file.write(svelte3.to_json(value, precision=precision))
        props = dict(props, json_preloaded={})
    written = svelte3.compile_html(
        JS_PATH,
        os.path.join(output_dir, PAGE),
        props=props,
        precision=precision,
        title="Understanding RL Vision" + (": {}".format(env_name) if env_name else ""),
        inline_js=options["inline_js"],
    )
    return written["html_path"]
