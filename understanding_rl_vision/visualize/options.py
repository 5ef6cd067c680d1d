"""Every option of `visualize`: its default, what it does and what it accepts."""

import copy
import functools

from understanding_rl_vision.agents.games import AGENT_OPTIONS
from understanding_rl_vision.checks import check_frame_channels, check_nmf_output
from understanding_rl_vision.envs.base import check_choice, check_integer, check_number
from understanding_rl_vision.errors import InputError, check_options
from understanding_rl_vision.rl_util.feature_visualisation import STEPS
from understanding_rl_vision.run.loading import LOAD_OPTIONS
from understanding_rl_vision.run.options import Option, places

OBJECTIVES = ("neuron", "channel")
# What 'value' was called before there were other outputs.
ATTRIBUTIONS = "attributions"

VISUALIZE_OPTIONS = {
    "nmf": Option(
        None,
        "features are the layer's channels; or NMF directions fitted, as by nmf_output of run, on its 'activations' "
        "or on attribution of the 'value' or of a logit, 'action:7' or 'action:RIGHT'",
    ),
    "nmf_features": Option(16, "how many directions"),
    "features": Option(None, "list of those to show: channels from 0, directions from 1; default: all"),
    "objective": Option(
        "neuron", "what images maximise: 'neuron', the activation in the centre, or 'channel', its mean"
    ),
    "caricatures": Option([], "numbers of observations to make caricatures of"),
    "steps": Option(STEPS, "steps of gradient ascent; 0: only examples from play"),
    "jitter": Option(None, "pixels that images are shifted by between steps; default: 2 for the first layer, else 8"),
    "rotate": Option([], "degrees, one of which images are turned by between steps"),
    "scale": Option([], "factors, one of which images are enlarged by between steps"),
    "l2_coeff": Option(0, "penalty on the L2 norm of another layer's activations"),
    "l2_layer": Option(None, "that layer; default: the first", text=True),
    "tv_coeff": Option(0, "penalty on the images' total variation"),
    "seed": Option(0, "the same seed gives the same images"),
    "batch_size": Option(64, "images, or observations, in one pass through the network"),
    "vis_subdiv_mult": Option(
        None, "patches per position of the layer in spatially aware images; default: what makes 16 a side, at most 1"
    ),
    "vis_expand_mult": Option(4, "size of a patch there, in positions"),
    "vis_thumbnail_num_mult": Option(4, "patches per side of dataset examples"),
    "vis_thumbnail_expand_mult": Option(4, "size of a patch there, in positions"),
    "frame_channels": Option(
        None, "channels of one of the frames that an observation stacks: 3 (colours) or 1 (grey); default: see generate"
    ),
    "load_kwargs": Option(
        {},
        "options of load; by default only the observations are played, and no files are kept",
        keys=tuple(LOAD_OPTIONS),
    ),
    "observations_kwargs": LOAD_OPTIONS["observations_kwargs"],
}
VISUALIZE_OPTIONS.update(AGENT_OPTIONS)


def _list_of(check, what, name, value):
    if not isinstance(value, (list, tuple, range)):
        raise InputError("{}={!r} given; a list of {} is accepted.".format(name, value, what))
    for item in value:
        check("an item of " + name, item)


def _options_of_load(name, value):
    if not isinstance(value, dict):
        raise InputError("{}={!r} given; a dictionary of options of load is accepted.".format(name, value))


def _text(name, value):
    if not isinstance(value, str):
        raise InputError("{}={!r} given; a text is accepted.".format(name, value))


_count = functools.partial(check_integer, low=1)
_whole = functools.partial(check_integer, low=0)
_numbers = functools.partial(_list_of, _whole, "whole numbers")
_mult = functools.partial(check_number, low=1e-6, high=1000)
_coefficient = functools.partial(check_number, low=0, high=1e9)

CHECKS = {
    "objective": functools.partial(check_choice, choices=OBJECTIVES),
    "caricatures": _numbers,
    "rotate": functools.partial(_list_of, functools.partial(check_number, low=-360, high=360), "degrees"),
    "scale": functools.partial(_list_of, functools.partial(check_number, low=0.1, high=10), "factors"),
    "load_kwargs": _options_of_load,
    "observations_kwargs": _options_of_load,
}
CHECKS.update(dict.fromkeys(AGENT_OPTIONS, _options_of_load))
CHECKS.update(dict.fromkeys(("steps", "seed"), _whole))
CHECKS.update(dict.fromkeys(("nmf_features", "batch_size", "vis_thumbnail_num_mult"), _count))
CHECKS.update(dict.fromkeys(("l2_coeff", "tv_coeff"), _coefficient))
CHECKS.update(dict.fromkeys(("vis_expand_mult", "vis_thumbnail_expand_mult"), _mult))
OPTIONAL_CHECKS = {
    "nmf": check_nmf_output,
    "features": _numbers,
    "jitter": _whole,
    "l2_layer": _text,
    "vis_subdiv_mult": _mult,
    "frame_channels": check_frame_channels,
}


def with_visualize_defaults(options):
    """The given options of `visualize`, completed and checked. Raises InputError for the first that is not accepted."""
    check_options(options, list(VISUALIZE_OPTIONS), "visualize()", places(VISUALIZE_OPTIONS))
    complete = {name: copy.deepcopy(option.default) for name, option in VISUALIZE_OPTIONS.items()}
    complete.update(options)
    if complete["nmf"] == ATTRIBUTIONS:
        complete["nmf"] = "value"
    for name, check in CHECKS.items():
        check(name, complete[name])
    for name, check in OPTIONAL_CHECKS.items():
        if complete[name] is not None:
            check(name, complete[name])
    return complete
