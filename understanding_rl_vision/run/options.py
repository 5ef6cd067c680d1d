"""Every option of `load`, `generate` and `run`."""

from understanding_rl_vision import checks
from understanding_rl_vision.agents.games import VALUE_SCALE
from understanding_rl_vision.errors import quoted
from understanding_rl_vision.options import Option, complete
from understanding_rl_vision.play.options import PLAY_OPTIONS
from understanding_rl_vision.rl_util.joint_attribution import ADAPTIVE, RIGHT
from understanding_rl_vision.run.derived_files import DERIVED_FILES
from understanding_rl_vision.run.nmf_output import check_nmf_output

LOAD_OPTIONS = {
    "resample": Option(
        True,
        "play afresh; False takes the files of an earlier run or, of a name or an address, those published beside it",
        checks.flag,
    ),
    "full_resolution": Option(
        None,
        "also keep the frames at the size people see, which tell what coinrun_old shows; default: where the game draws "
        "only those that are asked for (Procgen, but for generated assets, and the old names of Atari's games), and "
        "frames of trajectories and observations are 4,096 at most",
        checks.flag,
    ),
    "temp_files": Option(False, "write no derived files but those whose paths are given", checks.flag),
    "same_observations": Option(
        False,
        "of several checkpoints only the first plays, the others look at its frames: what they make of these, and how "
        "that differs from the first",
        checks.flag,
    ),
}
LOAD_OPTIONS.update(PLAY_OPTIONS)
LOAD_OPTIONS.update(
    (name + "_path", Option(None, "where the {} file is; default: beside the checkpoint".format(name), checks.path))
    for name in DERIVED_FILES
)

DEFAULT_STEPS = {ADAPTIVE: 20, RIGHT: 10}

_keys = checks.list_of(checks.text, "a list of keys", least=0)
_names = checks.list_of(checks.text, "a text or a list of texts")
_multiples = checks.list_of(checks.positive, "a list of numbers above 0")
_pair = checks.list_of(checks.fraction, "a pair of fractions")


def _check_names(name, value):
    return value if isinstance(value, str) else _names(name, value)


def _check_names_or_none(name, value):
    return None if value is None else _check_names(name, value)


def _check_scrub_range(name, value):
    _pair(name, value)
    if len(value) != 2 or not value[0] < value[1]:
        checks.refuse(name, value, "a pair of fractions, the first below the second,")
    return value


_check_layers = checks.dict_of(
    {
        "name_contains_one_of": _check_names_or_none,
        "op_is_one_of": _check_names,
        "bottleneck_only": checks.flag,
        "discard_first_n": checks.whole,
        "most_telling": checks.flag,
    }
)
_check_colours = checks.dict_of(dict.fromkeys(("v", "action", "action_group", "advantage"), checks.colour))

