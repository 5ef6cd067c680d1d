"""From a checkpoint to its interface."""

import collections
import contextlib
import functools
import os
from typing import Any

from understanding_rl_vision.agents.checkpoints import plain_options
from understanding_rl_vision.agents.frozen_models import is_model, model_file
from understanding_rl_vision.agents.places import local_path
from understanding_rl_vision.agents.same_game import checkpoint_paths
from understanding_rl_vision.annotations import PathLike
from understanding_rl_vision.checks import check_flag, check_path
from understanding_rl_vision.envs.gymnasium_given import check_env
from understanding_rl_vision.errors import check_options
from understanding_rl_vision.forecasts import DryRun, Forecast, check_alone
from understanding_rl_vision.options import places
from understanding_rl_vision.pages.output_folder import INTERFACE_FILE, copy_files, summary_line
from understanding_rl_vision.progress import Progress
from understanding_rl_vision.ranks import Ranks, launched_communicator
from understanding_rl_vision.remote import address_of, is_address
from understanding_rl_vision.run.fitting_options import check_before_play
from understanding_rl_vision.run.forecast import tell_read, tell_run
from understanding_rl_vision.run.generating import generate, writing_interface
from understanding_rl_vision.run.loading import load
from understanding_rl_vision.run.modules import is_module, module_checkpoint
from understanding_rl_vision.run.options import (
    LOAD_OPTIONS,
    RUN_OPTIONS,
    SHARED_OPTIONS,
    check_load_kwargs,
    with_defaults,
)
from understanding_rl_vision.run.provenance import origin
from understanding_rl_vision.run.quick import quickened
from understanding_rl_vision.sharing import broadcast, team_of
from understanding_rl_vision.temporary import temporary_folder

# In the folder of what is kept of an unfinished run.
BESIDE = "beside"

# What the page is made by: the name of the command, and its table of the options that say how is played.
Command = collections.namedtuple("Command", "verb tables")


def run(
    checkpoint_path: Any, output_dir: PathLike, *, quiet: bool = False, dry_run: bool = False, **options: Any
) -> str:
    """Play a checkpoint's agent and write the interface that looks into it.

    Parameters
    ----------
    checkpoint_path : path, sequence of paths, torch.nn.Module or FrozenModel
        Joblib file {'params': {name: array}, 'args': {...}}, as the README describes, an agent's file of another tool,
        see docs/agents.md, 'openai:NAME' or an http(s) address; or several, whose agents play the same levels and are
        shown on one page, with the directions of the first. A module takes images (N, C, H, W) and returns logits, or
        logits and values; its game is that of args. It is compared with what is made of it on observations of the game,
        and written beside the page as OUTPUT_DIR.agent.jd, a checkpoint. A FrozenModel, or its file, is played as it
        is: its outputs are logits, or Q-values, and a value, or args names their nodes (policy_logits_name,
        q_values_name, value_function_name); it is written as OUTPUT_DIR.agent.pb.
    output_dir : path
        Folder for the page and its images, here or at a remote address (s3://, gs://, az:// ...).
    quiet : bool
        No progress bars and no closing line.
    dry_run : bool
        Only say what it will take; nothing is written.
    **options
        quick: a first page of one layer, within a minute. load_kwargs, trajectories_kwargs, observations_kwargs, args
        and env_kwargs: see `load`; others: see `generate`.
        All are in `run.options.RUN_OPTIONS` and docs/options.md.

    Returns
    -------
    str
        The path of interface.html.

    Raises
    ------
    InputError
        What is given cannot be used; then the folder stays as it was.
    MissingPackageError
        The game's package is not installed.

    Notes
    -----
    Under mpiexec, the processes share the work.
    """
    if check_flag("quick", options.pop("quick", False)):
        options = quickened(options)
    with contextlib.ExitStack() as stack:
        beside = output_dir
        if dry_run and (is_model(checkpoint_path) or is_module(checkpoint_path)):
            beside = os.path.join(stack.enter_context(temporary_folder()), "page")
        checkpoint_path = _written_agent(checkpoint_path, beside, options)

        def plan(options):
            load_kwargs = _load_kwargs(options)
            return functools.partial(load, checkpoint_path, **load_kwargs)

        command = Command("run", LOAD_OPTIONS)
        return play_and_generate(command, checkpoint_path, output_dir, plan, options, quiet, dry_run)


