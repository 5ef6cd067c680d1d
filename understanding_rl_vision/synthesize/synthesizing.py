"""From a checkpoint to the states that its agent seeks and fears."""

import collections
import os
from typing import Any, Callable, Sequence, Union

import numpy as np

from understanding_rl_vision.agents.fetching import fetch
from understanding_rl_vision.agents.games import value_of_success
from understanding_rl_vision.agents.places import local_path
from understanding_rl_vision.annotations import PathLike, Tensor
from understanding_rl_vision.checks import check_path
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.files import check_apart, exists
from understanding_rl_vision.forecasts import DryRun, Forecast
from understanding_rl_vision.pages.output_folder import make_subfolders, summary_line, writing
from understanding_rl_vision.progress import Progress
from understanding_rl_vision.ranks import launched_communicator
from understanding_rl_vision.rl_util.pickles import save_joblib
from understanding_rl_vision.run.provenance import differing, made_card
from understanding_rl_vision.synthesize import drawing, page
from understanding_rl_vision.synthesize.direct import REGULARISERS, Preimages
from understanding_rl_vision.synthesize.forecast import tell_synthesis
from understanding_rl_vision.synthesize.generator_training import (
    best_epoch,
    read,
    split,
    train_generator,
)
from understanding_rl_vision.synthesize.goggles import GOGGLES, scores, summary
from understanding_rl_vision.synthesize.learning import warning
from understanding_rl_vision.synthesize.novelty import different_pixels, nearest_frames, novelty
from understanding_rl_vision.synthesize.optimising import synthesize_states
from understanding_rl_vision.synthesize.options import SYNTHESIZE_OPTIONS, complete_options
from understanding_rl_vision.synthesize.picture_agent import Outputs
from understanding_rl_vision.synthesize.resuming import GENERATOR, check_before_play, resumed
from understanding_rl_vision.synthesize.subject import read_pictures, read_subject
from understanding_rl_vision.synthesize.targets import make_targets
from understanding_rl_vision.synthesize.training_frames import pictured_options, play_frames

FRAMES = "frames.jd"
DIRECT_IMAGES = 4
DIRECT_STEP_SIZE = 0.02

FoundStates = collections.namedtuple(
    "FoundStates",
    "name states outputs nearest nearest_error nearest_pictures different different_of_range attribution attributed",
)
FoundStates.__doc__ = """The States of a target's name, and what is told of them, see `outputs_data`, `nearest_frames`,
`different_pixels` and `attribution_pictures`."""


