"""Commands that are interrupted while they import."""

import json
import os
import signal
import subprocess
import sys

# At each lookup of a module that is chosen the process divides: one of both gets the signal, the other one goes on, and
# tells how that ended. Lookups are counted from that of this package: before nothing of it can have run.
COUNTING = """
import json, os, signal, sys, tempfile

class Counting:
    count, before = None, 0

    def find_spec(self, name, *_):
        if name == "understanding_rl_vision" and self.count is None:
            self.count = 0
        elif self.count is not None:
            self.count += 1
            if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
                self.before = self.count
            if self.count in {moments}:
                for number in {numbers}:
                    tried.append([number, self.count] + interrupted(number))

def interrupted(number):
    with tempfile.TemporaryFile() as said:
        child = os.fork()
        if child == 0:
            os.dup2(said.fileno(), 1)
            os.dup2(said.fileno(), 2)
            os.kill(os.getpid(), number)
            # Where it is not heeded at once.
            for _ in range(1000):
                pass
            os._exit(99)
        _, status = os.waitpid(child, 0)
        said.seek(0)
        return [os.WEXITSTATUS(status) if os.WIFEXITED(status) else -os.WTERMSIG(status), said.read().decode()]

tried, process = [], os.getpid()
signal.signal(signal.SIGINT, signal.default_int_handler)
counting = Counting()
sys.meta_path.insert(0, counting)
import atexit
atexit.register(lambda: os.getpid() == process and print("\\n" + json.dumps([counting.before, counting.count, tried])))
"""
# Until the package heeds signals it looks for a few modules itself.
FIRST = 10
NUMBERS = [int(signal.SIGINT), int(signal.SIGTERM)]


def start(folder, verb, moments=()):
    """A command that would only tell its options, with signals at lookups of modules of these numbers.

    Returns its status, how many lookups there are until signals are heeded, and in all, and of each signal its number,
    that of the lookup, and the status and the text that the command ends with.
    """
    with open(os.path.join(folder, "sitecustomize.py"), "w") as file:
        file.write(COUNTING.format(moments=set(moments) or "()", numbers=NUMBERS))
    done = subprocess.run(
        [sys.executable, "-m", "understanding_rl_vision." + verb, "--help"],
        env=dict(os.environ, PYTHONPATH=os.pathsep.join([folder, os.environ.get("PYTHONPATH", os.getcwd())])),
        stdout=subprocess.PIPE,
        text=True,
    )
    return (done.returncode, *json.loads(done.stdout.rstrip().split("\n")[-1]))


def try_imports(name, verb, moments, folder):
    """Print, and return, what is wrong with a command that is interrupted at so many lookups of modules."""
    _, first, count, _ = start(folder, verb)
    at = {first + 1 + i * (count - first - 1) // max(1, moments - 1) for i in range(moments)}
    command_status, _, _, tried = start(folder, verb, at)
    wrong = [] if first <= FIRST else ["{}: signals are heeded only after {} lookups".format(name, first)]
    if command_status != 0 or len(tried) != len(NUMBERS) * len(at):
        wrong.append("{}: status {}, only {} tried".format(name, command_status, len(tried)))
    for number, moment, status, said in tried:
        if status != 128 + number or "Traceback" in said or not said.endswith("interrupted.\n"):
            wrong.append("{}, {} at import {} of {}: {} {}".format(name, number, moment, count, status, said[-2000:]))
    print("".join(one + "\n" for one in wrong), end="")
    print("{}: signals {} at {} of {} lookups of modules".format(name, NUMBERS, len(at), count), flush=True)
    return wrong
