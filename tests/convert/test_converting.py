"""Agents written as files of ours are the same agents."""

import numpy as np
import pytest

from tests.agents.families import made
from understanding_rl_vision.agent_files import read_agent_file
from understanding_rl_vision.agents.checkpoints import read_checkpoint
from understanding_rl_vision.command_line import main
from understanding_rl_vision.convert.__main__ import make_parser
from understanding_rl_vision.convert.converting import convert
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.rl_clarity import load_agent

GAME = {"env_name": "starpilot", "distribution_mode": "hard"}


@pytest.mark.parametrize("suffix", [".jd", ".safetensors"])
def test_what_is_written_is_the_same_agent(tmp_path, capsys, suffix):
    path = made.write(tmp_path / "agent.pth", made.cases()["train-procgen-pytorch"])
    given = load_agent(path, **GAME)
    converted = convert(path, tmp_path / ("agent" + suffix), args=GAME)
    assert capsys.readouterr().out == converted + "\n"
    convert(path, tmp_path / ("agent" + suffix), args=GAME, quiet=True)
    assert capsys.readouterr().out == ""
    again = read_checkpoint(converted)
    assert again.args == given.args and list(again.params) == list(given.params)
    for name, array in given.params.items():
        np.testing.assert_array_equal(again.params[name], array)
    if suffix == ".safetensors":
        assert '"starpilot"' in read_agent_file(converted).facts["args"]


def test_the_command_says_what_is_missing(tmp_path, capsys):
    path = made.write(tmp_path / "agent.pth", made.cases()["train-procgen-pytorch"])
    assert main(convert, make_parser(), [path, str(tmp_path / "agent.jd")]) == 2
    assert "does not say env_name" in capsys.readouterr().err and not (tmp_path / "agent.jd").exists()
    with pytest.raises(InputError, match="ends with .jd or .safetensors"):
        convert(path, tmp_path / "agent.pt", args=GAME)
