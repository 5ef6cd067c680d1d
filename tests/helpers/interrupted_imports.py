"""Commands that are interrupted while they import."""

import os
import signal
import subprocess
import sys

# Before this package is looked for nothing of it can have run.
COUNTING = """
import os, signal, sys

class Counting:
    count = None

    def find_spec(self, name, *_):
        if name == "understanding_rl_vision" and self.count is None:
            self.count = 0
        elif self.count is not None:
            self.count += 1
            if self.count == {moment}:
                os.kill(os.getpid(), {number})

signal.signal(signal.SIGINT, signal.default_int_handler)
counting = Counting()
sys.meta_path.insert(0, counting)
if {moment} == 0:
    import atexit
    atexit.register(lambda: print(counting.count))
"""


def start(folder, verb, moment=0, number=0):
    """A command that would only tell its options, with a signal at the lookup of a module of that number; 0: at none.

    Returns its status, and what it said.
    """
    with open(os.path.join(folder, "sitecustomize.py"), "w") as file:
        file.write(COUNTING.format(moment=moment, number=int(number)))
    done = subprocess.run(
        [sys.executable, "-m", "understanding_rl_vision." + verb, "--help"],
        env=dict(os.environ, PYTHONPATH=os.pathsep.join([folder, os.environ.get("PYTHONPATH", os.getcwd())])),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return done.returncode, done.stdout


def try_imports(name, verb, moments, folder):
    """Print, and return, what is wrong with a command that is interrupted at so many lookups of modules."""
    status, said = start(folder, verb)
    if status:
        return ["{}: status {}: {}".format(name, status, said)]
    count, wrong = int(said.split("\n")[-2]), []
    for number in (signal.SIGINT, signal.SIGTERM):
        at = sorted({2 + i * (count - 2) // max(1, moments - 1) for i in range(moments)})
        for moment in at:
            status, said = start(folder, verb, moment, number)
            if status != 128 + number or "Traceback" in said or not said.endswith("interrupted.\n"):
                wrong.append("{}, {} at import {} of {}: {}".format(name, number, moment, count, said[-2000:]))
                print(wrong[-1], flush=True)
        print("{}: signal {} at {} of {} lookups of modules".format(name, number, len(at), count), flush=True)
    return wrong
