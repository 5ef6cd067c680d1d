import copy

import pytest

from understanding_rl_vision.errors import InputError
from understanding_rl_vision.run.options import GENERATE_OPTIONS, with_defaults


def test_defaults_are_those_of_the_original_system():
    complete = with_defaults({})
    assert set(complete) == set(GENERATE_OPTIONS)
    expected = {
        "numpy_precision": 6,
        "trajectory_bookmarks": 16,
        "nmf_features": 8,
        "nmf_attr_opts": {"integrate_steps": 10},
        "vis_subdiv_mults": [0.25, 0.5, 1, 2],
        "vis_expand_mults": [1, 2, 4, 8],
        "scrub_range": (42 / 64, 44 / 64),
        "attr_rule": "adaptive",
        "attr_integrate_steps": 20,
        "attr_max_paths": None,
        "attr_policy": False,
        "attr_single_channels": True,
        "features_grids_subdir": "features_grids/",
        "video_speed": 12,
        "legend_item_width": "6em",
        "attribution_weight": 0.9,
    }
    assert {name: complete[name] for name in expected} == expected


@pytest.mark.parametrize(
    "given, rule, points",
    [
        ({}, "adaptive", 20),
        ({"attr_rule": "right"}, "right", 10),
        ({"attr_rule": "right", "attr_integrate_steps": 50}, "right", 50),
        ({"attr_max_paths": 3}, "right", 10),
    ],
)
def test_points_of_integration_follow_the_rule(given, rule, points):
    complete = with_defaults(given)
    assert (complete["attr_rule"], complete["attr_integrate_steps"]) == (rule, points)


def test_nothing_given_is_changed_and_no_default_is_shared():
    given = {"layer_kwargs": {"discard_first_n": 1}, "vis_subdiv_mults": [1, 2]}
    before = copy.deepcopy(given)
    with_defaults(given)["nmf_attr_opts"]["integrate_steps"] = 99
    assert given == before
    assert with_defaults({})["nmf_attr_opts"] == {"integrate_steps": 10}


def test_every_option_is_checked():
    for name in GENERATE_OPTIONS:
        with pytest.raises(InputError, match=name):
            with_defaults({name: object()})


@pytest.mark.parametrize(
    "options",
    [
        {"layer_kwargs": {"name_contains_one_of": "2b", "op_is_one_of": ("relu",), "bottleneck_only": False}},
        {"layer_kwargs": {"name_contains_one_of": None, "discard_first_n": 0}},
        {"nmf_attr_opts": {}},
        {"action_combos": [(), ("RIGHT",)], "action_group_fns": []},
        {"gae_gamma": 1, "gae_lambda": 0, "trajectory_bookmarks": 0, "attr_max_paths": 1},
        {"vis_subdiv_mults": (0.5,), "vis_subdiv_mult_default": 0.5, "vis_thumbnail_expand_mult": 0.5},
        {"scrub_range": [0, 1], "attribution_weight": 0, "graph_colors": {"v": "#000"}},
    ],
)
def test_what_is_accepted_is_kept(options):
    complete = with_defaults(options)
    assert {name: complete[name] for name in options} == options


@pytest.mark.parametrize(
    "options, said",
    [
        ({"nmf_featuers": 3}, "Unknown option 'nmf_featuers' of generate.*'nmf_features'"),
        ({"nmf_features": 0}, "nmf_features=0 given; a whole number from 1"),
        ({"nmf_features": 2.5}, "nmf_features=2.5"),
        ({"nmf_features": "many"}, "nmf_features='many'"),
        ({"batch_size": -1}, "batch_size=-1"),
        ({"attr_policy": "yes"}, "attr_policy='yes' given; True or False"),
        ({"integrate_steps": 3}, "'integrate_steps' of generate..; it belongs to nmf_attr_opts"),
        ({"discard_first_n": 3}, "'discard_first_n' of generate..; it belongs to layer_kwargs"),
        ({"layer_kwargs": 3}, "layer_kwargs=3 given; a dictionary of name_contains_one_of"),
        ({"layer_kwargs": "2b"}, "layer_kwargs='2b' given; a dictionary"),
        ({"layer_kwargs": {"name_contains": "2b"}}, "'name_contains' of layer_kwargs.*name_contains_one_of"),
        ({"layer_kwargs": {"discard_first_n": -1}}, "discard_first_n of layer_kwargs=-1"),
        ({"layer_kwargs": {"op_is_one_of": [3]}}, "op_is_one_of of layer_kwargs=3 given; a text"),
        ({"nmf_attr_opts": None}, "nmf_attr_opts=None given; a dictionary of integrate_steps"),
        ({"nmf_attr_opts": {"integrate_steps": 0}}, "integrate_steps of nmf_attr_opts=0"),
        ({"attr_rule": "left"}, "attr_rule='left' given; accepted are 'adaptive', 'right'"),
        ({"gae_gamma": 1.5}, "gae_gamma=1.5 given; a number from 0 to 1"),
        ({"gae_lambda": float("nan")}, "gae_lambda=nan"),
        ({"vis_subdiv_mults": []}, "vis_subdiv_mults=.. given"),
        ({"vis_subdiv_mults": 1}, "vis_subdiv_mults=1 given; a list"),
        ({"vis_subdiv_mults": [1, 0]}, "an item of vis_subdiv_mults=0 given; a number above 0"),
        ({"vis_expand_mult_default": 3}, "vis_expand_mult_default=3 given; one of vis_expand_mults="),
        ({"scrub_range": [0.5]}, "scrub_range=.0.5. given; a pair"),
        ({"scrub_range": [0.6, 0.5]}, "the first below the second"),
        ({"scrub_range": [0.5, 64]}, "an item of scrub_range=64 given"),
        ({"action_combos": ["RIGHT"]}, "an item of action_combos='RIGHT' given; a list of keys"),
        ({"action_group_fns": ["RIGHT"]}, "action_group_fns=.'RIGHT'. given; a list of functions"),
        ({"graph_colors": {"value": "red"}}, "'value' of graph_colors"),
        ({"video_height": 16}, "video_height=16 given; a number with its unit"),
        ({"video_width": "1em; background: url(//x)"}, "video_width='1em; background: url"),
        ({"scrubber_width": "calc(1em)"}, "scrubber_width="),
        ({"trajectory_color": "url(https://example.org/a.png)"}, "trajectory_color='url"),
        ({"graph_colors": {"v": "red;background:url(//x)"}}, "v of graph_colors='red"),
        ({"trajectory_color": "image-set('a.png' 1x)"}, "trajectory_color="),
        ({"features_subdir": None}, "features_subdir=None given; a text"),
    ],
)
def test_what_is_not_accepted_is_named(options, said):
    with pytest.raises(InputError, match=said):
        with_defaults(options)
