"""Playing many levels with one or several agents, and counting what ended those that they failed."""

import contextlib
import os
from typing import Any, Dict

from understanding_rl_vision.agents.checkpoints import read_checkpoint
from understanding_rl_vision.agents.fetching import fetch
from understanding_rl_vision.agents.games import played_options, policy_of
from understanding_rl_vision.agents.places import local_path
from understanding_rl_vision.agents.same_game import checkpoint_paths, model_names
from understanding_rl_vision.agents.understanding import count_actions
from understanding_rl_vision.annotations import Checkpoints
from understanding_rl_vision.checks import check_integer
from understanding_rl_vision.envs import known_options
from understanding_rl_vision.envs.procgen import MAX_LEVEL
from understanding_rl_vision.errors import InputError, quoted
from understanding_rl_vision.evaluate.forecast import tell_evaluation
from understanding_rl_vision.evaluate.hiding import check_hidden
from understanding_rl_vision.evaluate.invisible import play_invisible
from understanding_rl_vision.evaluate.options import EVALUATE_OPTIONS
from understanding_rl_vision.evaluate.playing import game_overrides, own_options, play_remaining
from understanding_rl_vision.evaluate.records import written_here
from understanding_rl_vision.evaluate.results import FILES, as_text, write_results
from understanding_rl_vision.evaluate.settings import prepare, what_decides
from understanding_rl_vision.files import check_apart
from understanding_rl_vision.forecasts import DryRun, Forecast, check_alone
from understanding_rl_vision.options import complete
from understanding_rl_vision.progress import Progress
from understanding_rl_vision.ranks import Ranks, launched_communicator
from understanding_rl_vision.sharing import seen_by_all, team_of
from understanding_rl_vision.working_folder import WorkingFolder, working_folder


def evaluate(
    checkpoint_path: Checkpoints, *, quiet: bool = False, dry_run: bool = False, **options: Any
) -> Dict[str, Any]:
    """Play levels with the agents of checkpoints and count what ended them.

    Parameters
    ----------
    checkpoint_path : path or sequence of paths
        A checkpoint, or several of the same game; the others are compared with the first.
    quiet : bool
        No progress bars and no table.
    dry_run : bool
        Only say what it will take; nothing is written, and the dictionary is empty.
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
    output_dir = options["output_dir"]
    if options["start_level"] is not None:
        check_integer("start_level", options["start_level"], 0, MAX_LEVEL - options["num_levels"] + 1)
    paths = checkpoint_paths(checkpoint_path)
    names = _names(options["names"], paths)
    ranks = Ranks(launched_communicator())
    summary = {}
    with ranks.ending_together(), contextlib.ExitStack() as held:
        held.enter_context(contextlib.suppress(DryRun))
        check_alone(dry_run, ranks.size)
        progress = Progress(quiet=quiet or ranks.rank > 0)
        # What is downloaded may be on one machine only.
        checkpoints = ranks.broadcast(
            [
                read_checkpoint(fetch(path, progress), options["args"], options["env_kwargs"], options["env"])
                for path in paths
            ]
            if ranks.rank == 0
            else None
        )
        options = _checked(options, checkpoints, names, ranks)
        # What does not fit a model shows before others have played.
        policies = [policy_of(checkpoint) for checkpoint in checkpoints]
        played = [played_options(checkpoint, **own_options(checkpoint)) for checkpoint in checkpoints]
        settings = what_decides(paths, checkpoints, played, options)
        forecast = Forecast(progress, dry_run, team_of(ranks))
        if ranks.rank == 0:
            overrides = game_overrides(checkpoints[0], options)
            tell_evaluation(forecast, list(zip(names, checkpoints, policies)), options, overrides)
        working, folder = _opened(held, ranks, options, paths, settings)
        options = dict(options, output_dir=folder)
        watched = held.enter_context(contextlib.ExitStack())
        watched.enter_context(ranks.watching(folder))
        extra = []
        try:
            for i, (checkpoint, policy, name) in enumerate(zip(checkpoints, policies, names)):
                play_remaining(i, name, checkpoint, policy, options, ranks, progress, working)
            if options["blind_to"]:
                extra = [play_invisible(paths[0], names[0], options, quiet)]
        except KeyboardInterrupt:
            # Each process keeps what it has played; where there are several, the next one to resume puts it in order.
            if ranks.size == 1:
                write_results(folder, settings, names, options, extra)
            raise
        watched.close()
        ranks.gather(None)
        summary = ranks.broadcast(write_results(folder, settings, names, options, extra) if ranks.rank == 0 else None)
        if not summary["complete"]:
            raise InputError(
                "The folder {} was changed while levels were played: not all are left. Go on with resume=True.".format(
                    folder
                )
            )
    if summary:
        progress.conclude("{}\n{}".format(as_text(summary), os.path.join(output_dir, FILES[0])))
    return summary


def _opened(held, ranks, options, paths, settings):
    """The WorkingFolder of the output folder, which is the first process's, and where all see it."""
    folder, working = options["output_dir"], WorkingFolder(None)
    if ranks.rank == 0:
        check_apart([os.path.join(folder, name) for name in FILES], paths + [local_path(path) for path in paths])
        working = held.enter_context(working_folder(folder, written_here))
        prepare(working.path, settings, options["resume"])
        working.push()
    return working, seen_by_all(ranks, working.path)


def _names(names, paths):
    if names is None:
        return model_names([local_path(path) for path in paths])
    if len(set(names)) != len(paths):
        raise InputError("names={} given; {} different names are accepted.".format(quoted(names), len(paths)))
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
    decided = [key for key in options["env_kwargs"] if key in own_options(checkpoints[0])]
    if decided:
        raise InputError(
            "env_kwargs has {}; here levels are chosen by the options num_levels, start_level and seed, and rewards "
            "are the game's own. Leave it out.".format(decided[0])
        )
    counts = [count_actions(checkpoint) for checkpoint in checkpoints]
    if "num_actions" not in known_options(*games[0]):
        for name, count in zip(names, counts):
            if count != counts[0]:
                raise InputError(
                    "{} has {} actions and {} has {}. Models that are compared must play the same game.".format(
                        names[0], counts[0], name, count
                    )
                )
    hidden = {name: check_hidden(name, options[name], games[0][1]) for name in ("hide", "blind_to")}
    if hidden["blind_to"] and (hidden["hide"] or ranks.size > 1):
        raise InputError(
            "blind_to given with hide or under mpiexec; it plays with and without the objects, in one process. Leave "
            "hide out, or evaluate with and without hide one after the other."
        )
    return dict(options, **hidden)
