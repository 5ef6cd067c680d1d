"""From arrays and a frozen model to the interface: images, numbers and the page."""

import contextlib
import os
from typing import Any, Callable, Dict, List, Optional, Sequence

import numpy as np

from understanding_rl_vision import svelte3
from understanding_rl_vision.annotations import PathLike
from understanding_rl_vision.errors import quoted
from understanding_rl_vision.files import unwritable
from understanding_rl_vision.pages.card import card_element
from understanding_rl_vision.pages.output_folder import (
    INTERFACE_FILE,
    PartialFolder,
    make_subfolders,
    planned,
    writing_together,
)
from understanding_rl_vision.pictures.image_writer import ImageWriter
from understanding_rl_vision.play.objects import check_objects
from understanding_rl_vision.progress import Progress
from understanding_rl_vision.ranks import Ranks, launched_communicator
from understanding_rl_vision.remote import address_of
from understanding_rl_vision.run.actions import action_groups, complete_combos, default_action_group_fns
from understanding_rl_vision.run.directions import FILE as DIRECTIONS_FILE
from understanding_rl_vision.run.directions import write_directions
from understanding_rl_vision.run.fitting_options import check_fit, check_several
from understanding_rl_vision.run.inputs import checked_frame_channels, checked_game, checked_observations
from understanding_rl_vision.run.kept import KeptWork, begin, made_from
from understanding_rl_vision.run.labels import read_writings
from understanding_rl_vision.run.large_json import with_scripts_beside
from understanding_rl_vision.run.measurement import FILE as MEASUREMENT_FILE
from understanding_rl_vision.run.measurement import write_measurement
from understanding_rl_vision.run.models import compared_page_model, make_page_model, with_outputs
from understanding_rl_vision.run.nmf_output import read_nmf_output
from understanding_rl_vision.run.options import SUBDIRS, with_defaults
from understanding_rl_vision.run.page_card import interface_card
from understanding_rl_vision.run.props import page_props
from understanding_rl_vision.run.provenance import origin_of_data, page_provenance
from understanding_rl_vision.run.recompile import JS_PATH
from understanding_rl_vision.run.same_frames import with_differences, with_shared_layers
from understanding_rl_vision.run.single_file import files_in, remove_files, with_files_inside
from understanding_rl_vision.run.stages import KEPT_TYPES, PageWork, Results, Seen, compute


