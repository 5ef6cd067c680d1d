"""From a checkpoint to the data that an interface is made from, kept in files beside the checkpoint."""

import contextlib
import functools
from typing import Any, Callable, Dict, Optional

from understanding_rl_vision.agents.checkpoints import read_checkpoint
from understanding_rl_vision.agents.fetching import fetch, fetch_derived
from understanding_rl_vision.agents.games import (
    AGENT_OPTIONS,
    game_identity,
    has_full_frames,
    played_options,
    policy_of,
    value_of_success,
)
from understanding_rl_vision.agents.places import beside
from understanding_rl_vision.agents.same_game import (
    check_same_game,
    checkpoint_paths,
    model_names,
    playing_the_same,
)
from understanding_rl_vision.annotations import Checkpoints, PathLike
from understanding_rl_vision.errors import InputError, quoted
from understanding_rl_vision.files import check_writable
from understanding_rl_vision.options import complete
from understanding_rl_vision.play.environments import check_num_actions, environment, environments
from understanding_rl_vision.play.episodes import sample_episodes, with_levels_of
from understanding_rl_vision.play.sampling import sample_observations, sample_trajectories
from understanding_rl_vision.progress import Progress
from understanding_rl_vision.run.derived_files import (
    DERIVED_FILES,
    METADATA_KEYS,
    check_derived,
    check_written,
    derived_paths,
    generate_data,
    kept_samples,
    locked_derived,
    read_derived,
    write_derived,
)
from understanding_rl_vision.run.kept import file_digest
from understanding_rl_vision.run.options import GENERATE_OPTIONS, LOAD_OPTIONS

# Where looking for objects takes some tenths of a second for an observation, about so many of them are looked at.
MOST_LOOKS = 512

# Frames at the size that people see are kept by default if they are so few: each takes 786 KB, and 7 ms.
MOST_FULL_FRAMES = 4096

# What `generate` needs of each model beside its name.
MODEL_DATA = ("model_bytes", "trajectories", "policy_logits_name", "value_function_name")


def load(
    checkpoint_path: Checkpoints,
    *,
    progress: Optional[Progress] = None,
    check: Optional[Callable[..., Any]] = None,
    kept_in: Optional[PathLike] = None,
    tell: Optional[Callable[..., Any]] = None,
    **options: Any,
) -> Dict[str, Any]:
    """Play a checkpoint's agent for the data arguments of `generate`, or read what was played before.

    Parameters
    ----------
    checkpoint_path : path or sequence of paths
        Joblib file with the checkpoint's params and args (see `agents.checkpoints`), or several: their agents play the
        same games, and the observations are the first's. In place of a path there may be 'openai:NAME' or an http(s)
        address: it is downloaded into the cache (see `agents.places`), beside which the derived files are then written;
        with `resample=False` those are downloaded that were published beside it.
    progress : Progress, optional
        Follows the stages.
    check : callable, optional
        Called before the agents play, and may raise, with what is known by then: the models by their names, each with
        its bytes and the nodes of its logits and of its value function (or None), the number of observations, and the
        lengths of all trajectories (None for episodes). What it returns is called with the keys of the actions once the
        game is open.
    kept_in : path, optional
        Folder where it is kept that the agent has played, for another call, which then reads the derived files again if
        they are the same and were made by the same checkpoint, options and code. What is not to be kept beside the
        checkpoint is kept there.
    tell : callable, optional
        Called when all is checked, before the agents play, and may raise, with what will take long: pairs of Checkpoint
        and Policy, how trajectories and observations are played, and whether at full resolution.
    **options
        See `run.options.LOAD_OPTIONS` or docs/options.md.

    Returns
    -------
    dict
        model_bytes, observations, observations_full, objects (what the observations show, None where the game does not
        tell), trajectories, policy_logits_name, value_function_name (None of an agent without value function) and, as
        far as known, env_name, env_options (all options of the game as it was played), gae_gamma, gae_lambda,
        value_scale, action_combos and frame_channels; of several checkpoints also model_name and compared.

    Raises
    ------
    InputError
        What is given cannot be used.
    MissingPackageError
        The game's package is not installed.

    Notes
    -----
    Writes four derived files, by default `rl-clarity/NAME.model.pb`, `.metadata.jd`, `.trajectories.jd` and
    `.observations.jd` beside the checkpoint NAME.jd. With `resample=False` it reads those instead, and needs neither
    the checkpoint nor the game. With `temp_files=True` only files whose paths are given are written.
    """
    options = complete(options, LOAD_OPTIONS, "load()", {"generate()": GENERATE_OPTIONS})
    looking = options["same_observations"]
    _check_played(options)
    play = {"trajectories": options["trajectories_kwargs"], "observations": options["observations_kwargs"]}
    given = checkpoint_paths(checkpoint_path)
    places = [beside(name, published=not options["resample"]) for name in given]
    names = model_names(places)
    paths = [derived_paths(place, options) for place in places]
    if looking and len(given) == 1:
        raise InputError(
            "same_observations=True given with one checkpoint; give more, which look at the frames of the first."
        )
    if len(given) > 1:
        _check_files_apart(options)
        for derived in paths[1:]:
            # Features are the first model's, and frames too if it alone plays.
            del derived["observations"]
            if looking:
                del derived["trajectories"]
    if options["resample"]:
        checkpoints = [fetch(name, progress) for name in given]
        check_written(given + checkpoints, paths)
        progress = progress or Progress(quiet=True)
        files = _play_all(checkpoints, names, paths, play, options, progress, check, kept_in, tell)
    else:
        for name, derived in zip(given, paths):
            fetch_derived(name, derived.values(), progress)
        with locked_derived(paths, reading=True):
            files = [read_derived(derived) for derived in paths]
        for content, derived in zip(files, paths):
            check_derived(content, options["full_resolution"], derived)
    first, *others = map(generate_data, files)
    if not others:
        return first
    check_same_game([content["metadata"] for content in files], names)
    compared = [dict({key: data[key] for key in MODEL_DATA}, name=name) for name, data in zip(names[1:], others)]
    return dict(first, model_name=names[0], compared=compared)


