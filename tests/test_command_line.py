import errno
import importlib
import warnings

import pytest

from understanding_rl_vision import checks
from understanding_rl_vision.command_line import CommandParser, main
from understanding_rl_vision.errors import InputError, InputWarning
from understanding_rl_vision.flags import add_options, flags_of, parse_value
from understanding_rl_vision.options import Option

OPTIONS = {
    "num_steps": Option(8, "steps, 100 % of them", checks.count),
    "stack_channels": Option("16_32", "filters", checks.text),
    "layer_kwargs": Option({}, "which layers", checks.checked_elsewhere),
    "gamma": Option(None, "discount", checks.fraction),
    "run_dir": Option(None, "folder", checks.path),
    "hidden": Option([], "objects", checks.list_of(checks.of_text(checks.check_text, "NAME"), "a list of names")),
    "scales": Option(None, "factors", checks.list_of(checks.positive, "a list of numbers")),
    "greedy": Option(False, "the best action", checks.flag),
    "play_kwargs": Option({}, "how to play", checks.dict_of({"num_envs": checks.count, "seed": checks.whole})),
    "games": Option(8, "games", checks.count, within=("play_kwargs", "num_envs")),
}


@pytest.fixture
def parser():
    parser = CommandParser(prog="play")
    parser.add_argument("path")
    add_options(parser, OPTIONS)
    return parser


@pytest.mark.parametrize(
    "text, value",
    [
        ("3", 3),
        ("0.5", 0.5),
        ("true", True),
        ("True", True),
        ("null", None),
        ("None", None),
        ('{"a": [1, 2]}', {"a": [1, 2]}),
        ("{'a': (1, None)}", {"a": (1, None)}),
        ("2b", "2b"),
        ("[1,", "[1,"),
        ("__import__('os')", "__import__('os')"),
    ],
)
def test_texts_are_read_as_json_or_python(text, value):
    assert parse_value(text) == value


def called_with(parser, argv):
    calls = []
    assert main(lambda **given: calls.append(given), parser, argv) == 0
    return calls[0]


def test_only_what_is_given_is_passed_on(parser):
    assert called_with(parser, ["agent.jd"]) == {"path": "agent.jd"}
    given = called_with(parser, ["a", "--num-steps", "3", "--stack-channels", "16_32", "--layer-kwargs={'a': 1}"])
    assert given == {"path": "a", "num_steps": 3, "stack_channels": "16_32", "layer_kwargs": {"a": 1}}


@pytest.mark.parametrize(
    "words, name, value",
    [
        ("--hidden coin crate", "hidden", ["coin", "crate"]),
        ("--hidden 2 3 --gamma 0.5", "hidden", ["2", "3"]),
        ("--hidden coin", "hidden", "coin"),
        ('--hidden ["coin"]', "hidden", ["coin"]),
        ("--hidden=coin", "hidden", "coin"),
        ("--hidden null", "hidden", None),
        ("--scales 1 0.5", "scales", [1, 0.5]),
        ("--scales -1 2", "scales", [-1, 2]),
        ("--scales 2", "scales", [2]),
        ("--scales [1,2]", "scales", [1, 2]),
        ("--greedy", "greedy", True),
        ("--greedy --gamma 0.5", "greedy", True),
        ("--greedy false", "greedy", False),
        ("--greedy=0", "greedy", 0),
        (
            "--layer-kwargs most-telling=true names=[1,2] op=a=b",
            "layer_kwargs",
            {"most_telling": True, "names": [1, 2], "op": "a=b"},
        ),
        ('--layer-kwargs {"a":1}', "layer_kwargs", {"a": 1}),
        ("--games 3", "play_kwargs", {"num_envs": 3}),
        ("--games 3 --play-kwargs seed=4", "play_kwargs", {"num_envs": 3, "seed": 4}),
        ('--games 3 --play-kwargs {"seed":4}', "play_kwargs", {"num_envs": 3, "seed": 4}),
    ],
)
def test_plain_words_stand_for_lists_and_dictionaries(parser, words, name, value):
    given = called_with(parser, ["a"] + words.split())
    assert given.pop("path") == "a" and given.pop("gamma", 0.5) == 0.5 and given == {name: value}


def test_the_words_after_a_flag_end_where_its_value_does(parser):
    given = called_with(parser, ["--greedy", "a"])
    assert given == {"greedy": True, "path": "a"}
    given = called_with(
        parser,
        [
            "--play-kwargs",
            "seed=4",
            "a",
            "--",
        ],
    )
    assert given == {"play_kwargs": {"seed": 4}, "path": "a"}
    assert called_with(parser, ["--hidden", "b", "--", "--greedy"]) == {"hidden": "b", "path": "--greedy"}


def test_a_value_is_given_once(parser, capsys):
    assert main(None, parser, ["a", "--games", "3", "--play-kwargs", "num_envs=4"]) == 2
    assert capsys.readouterr().err == "play: --play-kwargs given, and num-envs by a flag of its own; give it once.\n"