def generate(
    output_dir: PathLike,
    *,
    model_bytes: bytes,
    observations: np.ndarray,
    observations_full: Optional[np.ndarray] = None,
    objects: Optional[Dict[str, Any]] = None,
    trajectories: Dict[str, Any],
    policy_logits_name: str,
    value_function_name: Optional[str],
    env_name: Optional[str] = None,
    env_options: Optional[Dict[str, Any]] = None,
    model_name: Optional[str] = None,
    compared: Sequence[Dict[str, Any]] = (),
    annotate: Optional[Callable[[Results], List[Dict[str, Any]]]] = None,
    provenance: Optional[Dict[str, Any]] = None,
    progress: Optional[Progress] = None,
    ranks: Optional[Ranks] = None,
    folder: Optional[PartialFolder] = None,
    **options: Any,
) -> str:
    """Write the interface of a model to a folder.

    Parameters
    ----------
    output_dir : path
        Folder for the page and its images, here or at a remote address.
    model_bytes : bytes
        Of a frozen model file, of a model that takes images (N, H, W, C) in [0, 1].
    observations : ndarray (N, H, W, C)
        Varied ones, which NMF is fitted on and feature images are made of; integers are divided by 255.
    observations_full : ndarray (N, H', W', C), optional
        The same at another size, as people see them.
    objects : dict, optional
        What the observations show, see `play.objects.KEYS`; then it is measured how active features are around it.
    trajectories : dict
        observations (trajectories, steps, H, W, C), actions, rewards, and firsts or dones (trajectories, steps); maybe
        observations_full, and solved, see `sampling.sample_trajectories`. Where trajectories differ in length: lists of
        arrays.
    policy_logits_name : str
        Node of the logits, (N, actions).
    value_function_name : str or None
        Node of the values, (N,); None of an agent without value function.
    env_name : str, optional
        For the page's title, and what was solved.
    env_options : dict, optional
        How the game was played, to show.
    model_name : str, optional
        What the model is called beside those of `compared`.
    compared : sequence of dict
        More models to show on the same page, with as many trajectories, of the same games: dictionaries of
        `models.MODEL_KEYS`. The directions are those of the first model. One whose trajectories are None looks at
        those of the first, and the page also has what it differs by.
    annotate : callable, optional
        Function from the page's `stages.Results` to notes for it, in place of the option `annotations`.
    provenance : dict, optional
        Where the data come from, to show, see `provenance.origin`.
    progress : Progress, optional
        Follows the stages.
    ranks : Ranks, optional
        They share the work, and all call this with the same data; default: those that mpiexec started.
    folder : PartialFolder, optional
        Where to write instead, of a caller that puts it in place, see `writing_interface`.
    **options
        See `run.options.GENERATE_OPTIONS` or docs/options.md.

    Returns
    -------
    str
        The path of interface.html.

    Raises
    ------
    InputError
        What is given cannot be used; then the folder stays as it was.
    """
    ranks = ranks or Ranks(launched_communicator())
    progress = progress or Progress(quiet=True)
    with ranks.ending_together():
        provenance = provenance or origin_of_data(options)
        options = with_defaults(options)
        given = model_bytes, trajectories, policy_logits_name, value_function_name
        first = make_page_model(model_name, *given, options["layer_kwargs"])
        models = [first] + [compared_page_model(first, model, options["layer_kwargs"]) for model in compared]
        models = with_shared_layers(models, options["input_layer_include"])
        images = _checked_images(first, observations, observations_full, options)
        if objects is not None:
            check_objects(objects, len(observations))
        game = dict(checked_game(env_name, env_options), provenance=provenance)
        with contextlib.ExitStack() as stack:
            folder = folder or stack.enter_context(writing_interface(ranks, output_dir, options, progress=progress))

            def kept_work():
                # Labels and notes are read anew.
                decide = {name: options[name] for name in options if name not in ("feature_labels", "annotations")}
                data = [given, observations, observations_full, objects, model_name, compared, decide]
                made = _on_first(ranks, lambda: made_from(data))
                return KeptWork(_on_first(ranks, lambda: begin(folder, made, progress)), folder.page, made, KEPT_TYPES)

            seen = Seen(*images, objects)
            _write_interface(folder, models, seen, game, annotate, options, kept_work, ranks, progress)
        return os.path.join(address_of(output_dir), INTERFACE_FILE)


def writing_interface(ranks, output_dir, options, checkpoints=(), progress=None, dry_run=False):
    """As a context: the PartialFolder of an interface, see `output_folder.writing`, or with dry_run `planned`.

    options: of `generate`; checkpoints: paths of what it is made of; progress: a Progress.
    """
    reads = [options.get(name) for name in ("feature_labels", "annotations")]
    reads = [path for path in reads if isinstance(path, (str, os.PathLike))] + list(checkpoints)
    # Measured were the features of an earlier run.
    owns = [DIRECTIONS_FILE, MEASUREMENT_FILE]
    told = {"page": INTERFACE_FILE, "owns": owns, "reads": reads, "progress": progress}
    if dry_run:
        return contextlib.nullcontext(planned(output_dir, **told))
    return writing_together(ranks, output_dir, **told)


