"""Every option of `generate`: its default and what it does, in one place for functions, command line and checks."""

import collections
import copy

from understanding_rl_vision.checks import LAYER_KEYS, NMF_ATTR_KEYS, check_values
from understanding_rl_vision.errors import check_options

# text: whether it is a text, also where the command line's could be read as a number; keys: the names that a dictionary
# may hold.
Option = collections.namedtuple("Option", "default help text keys", defaults=(False, ()))

SUBDIRS = (
    "observations",
    "trajectories",
    "trajectories_scrub",
    "features",
    "thumbnails",
    "attribution",
    "attribution_scrub",
    "features_grids",
    "attribution_totals",
)

GENERATE_OPTIONS = {
    "numpy_precision": Option(6, "significant figures of the numbers in the page"),
    "inline_js": Option(True, "put the JavaScript inside the page"),
    "inline_large_json": Option(True, "put large JSON inside the page instead of in files beside it"),
    "batch_size": Option(64, "observations in one pass through the network"),
    "action_combos": Option(None, "keys of each action, a list of lists; default: the environment's, else its number"),
    "action_group_fns": Option(
        None,
        "predicates on an action's keys that make groups of actions; default: has RIGHT, LEFT, UP, DOWN, none of them",
    ),
    "layer_kwargs": Option(
        {},
        "which layers: name_contains_one_of (default: any), op_is_one_of (['relu']), bottleneck_only (True), "
        "discard_first_n (0)",
        keys=LAYER_KEYS,
    ),
    "input_layer_include": Option(False, "offer the observation itself as one more layer, with plain gradients"),
    "input_layer_name": Option("input", "the name of that layer"),
    "frame_channels": Option(
        None,
        "channels of one of the frames that an observation stacks: 3 (colours) or 1 (grey); default: those of the "
        "environment, else what the trajectories show",
    ),
    "gae_gamma": Option(None, "discount for the advantages; default: the checkpoint's, else 0.999"),
    "gae_lambda": Option(None, "lambda for the advantages; default: the checkpoint's, else 0.95"),
    "trajectory_bookmarks": Option(16, "links to the episodes of highest and of lowest advantage, so many of each"),
    "nmf_features": Option(8, "NMF directions per layer, fewer where there are no more"),
    "nmf_output": Option(
        None,
        "what NMF is fitted on: attribution of the 'value' (the default where there is one) or of a logit, 'action:7' "
        "or 'action:RIGHT', or the layer's 'activations'",
    ),
    "nmf_attr_opts": Option({"integrate_steps": 10}, "options of that attribution", keys=NMF_ATTR_KEYS),
    "vis_subdiv_mults": Option([0.25, 0.5, 1, 2], "patches per activation in feature images"),
    "vis_subdiv_mult_default": Option(1, "the one of them shown first"),
    "vis_expand_mults": Option([1, 2, 4, 8], "size of a patch in activations in feature images"),
    "vis_expand_mult_default": Option(4, "the one of them shown first"),
    "vis_thumbnail_num_mult": Option(4, "patches per side of a thumbnail"),
    "vis_thumbnail_expand_mult": Option(4, "size of a patch in activations in thumbnails"),
    "scrub_range": Option((42 / 64, 44 / 64), "columns of a frame, as fractions of its width, shown on the timeline"),
    "attr_integrate_steps": Option(10, "integration points of the attribution"),
    "attr_max_paths": Option(None, "use multi-path attribution with so many paths"),
    "attr_exact": Option(
        False, "compute attribution the long way; by default a shorter way is taken, within 0.1 % of it"
    ),
    "feature_labels": Option(None, "JSON file of names of features to show, as the page exports it", text=True),
    "annotations": Option(None, "JSON file of notes on frames to show, as the page exports it", text=True),
    "attr_policy": Option(
        False, "compute attribution for every logit and action group too; for groups also without a value function"
    ),
    "attr_single_channels": Option(True, "write images of each direction alone, for isolating one by hovering"),
}
GENERATE_OPTIONS.update(
    (name + "_subdir", Option(name + "/", "folder of the {}".format(name.replace("_", " ")))) for name in SUBDIRS
)

FORMATTING_OPTIONS = {
    "video_height": Option("16em", "height of each screen"),
    "video_width": Option("16em", "width of each screen"),
    "video_speed": Option(12, "frames per second at first"),
    "policy_display_height": Option("2em", "height of the policy bar"),
    "policy_display_width": Option("40em", "width of the policy bar"),
    "navigator_width": Option("24em", "width of the navigation buttons"),
    "scrubber_height": Option("4em", "height of each row of the timeline"),
    "scrubber_width": Option("48em", "width of the timeline"),
    "scrubber_visible_duration": Option(256, "frames in view on the timeline"),
    "legend_item_height": Option("6em", "height of a thumbnail"),
    "legend_item_width": Option("6em", "width of a thumbnail"),
    "feature_viewer_height": Option("40em", "height of the feature popup's image"),
    "feature_viewer_width": Option("40em", "width of the feature popup's image"),
    "attribution_weight": Option(0.9, "opacity of attribution over the observation"),
}
GENERATE_OPTIONS.update(FORMATTING_OPTIONS)
GENERATE_OPTIONS["graph_colors"] = Option(
    {"v": "green", "action": "red", "action_group": "orange", "advantage": "blue"}, "colours of the graphs"
)
GENERATE_OPTIONS["trajectory_color"] = Option("blue", "colour of the current frame's marker")


def places(options):
    """The options of a table that are dictionaries, and the names that each may hold."""
    return {name: option.keys for name, option in options.items() if option.keys}


def with_defaults(options, elsewhere=None):
    """The given options of `generate`, completed and checked; defaults are copied, so nothing is shared.

    elsewhere: other places where options may belong, see `check_options`.
    """
    check_options(options, list(GENERATE_OPTIONS), "generate()", dict(places(GENERATE_OPTIONS), **(elsewhere or {})))
    complete = {name: copy.deepcopy(option.default) for name, option in GENERATE_OPTIONS.items()}
    complete.update(options)
    check_values(complete)
    return complete
