"""A study as a whole: agents, generalisation, features, ratings, result; each part goes on where it was stopped."""

import contextlib
import os
from typing import Any, Dict, Mapping, Sequence, Union

from understanding_rl_vision.annotations import PathLike
from understanding_rl_vision.checks import check_path
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.files import check_writable, replacing
from understanding_rl_vision.forecasts import DryRun, Forecast, check_alone
from understanding_rl_vision.json_files import read_json, to_json
from understanding_rl_vision.locks import locked_folder
from understanding_rl_vision.options import complete
from understanding_rl_vision.progress import Progress
from understanding_rl_vision.ranks import Ranks, launched_communicator
from understanding_rl_vision.sharing import team_of
from understanding_rl_vision.study.agents import (
    check_options_of_training,
    differing_options,
    listed_agents,
    read_agents,
    trained,
)
from understanding_rl_vision.study.features import describe_features
from understanding_rl_vision.study.forecast import tell_study
from understanding_rl_vision.study.generalising import SPLITS, play_split, solved_share
from understanding_rl_vision.study.options import STUDY_OPTIONS
from understanding_rl_vision.study.rating_page import PAGE as RATING_PAGE
from understanding_rl_vision.study.rating_page import write_rating_page
from understanding_rl_vision.study.ratings import FOLDER as RATINGS
from understanding_rl_vision.study.ratings import read_ratings
from understanding_rl_vision.study.report import PAGE, write_report
from understanding_rl_vision.study.results import feature_rows, summarise

SETTINGS = "settings.json"
# What a study may be gone on with other values of: more levels are added to those played; the rest is made at the end.
MAY_CHANGE = ("num_levels", "least_auc", "num_envs", "batch_size")


def study(
    agents_or_levels: Union[Mapping[str, int], Sequence[Any]],
    output_dir: PathLike,
    *,
    quiet: bool = False,
    dry_run: bool = False,
    **options: Any,
) -> Dict[str, Any]:
    """Compare agents of different numbers of training levels: how they generalise, and what their features see.

    Parameters
    ----------
    agents_or_levels : sequence of int, mapping or sequence
        Numbers of levels to train agents on; or agents: {path: number of levels}, pairs of these, or openai:NAMEs of
        agents whose number is known, such as openai:finite_levels/run_1/coinrun_100.
    output_dir : path
        Local folder; a study that was stopped goes on there.
    quiet : bool
        No progress bars and no closing line.
    dry_run : bool
        Only say what it, or what is left of it, will take; nothing is written, and the dictionary is empty.
    **options
        See `study.options.STUDY_OPTIONS` or docs/options.md.

    Returns
    -------
    dict
        What study.json holds, see `study.results.summarise`.

    Raises
    ------
    InputError
        What is given cannot be used: fewer than two agents, agents of different games, ratings of another study.
    MissingPackageError
        The game's package is not installed.

    Notes
    -----
    Writes rate.html, on which people rate features without knowing the agent (its key is key.json), and study.html with
    the result, which takes in the raters' files in the folder `ratings` whenever the study is run again. Under mpiexec
    the processes share training and playing.

    References
    ----------
    Article, "The diversity hypothesis", "Interpretability and generalization".
    """
    options = complete(options, STUDY_OPTIONS, "study()")
    listed = listed_agents(agents_or_levels, options["runs"])
    check_options_of_training(listed, options)
    folder = check_path("output_dir", output_dir)
    ranks, summary = Ranks(launched_communicator()), {}
    with ranks.ending_together(), contextlib.ExitStack() as held:
        held.enter_context(contextlib.suppress(DryRun))
        check_alone(dry_run, ranks.size)
        progress = Progress(quiet=quiet or ranks.rank > 0)
        forecast = Forecast(progress, dry_run, team_of(ranks))
        if ranks.rank == 0:
            _check_settings(folder, _settings(listed, options))
            tell_study(forecast, listed, folder, options, progress)
            check_writable(os.path.join(folder, SETTINGS))
            held.enter_context(locked_folder(folder))
            _keep_settings(folder, _settings(listed, options))
        ranks.gather(None)
        agents = [trained(agent, os.path.join(folder, "agents"), options, ranks, progress) for agent in listed]
        checkpoints = read_agents(agents)
        solved = {}
        for agent, checkpoint in zip(agents, checkpoints):
            of_agent = os.path.join(folder, "levels", agent.name)
            solved[agent.name] = {
                split: solved_share(
                    play_split(split, agent, checkpoint, os.path.join(of_agent, split), options, ranks, progress)
                )
                for split in SPLITS
            }
        summary = ranks.broadcast(
            _looked_at(folder, agents, checkpoints, solved, options, progress) if ranks.rank == 0 else None
        )
    if summary:
        pages = (os.path.join(folder, page) for page in (PAGE, RATING_PAGE))
        progress.conclude("\n".join(summary["conclusions"] + ["{}; to rate features: {}".format(*pages)]))
    return summary


def _looked_at(folder, agents, checkpoints, solved, options, progress):
    """Describe features, write the pages and return the summary."""
    described = {}
    for agent, checkpoint in zip(agents, checkpoints):
        place = os.path.join(folder, "features", agent.name)
        described[agent.name] = (place, describe_features(agent.name, checkpoint, place, options, progress))
    key = write_rating_page(folder, described, options["seed"], checkpoints[0].args["env_name"])
    os.makedirs(os.path.join(folder, RATINGS), exist_ok=True)
    ratings = read_ratings(folder, key["study"], key["items"])
    features = {name: listed for name, (_, listed) in described.items()}
    rows = feature_rows(features, ratings, key, options["least_auc"])
    summary = summarise(agents, solved, rows, ratings, differing_options(checkpoints))
    write_report(folder, summary, rows, {name: options[name] for name in options})
    return summary


def _settings(agents, options):
    """What a study is of."""
    return {
        "agents": [[agent.name, agent.path] for agent in agents],
        **{name: value for name, value in options.items() if name not in MAY_CHANGE},
    }


def _check_settings(folder, settings):
    """Raise InputError where the folder has a study of other agents or options."""
    path = os.path.join(folder, SETTINGS)
    if os.path.exists(path):
        was = read_json(path, "the settings of a study")
        differing = sorted(name for name in settings if not isinstance(was, dict) or was.get(name) != settings[name])
        if differing:
            raise InputError(
                "{} holds a study with other {}. Give what it was begun with, or another output_dir.".format(
                    folder, ", ".join(differing)
                )
            )


def _keep_settings(folder, settings):
    """Keep what the study is of. Raises InputError where the folder has one of other agents or options."""
    _check_settings(folder, settings)
    with replacing(os.path.join(folder, SETTINGS)) as file:
        file.write(to_json(settings, indent=1).encode("utf-8"))
