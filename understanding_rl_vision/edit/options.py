"""Every option of `edit`."""

from understanding_rl_vision import checks
from understanding_rl_vision.agents.games import AGENT_OPTIONS
from understanding_rl_vision.options import Option

EDIT_OPTIONS = {
    "features": Option(
        None,
        "numbers of features of that layer, as in the page's legend, or their names, given to the run or proposed by a "
        'measurement: 3, buzzsaw, or [1, "buzzsaw"]; needs run_dir',
        checks.checked_elsewhere,
    ),
    "run_dir": Option(None, "folder of the run whose features these are", checks.path),
    "directions": Option(
        None,
        "instead of features: one direction, a number for each channel, or a list of them",
        checks.checked_elsewhere,
    ),
    "args": AGENT_OPTIONS["args"],
}
