"""What values the options of `generate` accept. Each check takes an option's name and value, and raises InputError."""

import math
import numbers
import os

from understanding_rl_vision.envs.base import check_choice, check_integer, check_number
from understanding_rl_vision.errors import InputError, check_options
from understanding_rl_vision.run.actions import ACTION


def _refuse(name, value, accepted):
    raise InputError("{}={!r} given; {} is accepted.".format(name, value, accepted))


def _flag(name, value):
    if value not in (True, False):
        _refuse(name, value, "True or False")


def _text(name, value):
    if not isinstance(value, str):
        _refuse(name, value, "a text")


def _path(name, value):
    if not isinstance(value, (str, os.PathLike)):
        _refuse(name, value, "a file's path")


def _count(name, value):
    check_integer(name, value, 1)


def _fraction(name, value):
    check_number(name, value, 0, 1)


def _positive(name, value):
    if not isinstance(value, numbers.Real) or not 0 < value < math.inf:
        _refuse(name, value, "a number above 0")


def _or_none(check):
    return lambda name, value: None if value is None else check(name, value)


def _list_of(check, accepted, least=1):
    """A check of a list of at least so many items, which pass another check."""

    def check_list(name, value):
        if not isinstance(value, (list, tuple)) or len(value) < least:
            _refuse(name, value, accepted)
        for item in value:
            check("an item of " + name, item)

    return check_list


def _texts(name, value):
    if not isinstance(value, str):
        _list_of(_text, "a text or a list of texts")(name, value)


def _dict_of(checks, name, value):
    if not isinstance(value, dict):
        _refuse(name, value, "a dictionary of {}".format(", ".join(checks)))
    check_options(value, list(checks), name)
    for key, item in value.items():
        checks[key]("{} of {}".format(key, name), item)


_LAYER_CHECKS = {
    "name_contains_one_of": _or_none(_texts),
    "op_is_one_of": _texts,
    "bottleneck_only": _flag,
    "discard_first_n": lambda name, value: check_integer(name, value, 0),
}
LAYER_KEYS = tuple(_LAYER_CHECKS)
NMF_ATTR_KEYS = ("integrate_steps",)


def _scrub_range(name, value):
    _list_of(_fraction, "a pair of fractions")(name, value)
    if len(value) != 2 or not value[0] < value[1]:
        _refuse(name, value, "a pair of fractions, the first below the second,")


def _predicates(name, value):
    if not isinstance(value, (list, tuple)) or not all(map(callable, value)):
        _refuse(name, value, "a list of functions of an action's keys")


def check_nmf_output(name, value):
    """Raise InputError unless a value has the form of an output to fit features on. name: the option's."""
    if not isinstance(value, str) or (value not in ("value", "activations") and not value.startswith(ACTION)):
        accepted = "'value', 'activations', or '{0}' with an action's number or keys, such as '{0}RIGHT',"
        _refuse(name, value, accepted.format(ACTION))


def check_frame_channels(name, value):
    check_choice(name, value, (1, 3))


_COMBOS = _list_of(_list_of(_text, "a list of keys", least=0), "a list of lists of keys")
_MULTS = _list_of(_positive, "a list of numbers above 0")

CHECKS = {
    "inline_js": _flag,
    "inline_large_json": _flag,
    "action_combos": _or_none(_COMBOS),
    "action_group_fns": _or_none(_predicates),
    "layer_kwargs": lambda name, value: _dict_of(_LAYER_CHECKS, name, value),
    "input_layer_include": _flag,
    "frame_channels": _or_none(check_frame_channels),
    "gae_gamma": _or_none(_fraction),
    "gae_lambda": _or_none(_fraction),
    "trajectory_bookmarks": lambda name, value: check_integer(name, value, 0),
    "nmf_output": _or_none(check_nmf_output),
    "nmf_attr_opts": lambda name, value: _dict_of(dict.fromkeys(NMF_ATTR_KEYS, _count), name, value),
    "vis_subdiv_mults": _MULTS,
    "vis_expand_mults": _MULTS,
    "scrub_range": _scrub_range,
    "attr_max_paths": _or_none(_count),
    "attr_exact": _flag,
    "feature_labels": _or_none(_path),
    "annotations": _or_none(_path),
    "attr_policy": _flag,
    "attr_single_channels": _flag,
    "attribution_weight": _fraction,
    "graph_colors": lambda name, value: _dict_of(
        dict.fromkeys(("v", "action", "action_group", "advantage"), _text), name, value
    ),
}
CHECKS.update(dict.fromkeys(("numpy_precision", "batch_size", "nmf_features", "attr_integrate_steps"), _count))
CHECKS.update(dict.fromkeys(("vis_thumbnail_num_mult", "scrubber_visible_duration"), _count))
CHECKS.update(dict.fromkeys(("vis_thumbnail_expand_mult", "video_speed"), _positive))


def check_values(options):
    """Raise InputError for the first option whose value is not accepted."""
    for name, value in options.items():
        # The names, folders, sizes and colours that remain are texts.
        if name not in ("vis_subdiv_mult_default", "vis_expand_mult_default"):
            CHECKS.get(name, _text)(name, value)
    for name in ("vis_subdiv_mult", "vis_expand_mult"):
        choices, default = options[name + "s"], options[name + "_default"]
        if default not in choices:
            _refuse(name + "_default", default, "one of {}s={!r}".format(name, choices))
