"""The index of OpenAI's agents, and the command that lists it."""

import re
import subprocess
import sys

import pooch
import pytest

from understanding_rl_vision.agents.__main__ import in_cache, list_agents, table
from understanding_rl_vision.agents.published import PUBLISHED
from understanding_rl_vision.envs import env_names


def test_the_index_has_all_41_agents():
    assert len(PUBLISHED) == 41
    assert all(name == one.name for name, one in PUBLISHED.items())
    assert sum(name.startswith("procgen/") for name in PUBLISHED) == 16
    assert sum(name.startswith("impala/coinrun_ablation_") for name in PUBLISHED) == 8
    runs = {(one.run, one.levels) for one in PUBLISHED.values() if one.run}
    assert runs == {(run, n) for run in (1, 2) for n in (100, 300, 1000, 3000, 10000, 30000, 100000)}


def test_what_is_known_agrees_with_the_names():
    games = set(env_names("procgen"))
    for name, one in PUBLISHED.items():
        assert one.game is None or one.game in games
        assert one.levels is None or name == "finite_levels/run_{}/coinrun_{}".format(one.run, one.levels)
        assert one.ablation is None or name.endswith("ablation_{}".format(one.ablation))
        assert (one.edited is None) == ("edit" not in name)
        assert not name.startswith("procgen/") or name == "procgen/" + one.game
        assert one.sha256 is None or re.fullmatch("[0-9a-f]{64}", one.sha256)


@pytest.mark.parametrize("name", [name for name, one in PUBLISHED.items() if one.sha256])
def test_the_sums_are_those_of_the_real_files(shared, name):
    assert pooch.file_hash(str(shared / "openai" / (name + ".jd"))) == PUBLISHED[name].sha256


def test_the_table_says_what_is_known(agent_cache):
    lines = table([PUBLISHED["finite_levels/run_2/coinrun_3000"], PUBLISHED["impala/coinrun_ablation_5"]], lambda _: ())
    assert [re.split("  +", line) for line in lines] == [
        ["agent", "game", "network", "levels", "solved", "notes", "here"],
        ["openai:finite_levels/run_2/coinrun_3000", "coinrun_old", "clear", "3,000", "90.36", "run 2"],
        ["openai:impala/coinrun_ablation_5", "impala", "ablation 5"],
    ]


def test_the_table_says_what_is_in_the_cache(agent_cache, capsys):
    for name in (
        "checkpoints/openai/procgen/maze.jd",
        "checkpoints/openai/procgen/rl-clarity/maze.model.pb",
        "published/openai/rl-clarity/coinrun.model.pb",
    ):
        (agent_cache / name).parent.mkdir(parents=True, exist_ok=True)
        (agent_cache / name).write_bytes(b"")
    assert in_cache("procgen/maze") == ["checkpoint", "derived"]
    assert in_cache("coinrun") == ["published"] and in_cache("procgen/coinrun") == []
    list_agents()
    said = capsys.readouterr().out
    assert re.search(r"^openai:procgen/maze .* checkpoint, derived$", said, re.MULTILINE)
    assert str(agent_cache) in said


def test_the_command_lists_them_without_starting_tensorflow(checkout):
    program = (
        "import runpy, sys; sys.argv[1:] = {!r}\n"
        "try: runpy.run_module('understanding_rl_vision.agents', run_name='__main__')\n"
        "finally: assert 'tensorflow' not in sys.modules and 'procgen' not in sys.modules"
    )
    for arguments, shown in ([], "openai:edit/coinrun_saw_edit"), (["--help"], "usage: python -m understanding_rl"):
        said = subprocess.run(
            [sys.executable, "-c", program.format(arguments)], cwd=str(checkout), stdout=subprocess.PIPE, text=True
        )
        assert said.returncode == 0 and shown in said.stdout