def _check_played(options):
    """Raise InputError where it is told how to play what is not played."""
    for name in AGENT_OPTIONS:
        if options[name] and not options["resample"]:
            raise InputError(
                "{}={} given with resample=False, which plays nothing. Leave it out, or play again with "
                "resample=True.".format(name, quoted(options[name]))
            )


def _check_files_apart(options):
    """Each of several models has its own derived files."""
    given = [kind + "_path" for kind in DERIVED_FILES if options[kind + "_path"]]
    if given:
        raise InputError(
            "{} given with several checkpoints; the files of each are beside it, or with temp_files=True "
            "nowhere.".format(given[0])
        )


def _play_all(checkpoint_paths, names, paths, play, options, progress, check, kept_in, tell):
    """For each checkpoint, kind of derived file → what it holds, from playing; the files are written."""
    read = [read_checkpoint(path, options["args"], options["env_kwargs"], options["env"]) for path in checkpoint_paths]
    checkpoints = playing_the_same(read, names, same_network=not options["same_observations"])
    policies = [policy_of(checkpoint) for checkpoint in checkpoints]
    played, looking = play["trajectories"], options["same_observations"]
    if options["full_resolution"] is None:
        full = has_full_frames(checkpoints[0]) and _frames_asked_for(play) <= MOST_FULL_FRAMES
        options = dict(options, full_resolution=full)
    # Of each that looks there is also what it differs by.
    columns = 2 * len(policies) - 1 if looking else len(policies)
    lengths = None if "episodes" in played else [played["num_steps"]] * (played["num_envs"] * columns)
    if looking:
        check, tell = (call and functools.partial(call, looking=True) for call in (check, tell))
    opened = check_before_play(check, dict(zip(names, policies)), play["observations"], lengths)
    for path in (path for derived in paths for path in derived.values() if path is not None):
        check_writable(path, keep=False)
    if tell is not None:
        tell(list(zip(checkpoints, policies)), play, options["full_resolution"])
    with locked_derived(paths):
        made_of = [[file_digest(path) for path in checkpoint_paths], options["args"], options["env_kwargs"]]
        made_of.append(game_identity(checkpoints[0]))
        return _played(list(zip(checkpoints, policies, paths)), play, options, progress, opened, kept_in, made_of)


def _frames_asked_for(play):
    """How many frames of trajectories and observations are kept; of whole episodes, whose length is not known, none."""
    played, observations = play["trajectories"], play["observations"]
    steps = 0 if "episodes" in played else played["num_steps"]
    return played["num_envs"] * steps + observations["num_envs"] * observations["num_obs"]