COMPUTED_OPTIONS = {
    "layer_kwargs": Option(
        {},
        "which layers: name_contains_one_of, parts of names (default: any), op_is_one_of, kinds of operations "
        "(['relu']), bottleneck_only, those where all paths meet (True), discard_first_n (0), most_telling, one alone, "
        "2b or where there is none the middle one (False)",
        _check_layers,
    ),
    "input_layer_include": Option(
        False, "offer the observation itself as one more layer, with plain gradients", checks.flag
    ),
    "input_layer_name": Option("input", "the name of that layer, which no other may have", checks.text),
    "action_combos": Option(
        None,
        "keys of each action, a list of lists; default: the environment's, else its number",
        checks.list_of(_keys, "a list of lists of keys"),
    ),
    "action_group_fns": Option(
        None,
        "predicates on an action's keys that make groups of actions; default: has RIGHT, LEFT, UP, DOWN, none of them",
        checks.predicates,
        flag=False,
    ),
    "frame_channels": Option(
        None,
        "channels of one of the frames that an observation stacks, of which the newest is shown: 3 (colours) or 1 "
        "(grey); default: those of the environment, else what the trajectories show, else 3 where possible",
        checks.choice(1, 3),
    ),
    "gae_gamma": Option(None, "discount for the advantages; default: the checkpoint's, else 0.999", checks.fraction),
    "gae_lambda": Option(None, "lambda for the advantages; default: the checkpoint's, else 0.95", checks.fraction),
    "value_scale": VALUE_SCALE,
    "trajectory_bookmarks": Option(
        16, "links to the episodes of highest and of lowest advantage, this many of each", checks.whole
    ),
    "nmf_features": Option(
        8, "NMF directions of each layer; fewer, or none, where there are no more, and the page says why", checks.count
    ),
    "nmf_output": Option(
        None,
        "what NMF is fitted on: attribution of the 'value' (the default where there is one) or of a logit, 'action:7' "
        "or 'action:RIGHT' (keys are joined with '+'), or the layer's 'activations'",
        check_nmf_output,
    ),
    "shared_features": Option(
        True,
        "with several models: all have the features of the first, which suits copies of it; False, for agents trained "
        "apart: attribution is shown as a whole",
        checks.flag,
    ),
    "nmf_attr_opts": Option(
        {"integrate_steps": 10}, "options of that attribution", checks.dict_of({"integrate_steps": checks.count})
    ),
    "attr_rule": Option(
        ADAPTIVE,
        "how gradients along the path are added up: 'adaptive', with points where they are missing for attribution to "
        "add up to the output beyond its baseline, or 'right', the mean over evenly spaced points, as in the original "
        "(with attr_max_paths always)",
        checks.choice(ADAPTIVE, RIGHT),
    ),
    "attr_integrate_steps": Option(
        None,
        "integration points of the attribution; default: 20 of the rule 'adaptive', which takes more where they are "
        "missing, and 10 of 'right'",
        checks.count,
    ),
    "attr_max_paths": Option(
        None, "average over this many curved paths of integration instead of the straight one", checks.count
    ),
    "attr_exact": Option(
        False, "compute attribution the long way; by default a shorter way is taken, within 0.1 % of it", checks.flag
    ),
    "attr_policy": Option(
        False,
        "attribution of every action and group of actions too, and of the action that is taken at each frame; without "
        "it there is that of the action of nmf_output and, of an agent without value function, that of groups",
        checks.flag,
    ),
    "attr_single_channels": Option(
        True, "write images of each direction alone, shown by hovering over the legend", checks.flag
    ),
    "batch_size": Option(64, "observations in one pass through the network", checks.count),
}

FEATURE_IMAGE_OPTIONS = {
    "vis_subdiv_mults": Option([0.25, 0.5, 1, 2], "patches per activation in feature images", _multiples),
    "vis_subdiv_mult_default": Option(1, "the one of them shown first", checks.checked_elsewhere),
    "vis_expand_mults": Option([1, 2, 4, 8], "size of a patch in activations in feature images", _multiples),
    "vis_expand_mult_default": Option(4, "the one of them shown first", checks.checked_elsewhere),
    "vis_thumbnail_num_mult": Option(4, "patches per side of a thumbnail", checks.count),
    "vis_thumbnail_expand_mult": Option(4, "size of a patch in activations in thumbnails", checks.positive),
    "scrub_range": Option(
        (42 / 64, 44 / 64),
        "columns of a frame, as fractions of its width, shown on the timeline",
        _check_scrub_range,
    ),
}

# What the page calls its formatting.
FORMATTING_OPTIONS = {
    "video_height": Option("16em", "height of each screen", checks.size),
    "video_width": Option("16em", "width of each screen", checks.size),
    "video_speed": Option(12, "frames per second at first", checks.positive),
    "policy_display_height": Option("2em", "height of the policy bar", checks.size),
    "policy_display_width": Option("40em", "width of the policy bar", checks.size),
    "navigator_width": Option("24em", "width of the navigation buttons", checks.size),
    "scrubber_height": Option("4em", "height of each row of the timeline", checks.size),
    "scrubber_width": Option("48em", "width of the timeline", checks.size),
    "scrubber_visible_duration": Option(256, "frames in view on the timeline", checks.count),
    "legend_item_height": Option("6em", "height of a thumbnail", checks.size),
    "legend_item_width": Option("6em", "width of a thumbnail", checks.size),
    "feature_viewer_height": Option("40em", "height of the feature popup's image", checks.size),
    "feature_viewer_width": Option("40em", "width of the feature popup's image", checks.size),
    "attribution_weight": Option(0.9, "opacity of attribution over the observation", checks.fraction),
}

