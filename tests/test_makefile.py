"""`make demo AGENT=`: whose page is made, where, and when anew. The Python that it calls only writes down how."""

import os
import shutil
import subprocess
import time

import pytest

PYTHON = """#!/bin/sh
# CHECKPOINT and OUTPUT_DIR of `python -m understanding_rl_vision.run`.
printf '%s\\n' "$3" >>"$CALLS"
touch "$4/interface.html"
"""

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="no make")


@pytest.fixture
def make(checkout, tmp_path):
    """Run make in a folder with the Makefile; returns whose pages it made, and what it said."""
    shutil.copy(str(checkout / "Makefile"), str(tmp_path))
    shutil.copytree(str(checkout / "scripts"), str(tmp_path / "scripts"))
    for name in ("setup.py", "pyproject.toml", "understanding_rl_vision/a.py", "examples/coinrun.jd", "own agent.jd"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    python = tmp_path / ".venv" / "bin" / "python"
    python.write_text(PYTHON)
    python.chmod(0o755)
    (tmp_path / ".venv" / ".demo-installed").write_text("")

    def run(*arguments, **variables):
        calls = tmp_path / "calls"
        calls.write_text("")
        # A make that runs these tests hands its own variables (VENV, PYTHON, ...) on by the environment.
        environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        done = subprocess.run(
            ["make"] + list(arguments),
            cwd=str(tmp_path),
            env=dict(environment, CALLS=str(calls), **variables),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert done.returncode == 0, done.stdout
        return calls.read_text().splitlines(), done.stdout

    return run


def changed(path):
    """Make a file newer than all that was made before."""
    later = time.time() + 5
    os.utime(str(path), (later, later))


def test_the_bundled_agents_demo_names_openais(make, tmp_path):
    agents, said = make("demo")
    assert agents == ["examples/coinrun.jd"] and (tmp_path / "demo" / "interface.html").exists()
    assert "open demo/interface.html in a browser." in said
    assert said.rstrip().endswith("make demo AGENT=openai:procgen/coinrun")
    assert make("demo", AGENT="other.jd")[0] == []


@pytest.mark.parametrize(
    "agent, folder",
    [
        ("openai:procgen/coinrun", "demo-openai-procgen-coinrun"),
        ("https://example.org/a/b.jd?raw=1&c=(2)", "demo-https-example.org-a-b.jd-raw-1-c-2-"),
        ("own agent.jd", "demo-own-agent"),
    ],
)
def test_other_agents_have_folders_of_their_own(make, tmp_path, agent, folder):
    make("demo")
    agents, said = make("demo", "AGENT=" + agent)
    assert agents == [agent] and (tmp_path / folder / "interface.html").exists()
    assert "open {}/interface.html".format(folder) in said and "openai:procgen/coinrun" not in said.replace(agent, "")
    assert make("demo", "AGENT=" + agent)[0] == [] and make("demo")[0] == []
    make("clean", "AGENT=" + agent)
    assert not (tmp_path / folder).exists() and (tmp_path / "demo").exists()


def test_a_folder_with_another_agents_demo_is_made_anew(make):
    assert make("demo", "DEMO=page")[0] == ["examples/coinrun.jd"]
    # File systems may tell times only so well.
    time.sleep(0.02)
    assert make("demo", "DEMO=page", "AGENT=openai:coinrun")[0] == ["openai:coinrun"]
    assert make("demo", "DEMO=page", "AGENT=openai:coinrun")[0] == []
    time.sleep(0.02)
    assert make("demo", "DEMO=page")[0] == ["examples/coinrun.jd"]


def test_a_checkpoint_that_has_changed_is_shown_anew(make, tmp_path):
    shutil.copy(str(tmp_path / "own agent.jd"), str(tmp_path / "own.jd"))
    assert make("demo", "AGENT=own.jd")[0] == ["own.jd"]
    changed(tmp_path / "own.jd")
    assert make("demo", "AGENT=own.jd")[0] == ["own.jd"]


def test_the_quick_tests_are_there(checkout):
    lines = (checkout / "Makefile").read_text("utf-8").replace("\\\n", " ").splitlines()
    (paths,) = [line.split("=")[1].split() for line in lines if line.startswith("QUICK =")]
    assert len(paths) > 10 and [path for path in paths if not (checkout / path).exists()] == []


def test_what_the_machine_lacks_is_said_at_once(checkout, tmp_path):
    for name in ("bash", "dirname", "id"):
        (tmp_path / name).symlink_to(shutil.which(name))
    script = str(checkout / "scripts" / "check_machine.sh")
    done = subprocess.run(
        ["bash", script, "test", str(tmp_path / "python")],
        env={"PATH": str(tmp_path), "HOME": str(tmp_path), "CHROMIUM": "no-chromium"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 1 and len(done.stdout.splitlines()) == 1
    assert done.stdout.startswith("Missing: Python 3.7, or 3.9 to 3.13, with its venv module; Chromium")
    assert "apt-get install python3 python3-venv chromium" in done.stdout