@pytest.mark.parametrize(
    "text, value",
    [
        ("2024", "2024"),
        ("1e3", "1e3"),
        ("true", "true"),
        ("[1]", "[1]"),
        ("'2024'", "2024"),
        ("null", None),
        ("a b", "a b"),
    ],
)
def test_a_text_is_taken_as_it_is(parser, text, value):
    assert called_with(parser, ["a", "--run-dir", text])["run_dir"] == value


@pytest.mark.parametrize(
    "module", ["run", "find", "evaluate", "train", "visualize", "synthesize", "edit", "measure", "study"]
)
def test_names_paths_and_layers_may_look_like_numbers(module):
    parser = importlib.import_module("understanding_rl_vision.{}.__main__".format(module)).make_parser()
    texts = {
        "annotations distribution_mode env_id env_name feature_labels frames_path game_type input_layer_name l2_layer "
        "load_path output_dir policy_logits_name q_values_name resource_root run_dir save_dir value_function_name"
    }
    flags = [word for word in " ".join(texts).split() if "--{} ".format(word.replace("_", "-")) in parser.format_help()]
    given = [text for word in flags for text in ("--" + word.replace("_", "-"), "2024")]
    needed = ["--layer", "7"] if module in ("visualize", "edit", "measure") else []
    arguments = vars(parser.parse_args(["a", "b"] * (module != "train") + needed + given))
    assert {arguments[word] for word in flags} <= {"2024"}
    assert arguments.get("layer") in (None, "7", ["7"])


def test_an_unknown_flag_is_told_where_it_belongs(parser, capsys):
    assert main(None, parser, ["a", "--num-envs", "3"]) == 2
    assert (
        capsys.readouterr().err
        == "play: Unknown option '--num-envs' of play; it belongs to --play-kwargs (as a flag: --games).\n"
    )


def test_help_names_every_flag_with_its_default(parser, capsys):
    with pytest.raises(SystemExit) as exit_info:
        main(None, parser, ["--help"])
    assert exit_info.value.code == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "--num-steps N steps, 100 % of them (default: 8)" in said
    assert "--layer-kwargs KEY=VALUE ... which layers " in said and "--hidden NAME ... objects " in said
    assert '(default: "16_32")' in said and "--gamma NUMBER discount --run-dir PATH folder" in said


def test_what_cannot_be_used_is_a_sentence_and_status_2(parser, capsys):
    def refuse(**given):
        raise InputError("num_steps=0 given; a whole number is accepted.")

    assert main(refuse, parser, ["a"]) == 2
    assert capsys.readouterr().err == "play: num_steps=0 given; a whole number is accepted.\n"


def test_an_unknown_flag_is_named_with_the_close_ones(parser, capsys):
    assert main(None, parser, ["a", "--num-stpes", "3"]) == 2
    assert capsys.readouterr().err.startswith(
        "play: Unknown option '--num-stpes' of play; did you mean '--num-steps' or "
    )


@pytest.mark.parametrize("argv", [[], ["a", "b"], ["a", "--num-steps"]])
def test_arguments_too_few_or_too_many(parser, argv, capsys):
    with pytest.raises(SystemExit) as exit_info:
        main(None, parser, argv)
    assert exit_info.value.code == 2 and "play: error:" in capsys.readouterr().err


def test_an_interrupt_is_no_traceback(parser, capsys):
    def interrupted(**given):
        raise KeyboardInterrupt

    assert main(interrupted, parser, ["a"]) == 130
    assert "interrupted" in capsys.readouterr().err


def test_errors_of_the_program_itself_are_not_hidden(parser):
    def fail(**given):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        main(fail, parser, ["a"])


def test_own_warnings_are_sentences_and_others_are_as_they_were(parser, capsys):
    def command(path):
        warnings.warn("It is left out.", InputWarning, stacklevel=2)
        warnings.warn("Something else.", UserWarning, stacklevel=2)

    with pytest.warns(UserWarning) as warned:
        assert main(command, parser, ["agent.jd"]) == 0
    assert [str(warning.message) for warning in warned] == ["Something else."]
    assert capsys.readouterr().err == "play: It is left out.\n"


def test_options_as_flags_are_read_as_they_were(parser):
    options = {"num_steps": 3, "stack_channels": "16", "layer_kwargs": {"a": [1, None]}, "run_dir": '2024 "b"'}
    assert called_with(parser, ["a"] + flags_of(options)) == dict(options, path="a")


@pytest.mark.parametrize(
    "error, said",
    [
        (OSError(errno.ENOSPC, "No space left on device"), "Cannot write its files or what it prints: No space"),
        (FileNotFoundError(errno.ENOENT, "No such file or directory", "out/a"), "Cannot write out/a: No such file"),
        (MemoryError(), "There is too little memory."),
    ],
)
def test_what_disk_and_memory_do_to_a_command_is_a_sentence(parser, capsys, error, said):
    def command(**_):
        raise error

    assert main(command, parser, ["a"]) == 2
    assert capsys.readouterr().err.startswith("play: " + said)


def test_other_errors_of_the_system_are_not_hidden(parser):
    def command(**_):
        raise ConnectionResetError(errno.ECONNRESET, "Connection reset by peer")

    with pytest.raises(ConnectionResetError):
        main(command, parser, ["a"])
