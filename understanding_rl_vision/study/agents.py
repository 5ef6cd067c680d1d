"""The agents of a study: which there are, and the training of those that are not there yet."""

import collections
import os

from understanding_rl_vision.agents.checkpoints import read_checkpoint
from understanding_rl_vision.agents.fetching import fetch
from understanding_rl_vision.agents.games import game_options, played_options
from understanding_rl_vision.agents.places import PREFIX
from understanding_rl_vision.agents.published import PUBLISHED
from understanding_rl_vision.agents.understanding import count_actions
from understanding_rl_vision.envs import tells_solved
from understanding_rl_vision.errors import InputError, quoted
from understanding_rl_vision.study.options import STUDY_OPTIONS, VARIANTS
from understanding_rl_vision.train.loop import train
from understanding_rl_vision.train.options import complete_options, env_options, game
from understanding_rl_vision.train.saving import find_checkpoints, read_last_checkpoint

# levels: how many it was, or is to be, trained on; run: its number among those of as many levels, from 1; path: of the
# checkpoint, an openai:NAME or an address, None of one that is to be trained. name: LEVELS-RUN.
StudyAgent = collections.namedtuple("StudyAgent", "name levels run path")

# What trainings that go on may have other values of than they had.
MAY_DIFFER = ("timesteps_per_proc", "save_all", "save_interval")

# Options of `study` that are of agents to be trained.
OF_TRAINING = ("runs", "train_kwargs", "variant")

# What agents of one study may differ in without a word: their levels, and how many are played at once.
OWN = ("num_levels", "start_level", "num_threads", "rand_seed")

ACCEPTED = (
    "numbers of levels to train on, such as [100, 1000, 10000], or agents: a dictionary {path: number of levels}, a "
    "list of pairs (path, number of levels), or of openai:NAMEs of agents whose number of levels is known"
)


def listed_agents(given, runs):
    """The StudyAgents that a study is given, by levels and run.

    given: see ACCEPTED; runs: of each number of levels that agents are to be trained on. Raises InputError for fewer
    than two agents, and for anything else.
    """
    pairs = list(given.items()) if isinstance(given, dict) else given
    if not isinstance(pairs, (list, tuple)) or not pairs:
        _refuse(given)
    if all(_is_count(entry) for entry in pairs):
        if len(set(pairs)) != len(pairs):
            _refuse(given)
        chosen = [(None, levels) for levels in pairs for _ in range(runs)]
    else:
        chosen = [_with_levels(entry, given) for entry in pairs]
        if len({path for path, _ in chosen}) != len(chosen):
            raise InputError("agents={} given, an agent twice; give each once.".format(quoted(given)))
    if len(chosen) < 2:
        raise InputError("One agent given; a study compares at least two. Give more, or more runs.")
    counts = collections.Counter()
    agents = []
    for path, levels in sorted(chosen, key=lambda pair: pair[1]):
        counts[levels] += 1
        agents.append(StudyAgent("{}-{}".format(levels, counts[levels]), levels, counts[levels], path))
    return agents


def _is_count(value):
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _with_levels(entry, given):
    """An entry of a list of agents as its path and its number of levels."""
    if isinstance(entry, (str, os.PathLike)):
        path = os.fspath(entry)
        known = PUBLISHED.get(path[len(PREFIX) :]) if path.startswith(PREFIX) else None
        if known is None or known.levels is None:
            raise InputError(
                "agents has {} without the number of levels that it was trained on; accepted are {}.".format(
                    quoted(path), ACCEPTED
                )
            )
        return path, known.levels
    if (
        isinstance(entry, (list, tuple))
        and len(entry) == 2
        and isinstance(entry[0], (str, os.PathLike))
        and _is_count(entry[1])
    ):
        return os.fspath(entry[0]), entry[1]
    return _refuse(given)


def _refuse(given):
    raise InputError("agents={} given; accepted are {}.".format(quoted(given), ACCEPTED))