def synthesize(
    checkpoint_path: PathLike,
    output_dir: PathLike,
    *,
    target: Union[None, str, Callable[[Outputs], Tensor], Sequence[Union[str, Callable[[Outputs], Tensor]]]] = None,
    quiet: bool = False,
    dry_run: bool = False,
    **options: Any,
) -> str:
    """Make pictures of states in which the agent's outputs are what a target asks for, by a generative model.

    Parameters
    ----------
    checkpoint_path : path
        A checkpoint as for `run`; or a frozen model (.pb), with `frames_path` for its frames.
    output_dir : path
        Folder, here or at a remote address.
    target : str, callable or sequence of these, optional
        'T-', 'T+', 'T+-', 'S+', 'S-', 'value+', 'value-', 'action:7' or 'action:RIGHT', or a function from
        `picture_agent.Outputs` (logits (N, A), value (N,), q_values (N, A); tensors, or None) to a tensor (N,) that is
        to be large. None: only train the generator and measure.
    quiet : bool
        No progress bars and no closing line.
    dry_run : bool
        Only say what it will take; nothing is written.
    **options
        See `synthesize.options.SYNTHESIZE_OPTIONS` or docs/options.md.

    Returns
    -------
    str
        The path of states.html.

    Raises
    ------
    InputError
        What is given cannot be used, or the training diverged.
    MissingPackageError
        The game's package is not installed.

    Notes
    -----
    The agent plays for frames; a variational autoencoder learns from them, with a loss that knows what the agent looks
    at and what it makes of the reconstructions; its latents are optimised for the target. Writes states.html,
    states.json with the same, their pictures, the frames (frames.jd) and the generator (generator.jd).

    References
    ----------
    Rupprecht et al. 2018, "Visualizing and Discovering Behavioural Weaknesses in Deep Reinforcement Learning",
    sections 3 and 4.
    """
    # It refuses processes that do not know of each other.
    launched_communicator()
    output_dir = check_path("output_dir", output_dir)
    options, content = resumed(output_dir, options)
    settings = complete_options(options)
    progress = Progress(quiet=quiet)
    subject = read_subject(fetch(checkpoint_path, progress), settings)
    targets = _targets(target, subject, settings)
    path = os.path.join(output_dir, GENERATOR)
    check_before_play(subject, targets, content, settings, path)
    reads = [checkpoint_path, local_path(checkpoint_path), settings["frames_path"]]
    check_apart([os.path.join(output_dir, name) for name in (FRAMES, GENERATOR)], reads)
    path = os.path.join(output_dir, page.STATES_FILE)
    try:
        tell_synthesis(Forecast(progress, dry_run), subject.agent, settings, len(targets), output_dir)
    except DryRun:
        return path
    with writing(output_dir, page.STATES_FILE, owns=[page.DATA], reads=reads, progress=progress) as folder:
        make_subfolders(folder, page.SUBDIRS)
        card = made_card("states", "synthesize", checkpoint_path, _that_differ(options, target))
        _synthesize(folder, subject, targets, content, settings, card, progress)
    progress.conclude(summary_line(path, progress))
    return path


def _that_differ(options, target):
    """The options that make the same page in an empty folder, by name."""
    named = {name: options[name] for name in sorted(options) if name != "resume"}
    return dict(differing(named, SYNTHESIZE_OPTIONS), target=target)


def _synthesize(folder, subject, targets, content, settings, card, progress):
    """Play, train, make states, and write what is found to a PartialFolder.

    Frames and generators are kept in the output folder itself, each as it is made: a training goes on with them.
    """
    output_dir, path = folder.output, os.path.join(folder.output, GENERATOR)
    pictures = _pictures(subject, output_dir, settings, progress)
    agent = subject.agent
    generator, history, shares = train_generator(agent, pictures, settings, path, content, progress)
    if warning(shares):
        progress.say(warning(shares))
    states = [_found(generator, wanted, pictures, settings, progress) for wanted in targets]
    direct = {}
    if settings["activation_maximization"]:
        direct = {wanted.name: _direct(agent, wanted, settings, progress) for wanted in targets}
    goggles = None
    if settings["goggles"]:
        goggles = _goggles(subject, pictures, generator, output_dir, settings, progress)
    page.write_page(
        folder.page,
        "States of interest: {}".format(subject.name),
        agent.readable,
        lambda files: _drawn(files, subject, pictures, (generator, history, shares), states, direct, goggles, settings),
        card,
    )
    made = [os.path.join(output_dir, FRAMES), path]
    missing = [path for path in made if not exists(path)]
    if missing:
        raise InputError("{} was removed while states were made. Run again.".format(missing[0]))


def _targets(target, subject, settings):
    if target is None:
        return []
    return make_targets(
        target,
        num_actions=subject.agent.num_actions,
        action_combos=subject.action_combos,
        has_value=subject.agent.names.value is not None,
        beta=settings["beta"],
    )


def _pictures(subject, output_dir, settings, progress):
    """The frames to learn from: those of the output folder when it is gone on from, of a file, or of play."""
    frames_file = os.path.join(output_dir, FRAMES)
    if settings["resume"]:
        return read_pictures(frames_file, subject.agent)
    if settings["frames_path"] is not None:
        pictures = read_pictures(settings["frames_path"], subject.agent)
        split(len(pictures), settings)
    else:
        split(settings["num_frames"], settings)
        pictures = play_frames(subject.checkpoint, subject.agent, settings, progress)
    save_joblib(pictures, frames_file)
    return pictures


