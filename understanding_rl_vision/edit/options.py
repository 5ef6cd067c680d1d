"""Every option of `edit`."""

from understanding_rl_vision import checks
from understanding_rl_vision.agents.games import AGENT_OPTIONS
from understanding_rl_vision.options import Option
from understanding_rl_vision.play.options import LOOKING

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
    "iterate": Option(
        1,
        "so many rounds: the edited agent plays, and the feature that is then measured to stand for the same object is "
        "projected out too; features is the name that the measurement of run_dir proposes",
        checks.count,
    ),
    "nmf_features": Option(8, "how many features to fit in each round after the first", checks.count),
    "observations_kwargs": LOOKING,
    "args": AGENT_OPTIONS["args"],
}