def check_options_of_training(agents, options):
    """Raise InputError where StudyAgents cannot be trained with these options, or need no training."""
    to_train = [agent for agent in agents if agent.path is None]
    if to_train:
        try:
            settings = complete_options(training_options(to_train[0], options))
        except InputError as error:
            raise InputError("train_kwargs: {}".format(error)) from None
        _check_tells_solved(*game(settings), env_options(settings))
        return
    given = sorted(name for name in OF_TRAINING if options[name] != STUDY_OPTIONS[name].default)
    if given:
        raise InputError(
            "{} given, which {} of agents to be trained, but these are trained. Leave that out, or give numbers of "
            "levels.".format(", ".join(given), "is" if len(given) == 1 else "are")
        )


def training_options(agent, options):
    """The options of `train` for a StudyAgent. options: those of `study`."""
    return dict(
        {"timesteps_per_proc": 8e6, "distribution_mode": "easy"},
        **{
            **VARIANTS[options["variant"]],
            **options["train_kwargs"],
            # The levels from 0 on; those of other numbers are others' to be tested on.
            **{"num_levels": agent.levels, "start_level": 0, "seed": options["seed"] + agent.run - 1},
        },
    )


def trained(agent, folder, options, ranks, progress):
    """The StudyAgent with the path of its checkpoint, trained in a subfolder of this folder, as far as it is not yet.

    All ranks call it. One that was stopped goes on; so does one that `train` has begun there with the same options.
    """
    if agent.path is not None:
        return agent._replace(path=ranks.broadcast(fetch(agent.path, progress) if ranks.rank == 0 else None))
    save_dir = os.path.join(folder, agent.name)
    begun = bool(ranks.broadcast(find_checkpoints(save_dir) if ranks.rank == 0 else None))
    settings = training_options(agent, options)
    steps = settings["timesteps_per_proc"]
    if ranks.broadcast(frames_left(save_dir, settings) if ranks.rank == 0 else None):
        progress.say("Training (levels: {:,}, run: {}) in {}".format(agent.levels, agent.run, save_dir))
        going_on = {"resume": save_dir, "timesteps_per_proc": steps}
        train(quiet=progress.quiet, **(going_on if begun else dict(settings, save_dir=save_dir)))
    return agent._replace(path=ranks.broadcast(find_checkpoints(save_dir)[-1] if ranks.rank == 0 else None))


def frames_left(save_dir, settings):
    """How many frames are left of a training in a folder, of all where there is none yet.

    settings: options of `train`. Raises InputError where the training has other options.
    """
    options = complete_options(settings)
    steps = options["num_envs"] * options["num_steps"]
    updates = options["timesteps_per_proc"] // steps
    if not find_checkpoints(save_dir):
        return updates * steps
    content = read_last_checkpoint(save_dir)
    differing = sorted(
        name for name, value in options.items() if name not in MAY_DIFFER and content["args"].get(name, value) != value
    )
    if differing:
        raise InputError(
            "{} holds a training with other {}. Take it away, or give another output_dir.".format(
                save_dir, ", ".join(differing)
            )
        )
    return max(0, updates - content["training"]["update"]) * steps


def read_agents(agents):
    """The Checkpoints of StudyAgents. Raises InputError where they play different games, or one of points."""
    checkpoints = [read_checkpoint(agent.path) for agent in agents]
    for checkpoint in checkpoints:
        _check_tells_solved(checkpoint.args["env_kind"], checkpoint.args["env_name"], game_options(checkpoint))
    games = [_game(checkpoint) for checkpoint in checkpoints]
    for agent, played in zip(agents, games):
        if played != games[0]:
            raise InputError(
                "Agent {} plays {} with {} actions, and {} plays {} with {}. Agents of a study play the same "
                "game.".format(agents[0].name, *games[0], agent.name, *played)
            )
    return checkpoints


def _check_tells_solved(kind, name, options):
    if not tells_solved(kind, name, options):
        raise InputError(
            "{} gives points and does not tell what was solved, which a study counts; take another game.".format(name)
        )


def _game(checkpoint):
    return checkpoint.args["env_name"], count_actions(checkpoint)


def differing_options(checkpoints):
    """The options of the game, beside levels, that are not the same for all Checkpoints: a sorted list of names."""
    played = [played_options(checkpoint) for checkpoint in checkpoints]
    names = {name for options in played for name in options if name not in OWN}
    return sorted(name for name in names if len({str(options.get(name)) for options in played}) > 1)
