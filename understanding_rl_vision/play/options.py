"""How agents play for an interface: the options of its trajectories and of the observations for its features."""

from understanding_rl_vision import checks
from understanding_rl_vision.agents.games import AGENT_OPTIONS
from understanding_rl_vision.errors import InputError, quoted
from understanding_rl_vision.options import Option, complete, places, within
from understanding_rl_vision.play.episodes import with_episodes

TRAJECTORIES_OPTIONS = {
    "num_envs": Option(8, "number of trajectories", checks.count),
    "num_steps": Option(512, "steps of each", checks.count),
    "seed": Option(0, "the same seed gives the same trajectories", checks.whole),
    "episodes": Option(
        None,
        "whole episodes instead: as many 'failed' or 'solved' ones, or those of a list of level numbers",
        checks.of_list(checks.checked_elsewhere, "failed|solved|LEVEL"),
    ),
    "max_steps": Option(100000, "steps of each game to look for failed or solved ones", checks.count),
}

OBSERVATIONS_OPTIONS = {
    "num_envs": Option(32, "games played side by side", checks.count),
    "num_obs": Option(128, "observations kept of each game", checks.count),
    "obs_every": Option(128, "steps from one kept observation to the next", checks.count),
    "seed": Option(1, "the same seed gives the same observations", checks.whole),
}

# Flags of the command line for these alone.
TRAJECTORIES_FLAGS = within(
    "trajectories_kwargs",
    TRAJECTORIES_OPTIONS,
    {
        "trajectories": "num_envs",
        "steps": "num_steps",
        "seed": "seed",
        "episodes": "episodes",
        "max_steps": "max_steps",
    },
)
OBSERVATIONS_FLAGS = within(
    "observations_kwargs",
    OBSERVATIONS_OPTIONS,
    {
        "observations_games": "num_envs",
        "observations_per_game": "num_obs",
        "observations_every": "obs_every",
        "observations_seed": "seed",
    },
    "of the observations for features: ",
)


def _refuse_unless_dict(name, value, options):
    if not isinstance(value, dict):
        checks.refuse(name, value, "a dictionary of {}".format(", ".join(options)))


def check_trajectories(name, value):
    """How trajectories are played: the options given, completed. `episodes` is there if they are whole episodes."""
    _refuse_unless_dict(name, value, TRAJECTORIES_OPTIONS)
    play = complete(value, TRAJECTORIES_OPTIONS, name, places(PLAY_OPTIONS))
    episodes = play.pop("episodes")
    if episodes is None:
        return play
    if "num_steps" in value:
        raise InputError(
            "num_steps given with episodes={}; each is as long as it is. Leave it out.".format(quoted(episodes))
        )
    return with_episodes(play, episodes)


def check_observations(name, value):
    """How observations are sampled: the options given, completed."""
    _refuse_unless_dict(name, value, OBSERVATIONS_OPTIONS)
    return complete(value, OBSERVATIONS_OPTIONS, name, places(PLAY_OPTIONS))


def check_looking(name, value):
    """How observations are sampled whose objects are looked for: the options given; the game decides on others."""
    check_observations(name, value)
    return dict(value)


check_trajectories.keys = tuple(TRAJECTORIES_OPTIONS)
check_observations.keys = check_looking.keys = tuple(OBSERVATIONS_OPTIONS)

PLAY_OPTIONS = {
    "trajectories_kwargs": Option(
        {}, "how the trajectories are played: " + ", ".join(TRAJECTORIES_OPTIONS), check_trajectories
    ),
    "observations_kwargs": Option(
        {}, "how the observations for features are sampled: " + ", ".join(OBSERVATIONS_OPTIONS), check_observations
    ),
}
PLAY_OPTIONS.update(AGENT_OPTIONS)

LOOKING = Option(
    {},
    PLAY_OPTIONS["observations_kwargs"].help + "; of coinrun_old, whose objects are told from pictures, num_obs and "
    "obs_every are 32 by default",
    check_looking,
)
