"""Playing many levels with one or several agents, and counting what ended those that they failed."""

import contextlib
import os
import subprocess
import sys
from typing import Any, Dict

import numpy as np

import understanding_rl_vision
from understanding_rl_vision.agents.checkpoints import count_actions, read_checkpoint
from understanding_rl_vision.agents.fetching import fetch
from understanding_rl_vision.agents.games import AGENT_OPTIONS, played_options, policy_of
from understanding_rl_vision.agents.places import local_path
from understanding_rl_vision.agents.same_game import checkpoint_paths, model_names
from understanding_rl_vision.annotations import Checkpoints
from understanding_rl_vision.checks import check_integer
from understanding_rl_vision.command_line import flags_of
from understanding_rl_vision.envs import known_options
from understanding_rl_vision.envs.base import UNKNOWN
from understanding_rl_vision.envs.coinrun_causes import CAUSES
from understanding_rl_vision.envs.procgen import MAX_LEVEL
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.evaluate import hiding, records, summaries
from understanding_rl_vision.evaluate.chart import write_chart
from understanding_rl_vision.evaluate.model_comparison import FAILED, blindness
from understanding_rl_vision.evaluate.options import EVALUATE_OPTIONS
from understanding_rl_vision.evaluate.settings import SUMMARY, as_json, prepare, what_decides
from understanding_rl_vision.options import complete
from understanding_rl_vision.play.environments import check_num_actions, environments
from understanding_rl_vision.play.levels import play_levels
from understanding_rl_vision.progress import Progress
from understanding_rl_vision.ranks import Ranks, launched_communicator


def evaluate(checkpoint_path: Checkpoints, *, quiet: bool = False, **options: Any) -> Dict[str, Any]:
    """Play levels with the agents of checkpoints and count what ended them.

    Parameters
    ----------
    checkpoint_path : path or sequence of paths
        A checkpoint, or several of the same game; the others are compared with the first.
    quiet : bool
        No progress bars and no table.
    **options
        See `evaluate.options.EVALUATE_OPTIONS` or docs/options.md.

    Returns
    -------
    dict
        What summary.json holds: settings, complete (whether all levels were played), models (see
        `summaries.summarise`) and blindness (see `statistics.blindness`, for each model but the first).

    Raises
    ------
    InputError
        What is given cannot be used.
    MissingPackageError
        The game's package is not installed.

    Notes
    -----
    Writes to `output_dir` levels.csv and levels.json (each level of each model), summary.csv and summary.json, and
    failures.png and failures.svg; in games of points, where nothing tells what was solved, mean returns and returns.png
    and returns.svg. An interrupted evaluation leaves them for the levels played so far. Under mpiexec, the processes
    share the levels. Article, "Model editing".
    """
    options = complete(options, EVALUATE_OPTIONS, "evaluate()")
    if options["start_level"] is not None:
        check_integer("start_level", options["start_level"], 0, MAX_LEVEL - options["num_levels"] + 1)
    paths = checkpoint_paths(checkpoint_path)
    names = _names(options["names"], paths)
    ranks = Ranks(launched_communicator())
    with ranks.ending_together():
        progress = Progress(quiet=quiet or ranks.rank > 0)
        # What is downloaded may be on one machine only.
        checkpoints = ranks.broadcast(
            [read_checkpoint(fetch(path, progress), options["args"], options["env_kwargs"]) for path in paths]
            if ranks.rank == 0
            else None
        )
        options = _checked(options, checkpoints, names, ranks)
        # What does not fit a model shows before others have played.
        policies = [policy_of(checkpoint) for checkpoint in checkpoints]
        folder = options["output_dir"]
        played = [played_options(checkpoint, **_own_options(checkpoint)) for checkpoint in checkpoints]
        settings = what_decides(paths, checkpoints, played, options)
        if ranks.rank == 0:
            prepare(folder, settings, options["resume"])
        ranks.gather(None)
        extra = []
        try:
            for i, (checkpoint, policy, name) in enumerate(zip(checkpoints, policies, names)):
                _play(i, name, checkpoint, policy, options, ranks, progress)
            if options["blind_to"]:
                extra = [_play_invisible(paths[0], names[0], options, quiet)]
        except KeyboardInterrupt:
            # Each process keeps what it has played; where there are several, the next one to resume puts it in order.
            if ranks.size == 1:
                _write(folder, settings, names, options, extra)
            raise
        ranks.gather(None)
        summary = ranks.broadcast(_write(folder, settings, names, options, extra) if ranks.rank == 0 else None)
    if not progress.quiet:
        print(_report(summary))
    return summary


