"""What is told of agents' files."""

from tests.agents.families import made
from understanding_rl_vision.command_line import main
from understanding_rl_vision.inspect.__main__ import make_parser, print_inspected


def said_of(tmp_path, capsys, name, *options):
    path = made.write(tmp_path / "agent.pt", made.cases()[name])
    assert main(print_inspected, make_parser(), [path, *options]) == 0
    return capsys.readouterr().out


def test_it_tells_what_was_understood_and_what_is_missing(tmp_path, capsys):
    said = said_of(tmp_path, capsys, "train-procgen-pytorch")
    assert "agent.pt: train-procgen-pytorch\n" in said
    assert "sees       64×64 with 3 channels" in said and "15 actions, the value is a head" in said
    assert "fits       Procgen" in said and "missing    env_name" in said
    assert "conv name=block2/res1/conv2 filters=32 size=3 padding=1" in said and "head output=value" in said


def test_it_takes_what_is_given_instead(tmp_path, capsys):
    said = said_of(tmp_path, capsys, "train-procgen-pytorch", "--args", '{"env_name": "coinrun"}')
    assert "missing    distribution_mode" in said
    said = said_of(tmp_path, capsys, "CleanRL's agents in JAX")
    assert "84×84 with 4 channels" in said and "Atari with 6 actions" in said and "missing" not in said
    assert "the largest Q-value" in said_of(tmp_path, capsys, "CleanRL's dqn_atari")


def test_what_is_no_agent_ends_with_a_sentence(tmp_path, capsys):
    (tmp_path / "text").write_text("no agent")
    assert main(print_inspected, make_parser(), [str(tmp_path / "text")]) == 2
    assert "text" in capsys.readouterr().err
