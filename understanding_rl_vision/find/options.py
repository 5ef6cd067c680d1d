"""Every option of `find`."""

from understanding_rl_vision import checks
from understanding_rl_vision.agents.games import AGENT_OPTIONS
from understanding_rl_vision.errors import InputError, quoted
from understanding_rl_vision.find.search import KINDS
from understanding_rl_vision.options import Option
from understanding_rl_vision.play.options import PLAY_OPTIONS
from understanding_rl_vision.run.options import GENERATE_OPTIONS


def _check_kinds(name, value):
    """Some of KINDS, a list in their order."""
    kinds = [value] if isinstance(value, str) else value
    if not isinstance(kinds, (list, tuple)) or not kinds or not all(kind in list(KINDS) for kind in kinds):
        raise InputError("{}={} given; some of {} are accepted.".format(name, quoted(value), ", ".join(KINDS)))
    return [kind for kind in KINDS if kind in kinds]


SEARCH_OPTIONS = {
    "num_levels": Option(1000, "episodes to search, of each game as many", checks.count),
    "top": Option(8, "how many of each kind to show", checks.count),
    "kinds": Option(
        list(KINDS),
        "what to look for, a list or one of them: failure (failed episodes by their lowest advantage; of an agent "
        "without value function by their return; none in games of points, where nothing tells what failed), spike (of "
        "one frame's value), high (advantage), low (advantage, of episodes that did not fail)",
        _check_kinds,
    ),
    "num_envs": Option(32, "games played side by side", checks.count),
    "seed": Option(0, "the same seed finds the same", checks.whole),
    "full_resolution": Option(
        False,
        "show the frames at the size people see; of each game an episode's are in memory, so few num_envs",
        checks.flag,
    ),
    "observations_kwargs": PLAY_OPTIONS["observations_kwargs"],
}
SEARCH_OPTIONS.update(AGENT_OPTIONS)

# The notes on the page are those on what was found.
NOT_OF_FIND = ("annotations",)
PAGE_OPTIONS = {name: option for name, option in GENERATE_OPTIONS.items() if name not in NOT_OF_FIND}
FIND_OPTIONS = dict(SEARCH_OPTIONS, **PAGE_OPTIONS)
