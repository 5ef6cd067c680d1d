"""Feature visualisation of layers: images made by gradient beside examples from play (article, section 3)."""

import contextlib
import os
from typing import Any, Optional, Sequence, Union

import numpy as np

from understanding_rl_vision.agents.games import described_options
from understanding_rl_vision.agents.places import local_path
from understanding_rl_vision.annotations import Model, PathLike
from understanding_rl_vision.checks import check_path
from understanding_rl_vision.files import unwritable
from understanding_rl_vision.forecasts import DryRun, Forecast
from understanding_rl_vision.options import complete
from understanding_rl_vision.pages.card import Card, card_element, today
from understanding_rl_vision.pages.gallery import Section, write_gallery
from understanding_rl_vision.pages.output_folder import make_subfolders, planned, summary_line, writing
from understanding_rl_vision.pictures.image_writer import ImageWriter
from understanding_rl_vision.progress import Progress
from understanding_rl_vision.ranks import launched_communicator
from understanding_rl_vision.run.directions import write_directions
from understanding_rl_vision.run.inputs import checked_frame_channels, checked_observations
from understanding_rl_vision.run.provenance import made_card
from understanding_rl_vision.visualize.features import (
    Study,
    caricature_items,
    feature_items,
    fit,
    gradients,
    weaker_than_play,
)
from understanding_rl_vision.visualize.forecast import tell_visualisation_of_read
from understanding_rl_vision.visualize.layers import fitting_layers
from understanding_rl_vision.visualize.options import VISUALIZE_OPTIONS
from understanding_rl_vision.visualize.run_page import OF_RUN, run_folder, tell_interface
from understanding_rl_vision.visualize.subject import (
    make_subject,
    model_and_data,
    read_features_of,
)

FEATURES_FILE, KIND = "features.html", "features"
IMAGES = "images"
# Three pictures of this width stand side by side on a phone.
FEATURE_REM = 6

BY_GRADIENT = (
    "By gradient: noise, changed step by step so that it activates the feature more. For agents that meet little "
    "variety such images tend to be clouds of extreme colours, unlike anything met in play."
)
EXAMPLES = (
    "Dataset examples: the patches of observations from play that activate the feature most; the more transparent, the "
    "less. Fine grey and white squares are what lies outside of the screen.\n\n"
    "Spatially aware: at each position the patch of the observation that activates the feature most just there; the "
    "more transparent, the less."
)
CARICATURES = (
    "Images made by gradient so that the layer sees in them what it sees in an observation, but more of it: they "
    "maximise the dot product of the activations."
)


def visualize(
    checkpoint_or_model: Union[PathLike, Model],
    output_dir: PathLike,
    *,
    layer: Union[str, Sequence[str]],
    observations: Optional[np.ndarray] = None,
    observations_full: Optional[np.ndarray] = None,
    policy_logits_name: Optional[str] = None,
    value_function_name: Optional[str] = None,
    quiet: bool = False,
    dry_run: bool = False,
    **options: Any,
) -> str:
    """Write a page of what activates the features of a layer.

    Parameters
    ----------
    checkpoint_or_model : path or FrozenModel
        A checkpoint, whose agent then plays for observations; or a model, with observations.
    output_dir : path
        Local folder for features.html and its images; for NMF also directions.json, as `run` leaves it.
    layer : str or sequence of str
        The names that the interface shows, such as '2b', or those of nodes.
    observations : ndarray (N, H, W, C), optional
        Of a FrozenModel, as `generate` takes them.
    observations_full : ndarray (N, H', W', C), optional
        The same as people see them.
    policy_logits_name : str, optional
        Of a FrozenModel: the node of the logits, (N, actions), for features of an action.
    value_function_name : str, optional
        Of a FrozenModel: the node of the values, (N,), for features of the value.
    quiet : bool
        No progress bars and no closing line.
    dry_run : bool
        Only say what it will take; nothing is written.
    **options
        See `visualize.options.VISUALIZE_OPTIONS` or docs/options.md.

    Returns
    -------
    str
        The path of features.html.

    Raises
    ------
    InputError
        What is given cannot be used; then the folder stays as it was.
    MissingPackageError
        The game's package is not installed.

    References
    ----------
    Article, "Feature visualization".
    """
    progress = Progress(quiet=quiet)
    # It refuses processes that do not know of each other.
    launched_communicator()
    given, options = options, complete(options, VISUALIZE_OPTIONS, "visualize()")
    data = {
        "observations": observations,
        "observations_full": observations_full,
        "policy_logits_name": policy_logits_name,
        "value_function_name": value_function_name,
    }
    reads = [checkpoint_or_model] if isinstance(checkpoint_or_model, (str, os.PathLike)) else []
    reads = reads + [local_path(path) for path in reads]
    page = os.path.join(check_path("output_dir", output_dir), FEATURES_FILE)
    try:
        with contextlib.ExitStack() as held:
            told = {"page": FEATURES_FILE, "reads": reads, "progress": progress}
            folder = planned(output_dir, **told) if dry_run else held.enter_context(writing(output_dir, **told))
            forecast = Forecast(progress, dry_run), folder.output
            model, data = model_and_data(checkpoint_or_model, layer, data, options, progress, forecast)
            _write(folder, model, data, layer, options, (checkpoint_or_model, given), progress, forecast[0])
    except DryRun:
        return page
    progress.conclude(summary_line(page, progress))
    return page