def _names(names, paths):
    if names is None:
        return model_names([local_path(path) for path in paths])
    if len(set(names)) != len(paths):
        raise InputError("names={!r} given; {} different names are accepted.".format(names, len(paths)))
    return names


def _checked(options, checkpoints, names, ranks):
    """The options, with what they mean for the game of the checkpoints."""
    games = [(checkpoint.args["env_kind"], checkpoint.args["env_name"]) for checkpoint in checkpoints]
    for name, game in zip(names, games):
        if game != games[0]:
            raise InputError(
                "{} plays {} and {} plays {}. Models that are compared must play the same game.".format(
                    names[0], games[0][1], name, game[1]
                )
            )
    if options["start_level"] is not None and "start_level" not in known_options(*games[0]):
        raise InputError("start_level given; the levels of {} cannot be chosen. Leave it out.".format(games[0][1]))
    decided = [key for key in options["env_kwargs"] if key in _own_options(checkpoints[0])]
    if decided:
        raise InputError(
            "env_kwargs has {}; here levels are chosen by the options num_levels, start_level and seed, and rewards "
            "are the game's own. Leave it out.".format(decided[0])
        )
    counts = [count_actions(checkpoint.params) for checkpoint in checkpoints]
    if "num_actions" not in known_options(*games[0]):
        for name, count in zip(names, counts):
            if count != counts[0]:
                raise InputError(
                    "{} has {} actions and {} has {}. Models that are compared must play the same game.".format(
                        names[0], counts[0], name, count
                    )
                )
    hidden = {name: hiding.check_hidden(name, options[name], games[0][1]) for name in ("hide", "blind_to")}
    if hidden["blind_to"] and (hidden["hide"] or ranks.size > 1):
        raise InputError(
            "blind_to given with hide or under mpiexec; it plays with and without the objects, in one process. Leave "
            "hide out, or evaluate with and without hide one after the other."
        )
    return dict(options, **hidden)


def _levels(options):
    """The numbers of the levels; of more levels the first are the same."""
    if options["start_level"] is not None:
        return list(range(options["start_level"], options["start_level"] + options["num_levels"]))
    draws = np.random.RandomState(options["seed"])
    return [int(draws.randint(MAX_LEVEL + 1, dtype=np.int64)) for _ in range(options["num_levels"])]


def _play(model_index, name, checkpoint, policy, options, ranks, progress):
    """Play this rank's share of what a model has not yet played."""
    done = {index for model, index in records.read_played(options["output_dir"]) if model == model_index}
    # Every rank must have read what was done before any adds to it.
    ranks.gather(None)
    levels = [(index, level) for index, level in enumerate(_levels(options)) if index not in done][
        ranks.rank :: ranks.size
    ]
    if not levels:
        return
    with contextlib.ExitStack() as opened:
        envs = [opened.enter_context(env) for env in _environments(checkpoint, options, ranks.rank)]
        if not envs[0].can_choose_levels:
            if done:
                raise InputError(
                    "The levels of this game cannot be chosen, so that an evaluation cannot go on where it was "
                    "interrupted. Begin again, with another output_dir."
                )
            levels = [(index, None) for index, _ in levels]
        check_num_actions(policy.num_actions, envs[0].num_actions, checkpoint.args)
        journal = opened.enter_context(contextlib.closing(records.Journal(options["output_dir"], ranks.rank)))
        playing = play_levels(envs, policy.logits, levels, options["seed"])
        for played in progress.track(playing, name, total=len(levels)):
            journal.add(model_index, played)


def _own_options(checkpoint):
    """Options of the game that take the place of a checkpoint's."""
    overrides = {"reward_scale": 1}
    if "start_level" in known_options(checkpoint.args["env_kind"], checkpoint.args["env_name"]):
        # Levels are chosen one by one; what the agent was trained on plays no part.
        overrides.update(num_levels=None, start_level=None, use_sequential_levels=None)
    return overrides