def _written_agent(given, output_dir, options):
    """The path of an agent: what is given, or a file beside output_dir that a given model or module was written to."""
    if not is_model(given) and not is_module(given):
        return given
    output_dir = check_path("output_dir", output_dir)
    stem = output_dir.rstrip("/") if is_address(output_dir) else os.path.normpath(output_dir)
    options = dict(options.get("load_kwargs") or {}, **options)
    args, env_kwargs, env = (options.get(name) for name in ("args", "env_kwargs", "env"))
    if is_model(given):
        return model_file(given, stem + ".agent.pb", plain_options("args", args))
    return module_checkpoint(given, stem + ".agent.jd", args, env_kwargs, env)


def _with_env_named(options):
    """Options with the name of an environment in its place, so that they are plain values: of their own and of load."""
    named = dict(options)
    if named.get("env") is not None:
        named["env"] = check_env("env", named["env"])
    if isinstance(named.get("load_kwargs"), dict):
        named["load_kwargs"] = _with_env_named(named["load_kwargs"])
    return named


def play_and_generate(command, checkpoint_path, output_dir, plan, options, quiet, dry_run):
    """Write the interface of what the first process plays, and say what it took. Returns the path of interface.html.

    command: a Command. plan: takes its own out of the options, which leaves those of generate; returns a function that
    plays, with the keyword arguments `progress`, `check`, `kept_in` and `tell` (see `load`), and returns the data
    arguments of generate. Files that it writes to the folder BESIDE of `kept_in` will stand beside the page. dry_run:
    only say what it will take.
    """
    progress = Progress(quiet=quiet)
    given = _with_env_named(options)
    options = dict(given)
    ranks = Ranks(launched_communicator())
    if ranks.rank > 0:
        progress = Progress(quiet=True)
    try:
        with ranks.ending_together():
            check_alone(dry_run, ranks.size)
            forecast = Forecast(progress, dry_run, team_of(ranks))
            # What is wrong with the options shows before the agent has played for minutes.
            play = plan(options)
            complete = with_defaults(options)
            check = functools.partial(check_before_play, complete)
            paths = checkpoint_paths(checkpoint_path)
            reads = paths + [local_path(path) for path in paths]
            with writing_interface(ranks, output_dir, options, reads, progress, dry_run) as folder:
                told = {"options": complete, "folder": folder.output}
                tell = functools.partial(tell_run, forecast, **told)
                played = None
                if ranks.rank == 0:
                    played = play(progress=progress, check=check, kept_in=folder.work, tell=tell)
                    if not forecast.told:
                        tell_read(forecast, played, **told)
                    played["provenance"] = origin(command.verb, checkpoint_path, given, command.tables)
                data = dict(broadcast(ranks, played), **options)
                page = generate(output_dir, progress=progress, ranks=ranks, folder=folder, **data)
                if ranks.rank == 0:
                    copy_files(os.path.join(folder.work, BESIDE), folder.page)
    except DryRun:
        return os.path.join(address_of(output_dir), INTERFACE_FILE)
    progress.conclude(summary_line(page, progress))
    return page


def _load_kwargs(options):
    """Take the options of load out of those of run."""
    check_options(options, list(RUN_OPTIONS), "run()", places(RUN_OPTIONS))
    given = options.pop("load_kwargs", None)
    load_kwargs = {} if given is None else check_load_kwargs("load_kwargs", given)
    for name in SHARED_OPTIONS:
        if name in options:
            load_kwargs[name] = options.pop(name)
    if options.get("single_file") and load_kwargs.get("full_resolution") is None and load_kwargs.get("resample", True):
        # One file is to be sent, and would have ten times its size.
        load_kwargs["full_resolution"] = False
    return load_kwargs
