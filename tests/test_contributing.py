"""The worked examples of CONTRIBUTING.md, carried out in a copy of the package."""

import csv
import os
import re
import shutil
import subprocess
import sys

import pytest

from understanding_rl_vision.rl_util import load_joblib

PACKAGE = "understanding_rl_vision"
PROGRAMS = """python() {{ "{0}" "$@"; }}
rl-clarity() {{ "{0}" -m understanding_rl_vision "$@"; }}"""


@pytest.fixture(scope="module")
def blocks(checkout):
    """(what is said of a block, its text) of the document, in order."""
    text = (checkout / "CONTRIBUTING.md").read_text("utf-8")
    return re.findall(r"^```(\S.*)\n((?:.*\n)*?)```$", text, re.MULTILINE)


def block(blocks, said, number=0):
    return [text for about, text in blocks if about == said][number]


@pytest.fixture(scope="module")
def copied(checkout, blocks, tmp_path_factory):
    """A folder with a copy of the package in which there is the new game."""
    folder = tmp_path_factory.mktemp("contributing")
    unneeded = shutil.ignore_patterns("__pycache__", "node_modules")
    shutil.copytree(str(checkout / PACKAGE), str(folder / PACKAGE), ignore=unneeded)
    path = PACKAGE + "/envs/corridor.py"
    (folder / path).write_text(block(blocks, "python file=" + path), "utf-8")
    return folder


def run_shell(folder, script):
    """Run a script whose `python` and `rl-clarity` are this one's, in a folder, with the package that is there."""
    environment = dict(os.environ, PYTHONPATH=str(folder))
    done = subprocess.run(
        ["bash", "-ec", "{}\n{}".format(PROGRAMS.format(sys.executable), script)],
        cwd=str(folder),
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def trained(copied, blocks):
    said = run_shell(copied, block(blocks, "sh"))
    # Nothing but what these commands say.
    others = re.findall(r".*(?:tensorflow|oneDNN|absl|cuda|XLA|AVX|[Gg]ym\b|numpy|Warning).*", said)
    assert others == [] and "| solved | " in said
    return copied


def changed(text, hunk):
    """A text after a hunk of a unified diff whose lines are in it once."""
    lines = hunk.splitlines()
    before = "\n".join(line[1:] for line in lines if line[0] in " -") + "\n"
    assert text.count(before) == 1, hunk
    return text.replace(before, "\n".join(line[1:] for line in lines if line[0] in " +") + "\n")


def test_a_game_is_one_file(trained):
    page = (trained / "corridor" / "page" / "interface.html").read_text("utf-8")
    assert '"time_limit":24' in page.replace(" ", "") and os.listdir(str(trained / "corridor" / "page" / "attribution"))
    trajectories = load_joblib(str(trained / "corridor" / "rl-clarity" / "checkpoint.trajectories.jd"))
    assert trajectories["observations"].shape == (2, 64, 64, 64, 3)
    assert set(trajectories["rewards"].flatten()) <= {0, 10}
    with pytest.raises(AssertionError, match="time_limit=0 given; a whole number from 1"):
        run_shell(trained, "rl-clarity train --env-name corridor --time-limit 0")
    with open(str(trained / "corridor" / "evaluation" / "levels.csv"), newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 16 and all((row["return"] == "10.0") == (row["solved"] == "True") for row in rows)


def test_an_option_is_one_entry_and_its_use(trained, blocks):
    files = block(blocks, "diff").split("--- a/")[1:]
    assert len(files) == 2
    for file in files:
        path = trained / file.splitlines()[0]
        text = path.read_text("utf-8")
        for hunk in file.split("@@\n")[1:]:
            text = changed(text, hunk)
        path.write_text(text, "utf-8")
    commands = block(blocks, "sh", 1)
    run_shell(trained, commands)
    page = (trained / "corridor" / "panel" / "interface.html").read_text("utf-8")
    assert '<div id="panel">' in page and '"appdiv"' not in page
    said = run_shell(trained, "rl-clarity run --help")
    assert "--div-id" in said and "id of the element that the page is drawn into" in said
    call = "from understanding_rl_vision.rl_clarity import run; run('corridor/checkpoint.jd', 'no', div_id=5)"
    assert "InputError: div_id=5 given; a text is accepted" in run_shell(trained, 'python -c "{}" || true'.format(call))


def test_files_that_are_named_are_there(checkout):
    text = re.sub(r"^```\S(?:.*\n)*?```$", "", (checkout / "CONTRIBUTING.md").read_text("utf-8"), flags=re.MULTILINE)
    named = re.findall(r"(?:understanding_rl_vision|tests|svelte|docs|\.ci)/[\w./]+", text)
    missing = [path for path in named if "NAME" not in path and not (checkout / path.rstrip(".")).exists()]
    assert len(named) > 10 and missing == []