def _environments(checkpoint, options, rank):
    """Environments that share the games."""
    overrides = _own_options(checkpoint)
    if options["hide"]:
        overrides["resource_root"] = hiding.assets_without(options["hide"], checkpoint.args.get("resource_root"))
    return environments(checkpoint, options["num_envs"], seed=options["seed"] + rank, **overrides)


def _play_invisible(path, name, options, quiet):
    """Evaluate a model with objects invisible, in a process of its own: Procgen reads its images once per process.

    Returns what the model is called then, and its list of Played.
    """
    folder = os.path.join(options["output_dir"], "invisible")
    name = "{}, {} invisible".format(name, " and ".join(options["blind_to"]))
    resume = os.path.exists(os.path.join(folder, SUMMARY))
    arguments = {key: options[key] for key in ("num_levels", "start_level", "seed", "num_envs", *AGENT_OPTIONS)}
    arguments.update(output_dir=folder, hide=options["blind_to"], names=[name], resume=resume)
    command = [sys.executable, "-m", "understanding_rl_vision.evaluate", path]
    command += ["--quiet"] if quiet else []
    command += flags_of(arguments)
    package = os.path.dirname(os.path.dirname(os.path.abspath(understanding_rl_vision.__file__)))
    python_path = os.pathsep.join(filter(None, [package, os.environ.get("PYTHONPATH")]))
    process = subprocess.Popen(command, env=dict(os.environ, PYTHONPATH=python_path), stdout=subprocess.DEVNULL)
    try:
        status = process.wait()
    except KeyboardInterrupt:
        # It is interrupted too, and keeps what it has played.
        process.wait()
        raise
    if status:
        raise InputError(
            "Playing with {} invisible failed; its message is above.".format(", ".join(options["blind_to"]))
        )
    return name, _of_model(0, records.read_played(folder), options)


def _of_model(model_index, played, options):
    """A model's list of Played, in order."""
    return [
        episode
        for (model, index), episode in sorted(played.items())
        if model == model_index and index < options["num_levels"]
    ]


def _write(folder, settings, names, options, extra):
    """Write all files of what has been played. Returns what summary.json holds."""
    played = {key: episode for key, episode in records.read_played(folder).items() if key[0] < len(names)}
    records.write_levels(folder, played)
    all_played = [(name, _of_model(i, played, options)) for i, name in enumerate(names)] + extra
    models = summaries.summarise(*zip(*all_played), CAUSES + (UNKNOWN,))
    summary = {
        "settings": settings,
        "complete": all(model["levels"] == options["num_levels"] for model in models),
        "models": models,
        "blindness": _blindness(all_played, options["blind_to"]) if extra else [],
    }
    records.write_text(os.path.join(folder, SUMMARY), as_json(summary))
    records.write_text(os.path.join(folder, "summary.csv"), summaries.as_csv(models))
    write_chart(models, os.path.join(folder, "failures" if models[0]["outcomes"] else "returns"))
    return summary


def _blindness(all_played, hidden):
    """How blind each model is between the first, the original, and the last, which is that with objects hidden.

    all_played: (name, list of Played) of each. Counted are failures by the causes that the hidden objects stand for.
    """
    results = []
    causes = [cause for name in hidden for cause in hiding.CAUSES.get(name, (FAILED,))]
    for name, played in all_played[1:-1]:
        value = blindness(played, all_played[0][1], all_played[-1][1], causes)
        results.append(
            {
                "name": name,
                "to": list(hidden),
                "causes": causes,
                "blindness": value and value[0],
                "interval": value and list(value[1:]),
            }
        )
    return results


def _report(summary):
    lines = [summaries.as_table(summary["models"])]
    for result in summary["blindness"]:
        if result["blindness"] is not None:
            lines.append(
                "{}: {:.0%} blind to {} ({:.0%} to {:.0%})".format(
                    result["name"], result["blindness"], " and ".join(result["to"]), *result["interval"]
                )
            )
    return "\n".join(lines)
