import pytest

from understanding_rl_vision.command_line import main
from understanding_rl_vision.synthesize.__main__ import make_parser
from understanding_rl_vision.synthesize.options import SYNTHESIZE_OPTIONS
from understanding_rl_vision.synthesize.synthesizing import synthesize


def test_every_option_has_a_flag():
    text = make_parser().format_help()
    for name in ["target", "quiet", *SYNTHESIZE_OPTIONS]:
        assert "--" + name.replace("_", "-") in text


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["nowhere.jd", "out"], "nowhere.jd"),
        (["agent.jd", "out", "--epohcs", "3"], "did you mean '--epochs'"),
        (["agent.jd", "out", "--alpha", "much"], "alpha='much' given"),
        (["agent.jd", "/dev/null/out", "--resume", "true"], "no generator in /dev/null/out"),
    ],
)
def test_what_cannot_be_used_is_a_sentence_and_status_2(capsys, arguments, said):
    assert main(synthesize, make_parser(), arguments) == 2
    message = capsys.readouterr().err
    assert said in message and message.count("\n") == 1


def test_targets_are_one_name_or_a_list():
    parse = make_parser().parse_args
    assert parse(["a", "b", "--target", "T-"]).target == "T-"
    assert parse(["a", "b", "--target", "action:7"]).target == "action:7"
    assert parse(["a", "b", "--target", '["T+", "value-"]']).target == ["T+", "value-"]
