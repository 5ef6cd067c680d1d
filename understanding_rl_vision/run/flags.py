"""The flags of commands that write pages of agents: those for one value of a dictionary, and how the help lists all."""

from understanding_rl_vision import checks
from understanding_rl_vision.options import Option, first, within
from understanding_rl_vision.play.options import OBSERVATIONS_FLAGS, TRAJECTORIES_FLAGS
from understanding_rl_vision.run.options import (
    COLOUR_OPTIONS,
    COMPUTED_OPTIONS,
    FEATURE_IMAGE_OPTIONS,
    FILES_OPTIONS,
    FORMATTING_OPTIONS,
    LOAD_OPTIONS,
    RUN_OPTIONS,
    SHARED_OPTIONS,
    WRITINGS_OPTIONS,
)

LAYER_FLAGS = {
    "layers": Option(
        None,
        "layers, by their names or parts of them, such as 2b 3a; default: all at which every path meets",
        checks.list_of(checks.of_text(checks.check_text, "NAME"), "a list of texts"),
        within=("layer_kwargs", "name_contains_one_of"),
    )
}
LOAD_FLAGS = within("load_kwargs", LOAD_OPTIONS, {name: name for name in LOAD_OPTIONS if name not in SHARED_OPTIONS})

# Sizes of the page come last.
PAGE_GROUPS = {
    "layers, attribution and features": dict(COMPUTED_OPTIONS, **LAYER_FLAGS),
    "names and notes": WRITINGS_OPTIONS,
    "files": FILES_OPTIONS,
    "images of features": FEATURE_IMAGE_OPTIONS,
    "colours and sizes": dict(COLOUR_OPTIONS, **FORMATTING_OPTIONS),
}
RUN_GROUPS = first(
    ("quick", "layers", "trajectories", "steps", "episodes", "nmf_features", "attr_policy", "env", "single_file"),
    dict(
        {
            "play": {
                "quick": RUN_OPTIONS["quick"],
                **TRAJECTORIES_FLAGS,
                **OBSERVATIONS_FLAGS,
                **SHARED_OPTIONS,
                **LOAD_FLAGS,
                "load_kwargs": RUN_OPTIONS["load_kwargs"],
            }
        },
        **PAGE_GROUPS,
    ),
)
