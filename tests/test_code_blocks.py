"""What the documents tell readers to type: commands are ones that the parsers take, and Python runs."""

import ast
import importlib
import os
import re
import shlex

import pytest

from understanding_rl_vision import rl_clarity
from understanding_rl_vision.edit.options import EDIT_OPTIONS
from understanding_rl_vision.evaluate.options import EVALUATE_OPTIONS
from understanding_rl_vision.find.options import SEARCH_OPTIONS
from understanding_rl_vision.flags import joined
from understanding_rl_vision.run.options import GENERATE_OPTIONS, LOAD_OPTIONS, RUN_OPTIONS
from understanding_rl_vision.train.options import TRAIN_OPTIONS

OPTIONS = {
    "run": RUN_OPTIONS,
    "load": LOAD_OPTIONS,
    "generate": GENERATE_OPTIONS,
    "find": SEARCH_OPTIONS,
    "edit": EDIT_OPTIONS,
    "evaluate": EVALUATE_OPTIONS,
    "train": TRAIN_OPTIONS,
}
# Of every command that lets an agent play, and of Gymnasium's games.
OF_GAMES = {"env", "env_kwargs", "args", "preset", "frame_stack"}

COMMAND = re.compile(r"(?:python -m understanding_rl_vision\.|rl-clarity )([a-z]+)(?= |$)(.*)")


def documents(checkout):
    return [checkout / "README.md"] + sorted((checkout / "docs").glob("*.md"))


def commands(text):
    """(name, arguments) of the commands in indented and fenced blocks."""
    fenced = re.findall(r"^```(?:sh|bash)\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    lines = re.findall(r"^    (.*)$", re.sub(r"\\\n\s*", "", text), re.MULTILINE)
    lines += [line for block in fenced for line in re.sub(r"\\\n\s*", "", block).splitlines()]
    found = [COMMAND.search(line) for line in lines]
    return [(one.group(1), shlex.split(one.group(2), comments=True)) for one in found if one]


def python_blocks(text):
    return re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def test_commands_are_taken(checkout):
    number = 0
    for path in documents(checkout):
        for name, arguments in commands(path.read_text("utf-8")):
            if "--help" not in arguments and "..." not in arguments:
                parser = importlib.import_module("understanding_rl_vision.{}.__main__".format(name)).make_parser()
                try:
                    parser.parse_args(joined(arguments, getattr(parser, "options", {})))
                except SystemExit:
                    pytest.fail("{}: {} {}".format(path.name, name, " ".join(arguments)))
                number += 1
    assert number > 50


def test_options_in_python_are_the_functions(checkout):
    number = 0
    for path in documents(checkout):
        for block in python_blocks(path.read_text("utf-8")):
            for call in ast.walk(ast.parse(block)):
                function = call.func if isinstance(call, ast.Call) else None
                if isinstance(function, ast.Attribute) and getattr(function.value, "id", "") == "rl_clarity":
                    given = {keyword.arg for keyword in call.keywords} - {None}
                    assert given <= set(OPTIONS[function.attr]) | OF_GAMES, (path.name, block)
                    number += 1
    assert number > 3


@pytest.fixture
def small(monkeypatch, checkout, tmp_path):
    """Functions of rl_clarity in a folder with examples/, whose sizes are small where they are not told otherwise."""
    pytest.importorskip("procgen")
    (tmp_path / "examples").mkdir()
    os.symlink(str(checkout / "examples" / "coinrun.jd"), str(tmp_path / "examples" / "coinrun.jd"))
    monkeypatch.chdir(tmp_path)
    played = {
        "trajectories_kwargs": {"num_envs": 1, "num_steps": 4},
        "observations_kwargs": {"num_envs": 2, "num_obs": 2, "obs_every": 1},
    }
    shown = {"layer_kwargs": {"name_contains_one_of": ["4a"]}, "nmf_features": 1, "vis_subdiv_mults": [1]}
    shown.update(vis_thumbnail_num_mult=1, attr_policy=False)
    load, generate, run = rl_clarity.load, rl_clarity.generate, rl_clarity.run
    monkeypatch.setattr(rl_clarity, "load", lambda path, **options: load(path, **dict(options, **played)))
    monkeypatch.setattr(rl_clarity, "generate", lambda path, **options: generate(path, **dict(options, **shown)))
    monkeypatch.setattr(rl_clarity, "run", lambda *paths, **options: run(*paths, **dict(options, **shown, **played)))


def test_the_python_of_the_readme_runs(small, checkout, capsys):
    blocks = python_blocks((checkout / "README.md").read_text("utf-8"))
    blocks += python_blocks((checkout / "docs" / "formats.md").read_text("utf-8"))
    assert len(blocks) > 3
    names = {}
    for block in blocks:
        exec(compile(block, "a document", "exec"), names)
    assert "['4a'] [4]" in capsys.readouterr().out
