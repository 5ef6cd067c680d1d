"""Every command by its name: rl-clarity COMMAND, python -m understanding_rl_vision COMMAND."""

import contextlib
import os
import re
import subprocess
import sys

import pytest

from understanding_rl_vision import __main__ as program
from understanding_rl_vision import command_line, terminal
from understanding_rl_vision.commands import commands
from understanding_rl_vision.completion import SHELLS, completion
from understanding_rl_vision.errors import MissingPackageError


@pytest.fixture
def called(monkeypatch, capsys):
    """Call the program with arguments; returns its status and what it prints, to either stream."""

    def call(*argv, script="rl-clarity"):
        monkeypatch.setattr(command_line, "_program", command_line._program)
        monkeypatch.setattr(sys, "argv", ["/usr/bin/" + script])
        try:
            status = program.main(argv)
        except SystemExit as end:
            status = end.code
        return status, "".join(capsys.readouterr())

    return call


@contextlib.contextmanager
def closed_pipe():
    """A text file that leads into a pipe whose reader has gone."""
    reading, writing = os.pipe()
    os.close(reading)
    pipe = open(writing, "w")
    yield pipe
    with contextlib.suppress(BrokenPipeError):
        pipe.close()


def test_every_folder_that_is_a_command_is_listed_with_what_it_does(checkout, called):
    told = commands()
    folders = {path.parent.name for path in checkout.glob("understanding_rl_vision/*/__main__.py")}
    assert set(told) == folders and list(told)[:2] == ["run", "find"]
    assert all(re.fullmatch(r"[a-z].{10,70}[^.]", line) for line in told.values())
    status, said = called()
    assert status == 0 and called("--help") == (0, said)
    listed = [re.search(r"^  {} +{}$".format(name, re.escape(line)), said, re.MULTILINE) for name, line in told.items()]
    assert all(listed) and "rl-clarity run CHECKPOINT OUTPUT_DIR --quick" in said


def test_a_command_is_called_as_the_program_was(called):
    assert called("agents", "--help")[1].startswith("usage: rl-clarity agents [OPTION ...]\n")
    said = called("inspect", "--help", script="__main__.py")[1]
    assert said.startswith("usage: python -m understanding_rl_vision inspect FILE")
    assert called("run", "a", "b", "--stepz", "3")[1].startswith(
        "rl-clarity run: Unknown option '--stepz' of rl-clarity run; "
    )


def test_what_is_no_command_is_told_with_those_that_are_close(called):
    assert called("runn") == (2, "rl-clarity: There is no command 'runn'; did you mean run?\n")
    status, said = called("qqqqqqqq")
    assert status == 2 and "there are run, find, " in said


def test_versions_are_told_by_the_program_and_by_each_command(called):
    status, said = called("--version")
    assert status == 0
    assert re.fullmatch(r"understanding-rl-vision \S.* \(Python 3\.[\w.]+, TensorFlow [\d.]+, NumPy [\d.]+\)\n", said)
    assert called("edit", "--version") == (0, said)


def test_the_console_script_is_this_program(checkout):
    (where,) = re.findall(r'^rl-clarity = "([\w.:]+)"$', (checkout / "pyproject.toml").read_text("utf-8"), re.MULTILINE)
    assert where == "{}:{}".format(program.__name__, program.main.__name__)


@pytest.mark.parametrize("shell", SHELLS)
def test_shells_complete_commands_and_flags(shell, called):
    pytest.importorskip("shtab", reason="shtab is not installed")
    status, script = called("--print-completion", shell)
    assert status == 0
    assert all(word in script for word in (*commands(), "--trajectories", "--single-file", "adaptive"))
    if shell == "bash":
        assert subprocess.run(["bash", "-n"], input=script.encode()).returncode == 0


def test_completion_without_its_package_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "shtab", None)
    with pytest.raises(MissingPackageError, match="pip install shtab"):
        completion("rl-clarity", commands(), "bash")


@pytest.mark.parametrize("argv", [[], ["agents"], ["runn"], ["--version"], *([name, "--help"] for name in commands())])
def test_nothing_is_said_to_a_reader_that_has_gone(argv, called, monkeypatch):
    with closed_pipe() as pipe:
        monkeypatch.setattr(sys, "stdout", pipe)
        monkeypatch.setattr(sys, "stderr", pipe)
        status, said = called(*argv)
        assert status == 141 and said == ""
        # Nor when the process ends.
        pipe.flush()


@pytest.mark.parametrize("unbuffered", [False, True])
@pytest.mark.parametrize("argv", [[], ["agents"], ["--version"], *([name, "--help"] for name in commands())])
def test_what_cannot_be_printed_is_one_sentence(argv, unbuffered, called, monkeypatch):
    if not os.path.exists("/dev/full"):
        pytest.skip("no /dev/full")
    with open("/dev/full", "w") as full:
        if unbuffered:
            full.reconfigure(write_through=True)
        monkeypatch.setattr(sys, "stdout", full)
        status, said = called(*argv)
        assert status == 2
        sentence = r"rl-clarity( [a-z]+)?: Cannot write (what this|its files or what it) prints: No space left on .*\n"
        assert re.fullmatch(sentence, said)
        full.flush()


def test_a_full_disk_is_not_taken_for_the_terminal(called, monkeypatch):
    def full(**_):
        raise OSError(28, "No space left on device", "levels.csv")

    assert command_line.main(full, command_line.command_parser("x", "", {}, {}), []) == 2


def test_another_broken_pipe_is_told(monkeypatch, capsys):
    with pytest.raises(BrokenPipeError), closed_pipe() as pipe, terminal.ending_unread("x"):
        pipe.write("To another program.")
        pipe.flush()
