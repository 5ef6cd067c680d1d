import importlib

import pytest

from understanding_rl_vision import checks
from understanding_rl_vision.command_line import command_parser
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.options import Option, complete, places

TABLES = [
    ("run", "RUN_OPTIONS"),
    ("run", "LOAD_OPTIONS"),
    ("play", "TRAJECTORIES_OPTIONS"),
    ("play", "OBSERVATIONS_OPTIONS"),
    ("find", "FIND_OPTIONS"),
    ("edit", "EDIT_OPTIONS"),
    ("evaluate", "EVALUATE_OPTIONS"),
    ("measure", "MEASURE_OPTIONS"),
    ("study", "STUDY_OPTIONS"),
    ("visualize", "VISUALIZE_OPTIONS"),
    ("index", "INDEX_OPTIONS"),
    ("synthesize", "SYNTHESIZE_OPTIONS"),
    ("train", "TRAIN_OPTIONS"),
    ("train", "PATH_OPTIONS"),
]

OPTIONS = {
    "num_steps": Option(8, "steps", checks.count),
    "colour": Option("red", "colour", checks.text),
    "path": Option(None, "file", checks.path),
    "hidden": Option([], "objects", checks.list_of(checks.text, "a list of texts", least=0)),
    "how": Option({}, "how to play", checks.dict_of({"seed": checks.whole})),
}


def test_what_is_given_is_checked_and_what_is_not_has_its_default():
    assert complete({}, OPTIONS, "play()") == {"num_steps": 8, "colour": "red", "path": None, "hidden": [], "how": {}}
    assert complete({"num_steps": True, "how": {"seed": 3}}, OPTIONS, "play()")["num_steps"] == 1
    with pytest.raises(InputError, match="num_steps=0 given; a whole number from 1"):
        complete({"num_steps": 0}, OPTIONS, "play()")


def test_an_unknown_name_is_told_where_it_belongs():
    with pytest.raises(InputError, match="Unknown option 'seed' of play..; it belongs to how."):
        complete({"seed": 3}, OPTIONS, "play()")
    with pytest.raises(InputError, match="Unknown option 'top' of play..; it belongs to find()"):
        complete({"top": 3}, OPTIONS, "play()", {"find()": ["top"]})
    assert places(OPTIONS) == {"how": ("seed",)}


def test_none_is_none_given_where_the_default_is_nothing_and_refused_elsewhere():
    nothing = complete(dict.fromkeys(("path", "hidden", "how")), OPTIONS, "play()")
    assert nothing == complete({}, OPTIONS, "play()")
    for name in ("num_steps", "colour"):
        with pytest.raises(InputError, match=name + "=None given"):
            complete({name: None}, OPTIONS, "play()")


def test_nothing_given_is_changed_and_no_default_is_shared():
    given = {"how": {"seed": 3}}
    complete(given, OPTIONS, "play()")["how"]["seed"] = 4
    complete({}, OPTIONS, "play()")["hidden"].append("coin")
    assert given == {"how": {"seed": 3}} and complete({}, OPTIONS, "play()")["hidden"] == []


@pytest.mark.parametrize("folder, name", TABLES)
def test_every_default_of_a_table_passes_its_own_check(folder, name):
    options = getattr(importlib.import_module("understanding_rl_vision.{}.options".format(folder)), name)
    assert set(complete({}, options, "it")) == set(options)
    assert all(option.help for option in options.values())


@pytest.mark.parametrize("folder, name", TABLES)
def test_what_no_option_can_be_is_refused_where_its_check_alone_decides(folder, name):
    options = getattr(importlib.import_module("understanding_rl_vision.{}.options".format(folder)), name)
    undecided = (
        "args env_kind env_name env_id stack_channels episodes features directions vis_subdiv_mult_default "
        "vis_expand_mult_default"
    )
    for key in set(options) - set(undecided.split()):
        with pytest.raises(InputError, match=key):
            complete({key: object()}, options, "it")


def test_a_new_option_is_one_entry_and_its_use():
    """`frame_border`, in one entry, has default, check, flag and sentence."""
    new = {"frame_border": Option(0, "pixels of a border around each frame", checks.whole)}
    options = dict(importlib.import_module("understanding_rl_vision.run.options").RUN_OPTIONS, **new)

    assert complete({}, options, "run()")["frame_border"] == 0
    assert complete({"frame_border": 2}, options, "run()")["frame_border"] == 2
    with pytest.raises(InputError, match="frame_border=-1 given; a whole number from 0"):
        complete({"frame_border": -1}, options, "run()")

    parser = command_parser("run", "Write a page.", {}, {None: options})
    assert vars(parser.parse_args(["--frame-border", "2"])) == {"frame_border": 2}
    assert "pixels of a border around each frame (default: 0)" in " ".join(parser.format_help().split())


def test_functions_are_options_but_no_flags():
    options = importlib.import_module("understanding_rl_vision.run.options").RUN_OPTIONS
    parser = command_parser("run", "Write a page.", {}, {None: options})
    assert "action_group_fns" in options and "--action-group-fns" not in parser.format_help()
    assert complete({"action_group_fns": [len]}, options, "run()")["action_group_fns"] == [len]