def _found(generator, target, pictures, settings, progress):
    states = synthesize_states(generator, target, settings, progress)
    nearest, error = nearest_frames(states.pictures, pictures)
    return FoundStates(
        target.name,
        states,
        generator.agent.arrays(states.pictures),
        nearest,
        error,
        pictures[nearest],
        different_pixels(states.pictures, pictures[nearest]),
        different_pixels(states.pictures, pictures[nearest], relative=False),
        *drawing.attribution_pictures(generator.agent, states.pictures, settings["layer"]),
    )


def _direct(agent, target, settings, progress):
    """Regularisers' title -> images and objectives."""
    preimages = Preimages(agent, target)
    stage = "pixels for {}".format(target.name)
    return {
        title: preimages.maximise(
            regularisers,
            count=DIRECT_IMAGES,
            steps=settings["steps"],
            step_size=DIRECT_STEP_SIZE,
            seed=settings["seed"],
        )
        for title, regularisers in progress.track(list(REGULARISERS.items()), stage)
    }


def _goggles(subject, pictures, generator, output_dir, settings, progress):
    """What the agent sees -> `summary` of its scores. The two generators that differ are trained, or gone on with."""
    measured = {}
    for title, changed in GOGGLES.items():
        if changed is None:
            seen = None
        elif not changed:
            seen = generator
        else:
            varied = dict(settings, **changed)
            path = os.path.join(output_dir, "generator-{}.jd".format(page.slug(title)))
            content = read(path) if settings["resume"] and exists(path) else None
            seen, *_ = train_generator(subject.agent, pictures, varied, path, content, progress)
        stage = "playing with {}".format(title)
        measured[title] = summary(scores(subject.checkpoint, subject.agent, seen, settings, progress, stage))
    return measured


def _value_scale(subject, settings):
    """What a success is worth, None where that is not known."""
    if settings["value_scale"] is not None or subject.checkpoint is None:
        return settings["value_scale"]
    return value_of_success(subject.checkpoint)


def _drawn(files, subject, pictures, trained, states, direct, goggles, settings):
    """Sections of the page, and the JSON's content. trained: what `train_generator` returned."""
    generator, history, shares = trained
    labels = page.action_labels(subject.action_combos, subject.agent.num_actions)
    drawn = [page.target_section(files, found, labels, _value_scale(subject, settings)) for found in states]
    compared = [page.direct_section(files, name, images) for name, images in direct.items()]
    sections = [section for section, _ in drawn]
    sections += [section for section, _ in compared]
    novelties = {}
    if states:
        novelties = {
            "relative to the frame's value": novelty(np.concatenate([found.different for found in states])),
            "relative to the whole range": novelty(np.concatenate([found.different_of_range for found in states])),
        }
        sections.append(page.novelty_section(novelties))
    if goggles:
        sections.append(page.goggles_section(goggles, subject.name))
    # Frames of a file were played somewhere else.
    played = pictured_options(subject.checkpoint, settings["epsilon"]) if settings["frames_path"] is None else None
    sections.append(page.generator_section(files, pictures, generator, settings, shares, played))
    filters = drawing.first_layer_filters(subject.agent.model, subject.agent.frame_channels)
    if filters is not None:
        sections.append(page.filters_section(files, filters))
    data = {
        "agent": subject.name,
        "env_options": played,
        "settings": {name: value for name, value in settings.items() if name not in ("frames_path", "resume")},
        "actions": _action_names(subject),
        "targets": [entry for _, entry in drawn],
        "activation_maximization": [entry for _, entry in compared],
        "novelty": novelties,
        "goggles": goggles,
        "training": {"best_epoch": best_epoch(history), "epochs": history, "learned": shares},
    }
    return sections, data


def _action_names(subject):
    """The keys of each action, with its number."""
    count = subject.agent.num_actions
    combos = subject.action_combos or [()] * count
    return ["{} {}".format(number, "+".join(combo)).strip() for number, combo in enumerate(combos)]