COLOUR_OPTIONS = {
    "feature_colors": Option(
        "distinct",
        "colours of features: 'distinct' ones, which colour-blind people can tell apart too, up to eight, or evenly "
        "spaced 'hues', as in the original",
        checks.choice("distinct", "hues"),
    ),
    "graph_colors": Option(
        {"v": "green", "action": "red", "action_group": "orange", "advantage": "blue"},
        "colours of the graphs",
        _check_colours,
    ),
    "trajectory_color": Option("blue", "colour of the current frame's marker", checks.colour),
}

WRITINGS_OPTIONS = {
    "feature_labels": Option(
        None, 'JSON file of names of features to show, as the page exports it: {"2b": {"0": "coin"}}', checks.path
    ),
    "annotations": Option(
        None,
        "JSON file of notes on frames to show, as the page exports it: "
        '[{"trajectory": 0, "frame": 12, "text": "..."}], or stories, {"stories": [{"name": "...", "notes": [...]}]}',
        checks.path,
    ),
}

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
    "attribution_values",
)

FILES_OPTIONS = {
    "single_file": Option(
        False, "put everything inside the page, images too: one HTML file that opens wherever it is put", checks.flag
    ),
    "inline_js": Option(True, "put the JavaScript inside the page", checks.flag),
    "inline_large_json": Option(
        False,
        "put large JSON inside the page, which then loads all of it at once, instead of in scripts beside it",
        checks.flag,
    ),
    "numpy_precision": Option(6, "significant figures of the numbers in the page", checks.count),
}
FILES_OPTIONS.update(
    (name + "_subdir", Option(name + "/", "folder of the {}".format(name.replace("_", " ")), checks.subfolder))
    for name in SUBDIRS
)

# By what they decide, as the document lists them.
GENERATE_GROUPS = {
    "computed": COMPUTED_OPTIONS,
    "features": FEATURE_IMAGE_OPTIONS,
    "looks": dict(FORMATTING_OPTIONS, **COLOUR_OPTIONS),
    "writings": WRITINGS_OPTIONS,
    "files": FILES_OPTIONS,
}
GENERATE_OPTIONS = {name: option for group in GENERATE_GROUPS.values() for name, option in group.items()}


def check_load_kwargs(name, value):
    """Options of `load`, whose values `load` itself checks."""
    if not isinstance(value, dict):
        checks.refuse(name, value, "a dictionary of {}".format(", ".join(LOAD_OPTIONS)))
    return dict(value)


check_load_kwargs.keys = tuple(LOAD_OPTIONS)

# Those of load that run has beside load_kwargs.
SHARED_OPTIONS = dict(PLAY_OPTIONS, same_observations=LOAD_OPTIONS["same_observations"])
RUN_OPTIONS = {
    "quick": Option(
        False,
        "a first page within a minute: of one layer, 2b or where there is none the middle one, 4 trajectories of 128 "
        "steps, and 512 observations of 64 games, but for what is given",
        checks.flag,
    ),
    "load_kwargs": Option({}, "options of load: {}".format(", ".join(LOAD_OPTIONS)), check_load_kwargs),
}
RUN_OPTIONS.update(SHARED_OPTIONS)
RUN_OPTIONS.update(GENERATE_OPTIONS)


def with_defaults(options):
    """The given options of `generate`, completed and checked, those too that are chosen among others."""
    options = complete(options, GENERATE_OPTIONS, "generate()", {"load()": LOAD_OPTIONS})
    for name in ("vis_subdiv_mult", "vis_expand_mult"):
        choices, default = options[name + "s"], options[name + "_default"]
        if default not in choices:
            checks.refuse(name + "_default", default, "one of {}s={}".format(name, quoted(choices)))
    if options["attr_max_paths"] is not None:
        options["attr_rule"] = RIGHT
    if options["attr_integrate_steps"] is None:
        options["attr_integrate_steps"] = DEFAULT_STEPS[options["attr_rule"]]
    return options