def _card(checkpoint_or_model, given, names):
    """The Card of a page of layers with these names, without its pictures. given: the options that were given."""
    if isinstance(checkpoint_or_model, (str, os.PathLike)):
        card = made_card(KIND, "visualize", checkpoint_or_model, given, ["--layer", *names])
    else:
        card = Card(KIND, date=today())
    return card._replace(facts={"layers": ", ".join(names)})


def _write(folder, model, data, layer, options, made_of, progress, forecast):
    """Write page and images to a PartialFolder. data: what is known of the FrozenModel, as `load` names it.

    made_of: what was given, for the page to tell.
    """
    agent = make_subject(model, data["policy_logits_name"], data["value_function_name"])
    features_of = read_features_of(options, agent, data.get("action_combos"))
    given = data.get("frame_channels") if options["frame_channels"] is None else options["frame_channels"]
    options["frame_channels"] = checked_frame_channels(given, model.image_shape[-1])
    observations = checked_observations(
        data["observations"], data["observations_full"], model.image_shape, options["frame_channels"]
    )
    run_dir = run_folder(options, folder.output)
    shown, nodes, directions = fitting_layers(model, layer, options, len(observations[0]), run_dir)
    if not forecast.told:
        tell_visualisation_of_read(forecast, agent, nodes, options, folder.output, len(observations[0]))
    make_subfolders(folder, [IMAGES])
    first_layer = next(iter(shown.values()))
    try:
        with ImageWriter(folder.page) as writer:
            of_run = run_dir, directions
            study = Study(agent, features_of, *observations, first_layer, options, writer, IMAGES, progress, *of_run)
            sections, made = _sections(nodes, study, folder.page)
        if run_dir is not None:
            tell_interface(folder, FEATURES_FILE, made)
        _write_page(folder.page, sections, data, options, _card(*made_of, list(nodes)))
    except OSError as error:
        raise unwritable(error.filename or folder.page, error) from error


def _write_page(folder, sections, data, options, card):
    pictures = [item.pictures[0].file for section in sections for item in section.items]
    write_gallery(
        os.path.join(folder, FEATURES_FILE),
        "Feature visualisation" + (": {}".format(data["env_name"]) if data.get("env_name") else ""),
        sections,
        (BY_GRADIENT + "\n\n" if options["steps"] else "") + EXAMPLES + _played(data.get("env_options")),
        card_element(card._replace(pictures=pictures[:2])),
    )


def _sections(nodes, study, output_dir):
    """Sections of the page, and by layer the files of `gradients`; layers are nodes by the names shown."""
    sections, layers, made = [], [], {}
    for name, node in nodes.items():
        nmf, layer = fit(study, name, node)
        layers.append(layer)
        items = feature_items(study, name, node, nmf) if nmf.features != 0 else []
        made[name] = gradients(study, nmf, items)
        text = _description(study) + weaker_than_play(items) + (" " + layer.note if layer.note else "")
        sections.append(Section("Layer {}".format(name), items, text, FEATURE_REM))
        if layer.note:
            study.progress.say("Layer {}: {}".format(name, layer.note))
        if study.options["caricatures"]:
            items = caricature_items(study, name, node)
            sections.append(Section("Layer {}: caricatures".format(name), items, CARICATURES))
    # Those of a run are there, with the names that they were given.
    if study.features_of not in (None, OF_RUN):
        write_directions(output_dir, layers, study.features_of)
    return sections, made


def _description(study):
    """What is shown of each feature, in a sentence or two."""
    features, options = "Channels.", study.options
    if study.features_of == OF_RUN:
        features = "Directions of {}.".format(OF_RUN.words)
    elif study.features_of is not None:
        features = "Directions found by non-negative matrix factorisation of {}.".format(study.features_of.words)
    if not options["steps"]:
        return features
    measured = "in the centre of the image" if options["objective"] == "neuron" else "averaged over positions"
    moved = options["jitter"] != 0 or len(options["scale"]) or len(options["rotate"])
    return "{} Images by gradient maximise the activation {}; what they reach is told as it was maximised{}.".format(
        features, measured, ", the mean over how they were moved" if moved else ""
    )


def _played(env_options):
    """A paragraph on how the game was played, if that is known."""
    return "\n\nPlayed: {}.".format(described_options(env_options)) if env_options else ""
