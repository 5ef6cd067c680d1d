"""What is held back of a command's terminal, and what is not."""

import os
import subprocess
import sys

import pytest

from understanding_rl_vision import terminal

NOISE = [
    "WARNING: All log messages before absl::InitializeLog() is called are written to STDERR",
    "I0000 00:00:1795875869.339401    5523 port.cc:153] oneDNN custom operations are on. You may see",
    "W0000 00:00:1795875869.339401    5523 gpu_device.cc:2344] Cannot dlopen some GPU libraries.",
    "2026-11-28 14:25:18.732146: I tensorflow/core/platform/cpu_feature_guard.cc:142] Your CPU supports instructions",
    "To enable the following instructions: AVX2 AVX512F, in other operations, rebuild TensorFlow",
    "E0000 00:00:1795875880.171520    5523 cuda_platform.cc:52] failed call to cuInit: INTERNAL: CUDA error",
    "2026-11-28 14:25:18.8: E external/local_xla/xla/cuda/cuda_dnn.cc:9261] Unable to register cuDNN factory",
]
ERRORS = [
    "E0000 00:00:1795875880.171520    5523 bfc_allocator.cc:52] out of memory",
    "F0000 00:00:1795875880.171520    5523 cpu_feature_guard.cc:52] The TensorFlow library was compiled to use AVX",
    "2026-11-28 14:25:18.8: F tensorflow/core/platform/cpu_feature_guard.cc:37] AVX instructions, but these aren't",
    "terminate called after throwing an instance of 'std::bad_alloc'",
    "Info: of somebody else",
]
# As TensorFlow's C++ does it, past sys.stderr.
WRITING = """
import os
from understanding_rl_vision import terminal
with terminal.terminal_of_command(verbose={verbose}):
    with terminal.without_noise():
        os.write(2, {lines!r}.encode())
        {then}
    os.write(2, b"I0000 00:00:17 after it\\n")
"""


def said(lines, verbose=False, then="pass"):
    program = WRITING.format(lines="".join(line + "\n" for line in lines), verbose=verbose, then=then)
    root = os.path.dirname(os.path.dirname(os.path.abspath(terminal.__file__)))
    environment = {name: value for name, value in os.environ.items() if name != terminal.VERBOSE_VARIABLE}
    done = subprocess.run([sys.executable, "-c", program], stderr=subprocess.PIPE, text=True, cwd=root, env=environment)
    return done.stderr.splitlines()


def test_noise_is_held_back_and_errors_are_not():
    assert said(NOISE + ERRORS) == ERRORS + ["I0000 00:00:17 after it"]


def test_what_was_said_before_an_abort_is_there():
    assert said(NOISE + ERRORS, then="os.abort()") == ERRORS


def test_all_of_it_is_shown_where_that_is_wanted():
    assert said(NOISE, verbose=True) == NOISE + ["I0000 00:00:17 after it"]


def test_processes_that_are_no_commands_hold_nothing_back(capfd):
    with terminal.without_noise():
        os.write(2, (NOISE[0] + "\n").encode())
    assert capfd.readouterr().err == NOISE[0] + "\n"


@pytest.mark.parametrize("verbose", [False, True])
def test_the_environment_is_as_it_was_afterwards(monkeypatch, verbose):
    name, level = terminal.LOG_LEVEL
    monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv(terminal.VERBOSE_VARIABLE, raising=False)
    with terminal.terminal_of_command(verbose):
        assert os.environ.get(name) == (None if verbose else level)
        assert terminal.is_verbose() == verbose
    assert name not in os.environ and not terminal.is_verbose()
    monkeypatch.setenv(name, "0")
    with terminal.terminal_of_command(verbose):
        assert os.environ[name] == "0"


def test_packages_of_games_say_nothing_of_themselves_unless_wanted(capsys, monkeypatch):
    for value in ("", "1"):
        monkeypatch.setenv(terminal.VERBOSE_VARIABLE, value)
        with terminal.packages_own_words():
            print("Gym has been unmaintained since 2022", file=sys.stderr)
        assert bool(capsys.readouterr().err) == bool(value)
