"""Commands that are interrupted, killed, or short of room lose nothing; all by `python -m tests.helpers.faults`."""

import os
import signal
import subprocess
import sys

import pytest

INTERRUPTING = """
import os, signal, sys

class Interrupting:
    def find_spec(self, name, *_):
        if name == {!r}:
            os.kill(os.getpid(), {})

signal.signal(signal.SIGINT, signal.default_int_handler)
sys.meta_path.insert(0, Interrupting())
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes cannot fork here")
@pytest.mark.parametrize("faults", [["SIGINT", "SIGKILL"], ["SIGTERM", "full"]], ids="-".join)
def test_a_run_loses_nothing_to_faults(checkout, faults):
    pytest.importorskip("procgen")
    command = [sys.executable, "-m", "tests.helpers.faults", "--commands", "run", "--moments", "2", "--faults"]
    done = subprocess.run(command + faults, cwd=str(checkout), stdout=subprocess.PIPE, text=True)
    assert done.returncode == 0, done.stdout
    assert done.stdout.endswith("Nothing finished was lost.\n")


@pytest.mark.parametrize("module", ["numpy", "tensorflow"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_while_a_command_imports_is_a_sentence(checkout, tmp_path, module, number):
    (tmp_path / "sitecustomize.py").write_text(INTERRUPTING.format(module, int(number)))
    done = subprocess.run(
        # TensorFlow comes late, when the checkpoint has been read.
        [sys.executable, "-m", "understanding_rl_vision.run", str(checkout / "tests" / "coinrun.jd"), "demo"],
        cwd=str(tmp_path),
        env=dict(os.environ, PYTHONPATH=os.pathsep.join([str(tmp_path), str(checkout)])),
        stderr=subprocess.PIPE,
        text=True,
    )
    ended = "terminated" if number == signal.SIGTERM else "interrupted"
    said = {
        "numpy": "understanding_rl_vision: interrupted.\n",
        "tensorflow": "python -m understanding_rl_vision.run: {}.\n".format(ended),
    }
    assert (done.returncode, done.stderr) == (128 + number, said[module])
