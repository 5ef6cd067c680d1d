"""Every option of `evaluate`."""

from understanding_rl_vision import checks
from understanding_rl_vision.agents.games import AGENT_OPTIONS
from understanding_rl_vision.envs.procgen import MAX_LEVEL
from understanding_rl_vision.evaluate.hiding import IMAGES, check_names
from understanding_rl_vision.options import Option


def _check_model_names(name, value):
    """A list of texts; how many it must have depends on the models."""
    if not isinstance(value, (list, tuple)):
        checks.refuse(name, value, "a list of a different name for each model")
    return [str(one) for one in value]


EVALUATE_OPTIONS = {
    "output_dir": Option("evaluation", "folder for tables and charts", checks.path),
    "num_levels": Option(10000, "levels that each model plays, each once; all models the same ones", checks.count),
    "start_level": Option(
        None,
        "play the levels numbered from this on; default: drawn from all, with replacement",
        checks.integer(0, MAX_LEVEL),
    ),
    "seed": Option(0, "of the levels drawn and of the actions; the same seed gives the same result", checks.whole),
    "hide": Option(
        [],
        "objects that are invisible: {}; games read their images once per process".format(", ".join(sorted(IMAGES))),
        check_names,
    ),
    "blind_to": Option(
        [],
        "play the first model with these invisible too, in a process of its own, and tell how blind to them the others "
        "are: (edited − original) / (invisible − original) failures",
        check_names,
    ),
    "names": Option(None, "what the models are called, a list; default: their files' names", _check_model_names),
    "num_envs": Option(64, "games played side by side", checks.count),
    "resume": Option(False, "go on with the evaluation that was interrupted in this folder", checks.flag),
}
EVALUATE_OPTIONS.update(AGENT_OPTIONS)