def _played(agents, play, options, progress, opened, kept_in, made_of):
    """What `_play_all` returns. agents: for each its checkpoint, its Policy and the paths of its derived files.

    made_of: what decides what is played, beside what `play` says.
    """
    files, full = [], options["full_resolution"]
    for i, (checkpoint, policy, derived) in enumerate(agents):
        if files and options["same_observations"]:
            looks = _looking(checkpoint, policy, files[0])
            write_derived(looks, derived)
            files.append(looks)
            continue
        # Features are the first model's.
        of_model = play if not files else dict(play, observations=None)
        work = functools.partial(sample, checkpoint, policy, of_model, full, progress, opened=opened)
        files.append(kept_samples(kept_in, "played-{}".format(i), derived, [made_of, of_model, full, i], work))
        if "episodes" in play["trajectories"] and len(files) < len(agents):
            # The others play the levels that the first was found to solve or fail.
            levels = with_levels_of(play["trajectories"], files[0]["trajectories"])
            play = dict(play, trajectories=levels)
    return files


def _looking(checkpoint, policy, played):
    """Kind of derived file → what it holds, of an agent that does not play but looks at what was `played`."""
    known = {name: played["metadata"][name] for name in ("action_combos", "frame_channels")}
    return {"model": policy.freeze(), "metadata": dict(_metadata(checkpoint, policy), **known)}


def check_before_play(check, policies, observations, lengths):
    """Call a `check` of `load`, if there is one; returns what it returns.

    policies: by the models' names; observations: how they are sampled.
    """
    if check is None:
        return None
    models = {name: (policy.freeze(), *policy.node_names) for name, policy in policies.items()}
    return check(models, observations["num_envs"] * observations["num_obs"], lengths)


def sample(checkpoint, policy, play, full_resolution, progress, play_trajectories=None, opened=None):
    """Kind of derived file → what it holds, from playing the checkpoint's agent.

    policy: the checkpoint's Policy. play: how trajectories and observations are played, see TRAJECTORIES_OPTIONS and
    OBSERVATIONS_OPTIONS; None for observations leaves them out. play_trajectories: function of environment and Policy
    that returns other trajectories than those options'. opened: function that is called with the keys of the actions
    before anything is played, and may raise.
    """
    played = play["trajectories"]
    with environment(checkpoint, played["num_envs"], seed=played["seed"], full_resolution=full_resolution) as env:
        check_num_actions(policy.num_actions, env.num_actions, checkpoint.args)
        action_combos = [tuple(combo) for combo in env.action_combos]
        if opened is not None:
            opened(action_combos)
        if play_trajectories is None:
            trajectories = _play(env, policy, played, full_resolution, progress)
        else:
            trajectories = play_trajectories(env, policy)
        frame_channels = env.frame_channels
    files = {
        "model": policy.freeze(),
        "metadata": dict(_metadata(checkpoint, policy), action_combos=action_combos, frame_channels=frame_channels),
        "trajectories": trajectories,
    }
    if play["observations"] is not None:
        files["observations"] = played_observations(checkpoint, policy, play["observations"], full_resolution, progress)
    return files


def _metadata(checkpoint, policy):
    """What the metadata file tells of an agent, without what its game tells."""
    return {
        **dict(zip(METADATA_KEYS, policy.node_names)),
        "env_name": checkpoint.args["env_name"],
        "env_options": played_options(checkpoint),
        "gae_gamma": float(checkpoint.args["gamma"]),
        "gae_lambda": float(checkpoint.args["lambda"]),
        "value_scale": value_of_success(checkpoint),
    }


def _play(env, policy, played, full_resolution, progress):
    """The trajectories that are asked for."""
    if "episodes" in played:
        wanted = played["episodes"], played["seed"], played["max_steps"]
        return sample_episodes(env, policy, *wanted, progress, full_resolution)
    return sample_trajectories(env, policy, played["num_steps"], played["seed"], progress, full_resolution)


def played_observations(checkpoint, policy, play, full_resolution, progress):
    """What `sample_observations` returns of playing a checkpoint's agent; play: see OBSERVATIONS_OPTIONS."""
    num_envs, num_obs, obs_every, seed = (play[name] for name in ("num_envs", "num_obs", "obs_every", "seed"))
    with contextlib.ExitStack() as opened:
        made = environments(checkpoint, num_envs, seed=seed, full_resolution=full_resolution)
        envs = [opened.enter_context(env) for env in made]
        most_looks = MOST_LOOKS if envs[0].looks_at_pictures else None
        return sample_observations(envs, policy, num_obs, obs_every, seed, progress, full_resolution, most_looks)
