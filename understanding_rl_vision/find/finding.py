"""Searching many episodes for those to look into: how the article found hallucinations and failures."""

import functools
import os
from typing import Any, Optional

from understanding_rl_vision.agents.checkpoints import has_value_function, read_checkpoint
from understanding_rl_vision.agents.fetching import fetch
from understanding_rl_vision.agents.games import game_identity, game_options, policy_of, value_of_success
from understanding_rl_vision.agents.places import beside, derived_stem
from understanding_rl_vision.annotations import PathLike
from understanding_rl_vision.checks import check_path
from understanding_rl_vision.envs import tells_solved
from understanding_rl_vision.errors import InputError, check_options, quoted
from understanding_rl_vision.find.options import FIND_OPTIONS, SEARCH_OPTIONS
from understanding_rl_vision.find.report import NOTES, TABLE, write_notes, write_report
from understanding_rl_vision.find.search import KINDS, KINDS_WITHOUT_VALUE, Search
from understanding_rl_vision.options import complete, places
from understanding_rl_vision.play.episodes import EpisodeRecorder, as_trajectories, play_quota
from understanding_rl_vision.run.derived_files import DERIVED_FILES, derived_paths_in, generate_data, kept_samples
from understanding_rl_vision.run.forecast import Searching
from understanding_rl_vision.run.kept import file_digest
from understanding_rl_vision.run.loading import (
    check_before_play,
    sample,
)
from understanding_rl_vision.run.running import BESIDE, Command, play_and_generate


def find(
    checkpoint_path: PathLike,
    output_dir: Optional[PathLike] = None,
    *,
    quiet: bool = False,
    dry_run: bool = False,
    **options: Any,
) -> str:
    """Search episodes of a checkpoint's agent and write the interface of those that stand out.

    Parameters
    ----------
    checkpoint_path : path
        A checkpoint, as for `run`.
    output_dir : path, optional
        Folder, here or at a remote address; default: rl-clarity/NAME.finds beside the checkpoint NAME.jd.
    quiet : bool
        No progress bars and no closing line.
    dry_run : bool
        Only say what it will take; nothing is written.
    **options
        See `find.options.FIND_OPTIONS` or docs/options.md.

    Returns
    -------
    str
        The path of interface.html.

    Raises
    ------
    InputError
        What is given cannot be used, or nothing was found.
    MissingPackageError
        The game's package is not installed.

    Notes
    -----
    Four kinds are looked for: 'failure', failed episodes by their lowest advantage; 'spike', all by the largest
    departure of one frame's value from both its neighbours; 'high', all by their highest advantage; 'low', those that
    did not fail by their lowest (article, "Hallucinations" and "Dissecting failure"). Of an agent without value
    function there are failures only, by their return; in games of points, where nothing tells what failed, there is no
    'failure'. Writes finds.csv, with every episode of each kind in order, and the page with the first ones, a case that
    is of several kinds once, on which notes tell what happened and lead from one to the next.
    """
    checkpoint_path = check_path("checkpoint_path", checkpoint_path)
    if output_dir is None:
        output_dir = derived_stem(beside(checkpoint_path)) + ".finds"

    def plan(options):
        check_options(options, list(FIND_OPTIONS), "find()", places(FIND_OPTIONS))
        search_options = {name: options.pop(name) for name in SEARCH_OPTIONS if name in options}
        of_page = {name: options.get(name) for name in ("gae_gamma", "gae_lambda", "value_scale")}
        search_options = complete(search_options, SEARCH_OPTIONS, "find()")
        search_options["num_envs"] = min(search_options["num_envs"], search_options["num_levels"])
        return functools.partial(_search, checkpoint_path, search_options, of_page)

    command = Command("find", SEARCH_OPTIONS)
    return play_and_generate(command, checkpoint_path, output_dir, plan, options, quiet, dry_run)


def _search(checkpoint_path, options, of_page, *, progress, check, kept_in, tell):
    """Search, write table and notes, and return the data arguments of generate. For the keywords see `load`."""
    path = fetch(checkpoint_path, progress)
    checkpoint = read_checkpoint(path, options["args"], options["env_kwargs"], options["env"])
    policy = policy_of(checkpoint)
    given = {name: value for name, value in of_page.items() if value is not None}
    gamma = given.get("gae_gamma", checkpoint.args["gamma"])
    lam = given.get("gae_lambda", checkpoint.args["lambda"])
    scale = given.get("value_scale", value_of_success(checkpoint))
    has_value = has_value_function(checkpoint)
    kinds = options["kinds"] if has_value else _kinds_without_value(options["kinds"], progress)
    kinds = _tellable(kinds, checkpoint, progress)

    beside = os.path.join(kept_in, BESIDE)
    notes = []

    def play_trajectories(env, policy):
        search = Search(kinds, options["top"], gamma, lam, has_value)
        recorder = EpisodeRecorder(env, policy, options["seed"], options["full_resolution"])
        episodes = play_quota(recorder, options["num_levels"], env.num_envs)
        for episode in progress.track(episodes, "searching episodes", total=options["num_levels"]):
            search.add(episode)
        episodes, notes[:] = write_report(search, beside, scale, progress)
        return as_trajectories(episodes)

    play = {
        "trajectories": {"num_envs": options["num_envs"], "seed": options["seed"]},
        "observations": options["observations_kwargs"],
    }
    searched = Searching(options["num_levels"], len(kinds) * options["top"])
    opened = check_before_play(check, {"": policy}, options["observations_kwargs"], None)
    tell([(checkpoint, policy)], play, options["full_resolution"], searched=searched)
    files = kept_samples(
        kept_in,
        "searched",
        derived_paths_in(kept_in, "searched", DERIVED_FILES),
        [file_digest(path), options, gamma, lam, scale, game_identity(checkpoint)],
        lambda: sample(checkpoint, policy, play, options["full_resolution"], progress, play_trajectories, opened),
        beside=[os.path.join(beside, TABLE)],
        told=notes,
    )
    annotate = functools.partial(write_notes, os.path.join(beside, NOTES), notes, scale)
    return dict(generate_data(files), annotate=annotate)


def _kinds_without_value(kinds, progress):
    """Those of the kinds that can be looked for without a value function. Raises InputError where there are none."""
    left = [kind for kind in kinds if kind in KINDS_WITHOUT_VALUE]
    if not left:
        raise InputError(
            "kinds={} given, but the agent has no value function; {} can be looked for without.".format(
                quoted(kinds), ", ".join(map(repr, KINDS_WITHOUT_VALUE))
            )
        )
    if left != kinds:
        progress.say("The agent has no value function: only {} is looked for.".format(", ".join(left)))
    return left


def _tellable(kinds, checkpoint, progress):
    """The kinds that can be told in a checkpoint's game. Raises InputError where there is none."""
    game = checkpoint.args["env_kind"], checkpoint.args["env_name"]
    if "failure" not in kinds or tells_solved(*game, game_options(checkpoint)):
        return kinds
    if kinds == ["failure"]:
        raise InputError(
            "Only 'failure' could be looked for, but this game gives points and does not tell whether an episode was "
            "solved or failed. Give other kinds, {}, of an agent with a value function.".format(
                " or ".join(repr(kind) for kind in KINDS if kind != "failure")
            )
        )
    progress.say("This game gives points and does not tell what is a failure: none are looked for.")
    return [kind for kind in kinds if kind != "failure"]