def _write_interface(folder, models, seen, game, annotate, options, kept_work, ranks, progress):
    """Write images and page of PageModels to a PartialFolder.

    models: features are the first's. seen: a stages.Seen. game: env_name, env_options, and provenance as it was given.
    options: complete. kept_work: function that returns the KeptWork, called when all is checked: it removes what is of
    something else.
    """
    agent, nodes = models[0].agent, models[0].nodes
    check_several(options, len(models))
    check_fit(options, agent, nodes, len(seen.observations))
    combos, groups = _combos_and_groups(agent.num_actions, options)
    features_of = read_nmf_output("nmf_output", options["nmf_output"], agent, combos)
    models = with_outputs(models, groups, options["attr_policy"], features_of)
    _say_what_is_missing(models, groups, options, features_of, progress)
    columns = with_differences(models)
    lengths = [len(actions) for column in columns for actions in column.trajectories.actions]
    writings = read_writings(options, list(nodes), lengths)
    subdirs = {name: os.path.join(options[name + "_subdir"], "") for name in SUBDIRS}
    kept = kept_work()
    _on_first(ranks, lambda: make_subfolders(folder, subdirs.values()))
    try:
        with ImageWriter(folder.page) as writer:
            work = PageWork(options, features_of, subdirs, writer, max(lengths), kept)
            results = compute(columns, seen, work, ranks, progress)
        # The page tells that everything is there, so it waits for the images of all ranks.
        ranks.gather(None)

        def write():
            write_directions(folder.page, results.layers, features_of, writings.get("feature_labels"))
            if results.measurements:
                write_measurement(folder.page, results.measurements)
            if annotate:
                writings["annotations"] = annotate(results)
            known = {"action_combos": combos, "action_groups": groups, "writings": writings}
            told = page_provenance(game["provenance"], models, seen, results, options, game["env_options"])
            known["game"] = dict(game, provenance=told)
            _write_page(page_props(columns, results, work, **known), folder.page, options)

        _on_first(ranks, write)
    except OSError as error:
        raise unwritable(error.filename or folder.page, error) from error


def _on_first(ranks, work):
    """Let the first rank work while the others wait; returns what it returns."""
    return ranks.broadcast(work() if ranks.rank == 0 else None)


def _checked_images(model, observations, observations_full, options):
    """The observations and those to show, checked; completes the option frame_channels."""
    shape = model.agent.model.image_shape
    given = options["frame_channels"]
    options["frame_channels"] = checked_frame_channels(given, shape[-1], model.trajectories)
    return checked_observations(observations, observations_full, shape, options["frame_channels"])


def _combos_and_groups(num_actions, options):
    """The keys of each action, and the groups of actions."""
    combos = complete_combos(options["action_combos"], num_actions)
    group_fns = options["action_group_fns"]
    return combos, action_groups(combos, default_action_group_fns() if group_fns is None else group_fns)


def _say_what_is_missing(models, groups, options, features_of, progress):
    """Say which models have no value function, and what there is instead."""
    without = [model for model in models if model.agent.value_function_name is None]
    if not without:
        return
    who = "The agent has" if len(models) == 1 else "{} has".format(", ".join(str(model.name) for model in without))
    what = "every logit"
    if groups:
        what = "every logit and group of actions" if options["attr_policy"] else "groups of actions"
    sentences = "{} no value function: values and advantages are missing, attribution is {}of {}.".format(
        who, "" if len(without) == len(models) else "also ", what
    )
    if without[0] is models[0]:
        sentences += " Features are those of nmf_output={}.".format(quoted(features_of.option))
    progress.say(sentences)


def _write_page(props, output_dir, options):
    """Write the page, and its large JSON beside it unless that is to be inside."""
    precision = options["numpy_precision"]
    within = files_in(output_dir, props["subdirs"].values()) if options["single_file"] else []
    if options["single_file"]:
        props = with_files_inside(props, output_dir, within, precision)
    elif not options["inline_large_json"]:
        props = with_scripts_beside(props, output_dir, precision)
    svelte3.compile_html(
        JS_PATH,
        os.path.join(output_dir, INTERFACE_FILE),
        props=props,
        precision=precision,
        title="Understanding RL Vision" + (": {}".format(props["env_name"]) if props["env_name"] else ""),
        head=card_element(interface_card(props)),
        inline_js=options["inline_js"] or options["single_file"],
    )
    remove_files(output_dir, within)
