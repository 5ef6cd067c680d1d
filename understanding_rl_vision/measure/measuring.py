"""From a checkpoint to what the features and channels of its layers respond to."""

import os
from typing import Any, Dict, Optional, Sequence, Union

from understanding_rl_vision.agents.checkpoints import read_checkpoint
from understanding_rl_vision.agents.fetching import fetch
from understanding_rl_vision.agents.games import policy_of
from understanding_rl_vision.agents.places import beside, derived_stem, local_path
from understanding_rl_vision.annotations import PathLike
from understanding_rl_vision.checks import check_path
from understanding_rl_vision.errors import InputError, quoted
from understanding_rl_vision.forecasts import DryRun, Forecast
from understanding_rl_vision.measure.forecast import tell_measurement
from understanding_rl_vision.measure.options import MEASURE_OPTIONS
from understanding_rl_vision.measure.report import MEASUREMENT_FILE, as_table, write_report
from understanding_rl_vision.measure.sparsity import measured_sparsity
from understanding_rl_vision.options import complete
from understanding_rl_vision.pages.output_folder import writing
from understanding_rl_vision.pictures.readable import UnitFloats, readable
from understanding_rl_vision.play.looking import looked_options, play_with_objects
from understanding_rl_vision.progress import Progress
from understanding_rl_vision.ranks import launched_communicator
from understanding_rl_vision.run.directions import read_directions_of
from understanding_rl_vision.run.features import fit_layer
from understanding_rl_vision.run.fitting_options import check_layer_fits
from understanding_rl_vision.run.measurement import measured_layer, read_measurement
from understanding_rl_vision.run.models import agent_layers, make_agent
from understanding_rl_vision.run.nmf_output import read_nmf_output
from understanding_rl_vision.run.provenance import made_card
from understanding_rl_vision.run.responses import tally


def measure(
    checkpoint_path: PathLike,
    output_dir: Optional[PathLike] = None,
    *,
    layer: Union[str, Sequence[str]],
    quiet: bool = False,
    dry_run: bool = False,
    **options: Any,
) -> Dict[str, Dict[str, Any]]:
    """Measure what the features and the channels of layers respond to, in the play of a checkpoint's agent.

    Of each it is told how many times as active it is around every kind of object that the game tells of as on average,
    with 95 % intervals, and for features names are proposed, by the kind that stands out. It writes measurement.json,
    measurement.csv, measurement.html and feature_labels.json, which `run` and `edit` take names from.

    Parameters
    ----------
    checkpoint_path : path
        A checkpoint, as for `run`.
    output_dir : path, optional
        Default: the option run_dir, or without it rl-clarity/NAME.measured beside the checkpoint NAME.jd.
    layer : str or sequence of str
        Names that the page shows, such as '2b'.
    quiet : bool
        No progress bars and no table.
    dry_run : bool
        Only say what it will take; nothing is written, and the dictionary is empty.
    **options
        See `measure.options.MEASURE_OPTIONS` or docs/options.md.

    Returns
    -------
    dict
        By layer what `run.measurement.measured_layer` gives, and sparsity: numbers, lists and texts.

    Raises
    ------
    InputError
        What is given cannot be used, for instance a game that does not tell what it shows.

    Notes
    -----
    Intervals are percentiles of 1,000 bootstrap samples of episodes (Efron 1979): observations of one are much alike.
    """
    # It refuses processes that do not know of each other.
    launched_communicator()
    given, options = options, complete(options, MEASURE_OPTIONS, "measure()")
    progress = Progress(quiet=quiet)
    checkpoint_path = check_path("checkpoint_path", checkpoint_path)
    if output_dir is None:
        output_dir = options["run_dir"] or derived_stem(beside(checkpoint_path)) + ".measured"
    path = fetch(checkpoint_path, progress)
    checkpoint = read_checkpoint(path, options["args"], options["env_kwargs"], options["env"])
    policy = policy_of(checkpoint)
    agent = make_agent(policy.freeze(), *policy.node_names)
    nodes = _nodes(agent, layer)
    directions = {name: _given_directions(agent, name, node, options) for name, node in nodes.items()}
    try:
        play = looked_options(checkpoint, options["observations_kwargs"])
        tell_measurement(Forecast(progress, dry_run), agent, nodes, checkpoint, policy, play, options, output_dir)
    except DryRun:
        return {}
    reads = [checkpoint_path, local_path(checkpoint_path)]
    with writing(output_dir, MEASUREMENT_FILE, reads=reads, progress=progress) as folder:
        # Those of other layers stay.
        earlier = read_measurement(folder.output)
        measured = _measured(agent, nodes, directions, checkpoint, policy, options, progress)
        card = made_card("measurement", "measure", checkpoint_path, given, ["--layer", *nodes])
        write_report(folder.page, measured, earlier, os.path.basename(checkpoint_path), checkpoint, card)
    progress.conclude("{}\n{}".format(as_table(measured), os.path.join(os.fspath(output_dir), MEASUREMENT_FILE)))
    return measured


def _measured(agent, nodes, given, checkpoint, policy, options, progress):
    """Play and measure: the result of `measure`. given: see `_given_directions`, by layer."""
    played, combos = play_with_objects(checkpoint, policy, options["observations_kwargs"], progress)
    features_of = read_nmf_output("nmf_output", options["nmf_output"], agent, combos)
    observations, images = UnitFloats(played["observations"]), UnitFloats(readable(played["observations"]))
    measured = {}
    for name, node in nodes.items():
        directions = given[name]
        if directions is None:
            directions = _fitted(agent, features_of, name, node, observations, images, options, progress)
        found = tally(
            agent.model,
            node,
            observations,
            played["objects"],
            batch_size=options["batch_size"],
            progress=progress,
            stage="objects and {}".format(name),
        )
        measured[name] = measured_layer(found, directions)
        measured[name]["sparsity"] = measured_sparsity(
            agent,
            node,
            directions,
            observations,
            played["objects"]["episode"],
            options,
            progress,
            "attribution to {}".format(name),
        )
    return measured


def _nodes(agent, layer):
    """The layers asked for: name shown -> node."""
    shown = agent_layers(agent, {})
    names = [layer] if isinstance(layer, str) else layer
    if not isinstance(names, (list, tuple)) or not names or not all(name in shown for name in names):
        raise InputError("layer={} given; one or some of {} are accepted.".format(quoted(layer), ", ".join(shown)))
    return {name: shown[name] for name in names}


def _given_directions(agent, name, node, options):
    """The directions (features, C) of a run, or None where they are to be fitted."""
    run_dir = options["run_dir"]
    acts = check_layer_fits(agent.model, name, node, None if run_dir else options["nmf_features"])
    return None if run_dir is None else read_directions_of(run_dir, name, acts.shape[-1])


def _fitted(agent, features_of, name, node, observations, images, options, progress):
    """Directions (features, C) fitted to the observations."""
    _, layer = fit_layer(
        agent,
        features_of,
        name,
        node,
        observations,
        images,
        options["nmf_features"],
        batch_size=options["batch_size"],
        progress=progress,
    )
    if layer.note:
        progress.say("Layer {}: {}".format(name, layer.note))
    return layer.directions.channel_dirs
