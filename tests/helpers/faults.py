"""Run as a program: commands in child processes, each with a fault at a moment of its own, and what they leave.

    python -m tests.helpers.faults [--commands run find ...] [--faults SIGKILL disk ...] [--moments 20]

Moments are numbers of changes to files, of which an undisturbed command makes as many as are counted first; of `disk`,
sizes of a file system, up to what an undisturbed command fills; of `import`, numbers of modules that are looked for
when the command has just been started. After each fault but the last the command is given again, and must end with the
same files. A process of its own, since it must fork, and one in which TensorFlow has run must not.
"""

import argparse
import atexit
import os
import shutil
import signal
import sys
import tempfile
import time
import traceback

from tests.helpers.changes import Changes, used_room
from tests.helpers.fault_commands import COMMANDS
from tests.helpers.fault_remains import contents, said_in, wrong_after_fault, wrong_in_the_end
from tests.helpers.interrupted_imports import try_imports
from tests.helpers.small_disks import can_mount, mounted, remount
from tests.helpers.untrained import SMALL, write_checkpoint
from understanding_rl_vision import later
from understanding_rl_vision.command_line import main
from understanding_rl_vision.envs import make_env
from understanding_rl_vision.pages.manifest import MANIFEST
from understanding_rl_vision.tensorflow1 import tf
from understanding_rl_vision.train import __main__ as train

FAULTS = ("SIGINT", "SIGTERM", "SIGKILL", "full", "disk", "removed", "import")
LONGEST = 600
LEARNED_AGENT = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "coinrun.jd")
# Room for any command here.
ROOM = 1 << 30


def start(command, folder, fault=None, moment=None, resume=False):
    """The command in a child process, its output in a file. Returns its status and the number of changes."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            # What the parent has made is the parent's to remove.
            atexit._clear()
            os.setsid()
            os.chdir(folder)
            os.environ["TMPDIR"] = tempfile.tempdir = os.path.join(folder, "tmp")
            said = os.open(os.path.join(folder, "said"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(said, 1)
            os.dup2(said, 2)
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
            # A full file system says so by itself.
            changes = Changes(folder, None if fault == "disk" else fault, moment)
            changes.watch()
            arguments = command.arguments + (["--resume=true"] if resume else [])
            arguments = (
                [arguments[-1].replace("=true", "=out")] if resume and command.work is train.train else arguments
            )
            status = main(command.work, command.parser(), arguments)
            with open(folder + ".count", "w") as file:
                file.write("{} {} {}".format(changes.count, changes.outputs, changes.used))
        except BaseException:
            traceback.print_exc()
        finally:
            atexit._run_exitfuncs()
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
    return _status(child)


def _status(child):
    """How a child process ended."""
    end = time.monotonic() + LONGEST
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            if _group_lives(child):
                os.killpg(child, signal.SIGKILL)
                return "leaves a process"
            return os.WEXITSTATUS(status) if os.WIFEXITED(status) else -os.WTERMSIG(status)
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "hangs"


def _group_lives(group):
    """Whether there is any process of a child's group, a while after that has ended."""
    for _ in range(50):
        try:
            os.killpg(group, 0)
        except OSError:
            return False
        time.sleep(0.1)
    return True


def make_small_agent(path):
    """Write one in a child process: it takes TensorFlow."""
    child = os.fork()
    if child == 0:
        write_checkpoint(path, **SMALL)
        os._exit(0)
    if _status(child) != 0:
        raise RuntimeError("no agent was made")
    return path


def make_folder(folder, agent, page):
    """A folder with an agent, and maybe with an earlier page and a file of its reader's."""
    os.makedirs(os.path.join(folder, "tmp"))
    shutil.copy(agent, os.path.join(folder, "agent.jd"))
    if page:
        earlier = {"interface.html": "old", "features/old.png": "old", "mine.txt": "mine"}
        earlier[MANIFEST] = '{"interface.html": ["interface.html", "features/old.png"]}'
        for name, text in earlier.items():
            path = os.path.join(folder, "out", name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w") as file:
                file.write(text)


def try_moment(command, folder, agent, fault, moment, expected, beside):
    """What is wrong with one fault at one moment, of `disk` the size: sentences."""
    with mounted(folder, moment if fault == "disk" else None):
        make_folder(folder, agent, command.page)
        earlier = contents(os.path.join(folder, "out")) if command.page else {}
        status = start(command, folder, fault, moment)
        wrong = wrong_after_fault(command, folder, fault, status, earlier, expected)
        resume = command.resumes is not None and os.path.exists(os.path.join(folder, "out", command.resumes))
        if not (status == 0 and command.resumes):
            # What a killed process had begun to write may be taken for what another one is about to.
            time.sleep(1.2 if fault == "SIGKILL" else 0)
            if fault == "disk":
                remount(folder, ROOM)
            wrong += wrong_in_the_end(command, folder, fault, start(command, folder, resume=resume), expected, beside)
    shutil.rmtree(folder)
    return wrong


def undisturbed(command, folder, agent):
    """The status of a command without a fault, and what it does.

    That is its changes to files, how many there are up to the last one in the output folder, the room taken before and
    at most, the files of the output folder by name, and the names beside it.
    """
    with mounted(folder, ROOM if can_mount() else None):
        make_folder(folder, agent, command.page)
        before = used_room(folder)
        status = start(command, folder)
        if status != 0:
            return status, said_in(folder)
        with open(folder + ".count") as file:
            count, outputs, used = map(int, file.read().split())
        expected = contents(os.path.join(folder, "out"), command.same)
        return status, (count, outputs, before, used, expected, sorted(os.listdir(folder)))


def moments_of(fault, moments, count, before, used):
    """Where a fault happens."""
    if fault == "disk":
        return [before + (used - before) * (2 * i + 1) // (2 * moments) for i in range(moments)]
    return sorted({1 + i * (count - 1) // max(1, moments - 1) for i in range(moments)})


def try_command(name, faults, moments, root, agents):
    """Print, and return, what is wrong with the faults of a command at so many moments. agents: paths, True: small."""
    command, wrong = COMMANDS[name], []
    agent = agents[command.small]
    if "hide" not in name:
        # Procgen reads its images once in a process, which takes half of the time of a command: its children have them.
        make_env("procgen", "coinrun", 1, num_threads=0).close()
    if "import" in faults:
        wrong += try_imports(name, command.verb, moments, root)
    faults = [fault for fault in faults if fault != "import" and (fault != "disk" or can_mount())]
    if not faults:
        return wrong
    status, found = undisturbed(command, os.path.join(root, "undisturbed"), agent)
    if status != 0:
        return wrong + ["{}: status {}: {}".format(name, status, found)]
    count, outputs, before, used, expected, beside = found
    for fault in faults:
        # What is removed later is removed from a command that has ended.
        at = moments_of(fault, moments, outputs if fault == "removed" else count, before, used)
        for moment in at:
            folder = os.path.join(root, "trial")
            found = try_moment(command, folder, agent, fault, moment, expected, beside)
            found = ["{}, {} at {} of {}: {}".format(name, fault, moment, count, one) for one in found]
            print("".join(one + "\n" for one in found), end="", flush=True)
            wrong += found
        print("{}: {} at {} moments of {} changes".format(name, fault, len(at), count), flush=True)
    return wrong


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--commands", nargs="+", choices=sorted(COMMANDS), default=list(COMMANDS))
    parser.add_argument("--faults", nargs="+", choices=FAULTS, default=list(FAULTS))
    parser.add_argument("--moments", type=int, default=20)
    return parser.parse_args()


if __name__ == "__main__":
    given = parse()
    with tempfile.TemporaryDirectory() as made:
        root = os.path.realpath(made)
        # Children have what is imported here. TensorFlow has run in no process that has only imported it.
        for module, attribute in ((tf, "Graph"), (later.joblib, "dump"), (later.ndimage, "zoom")):
            getattr(module, attribute)
        agents = {True: make_small_agent(os.path.join(root, "small.jd")), False: LEARNED_AGENT}
        all_wrong = [
            one for each in given.commands for one in try_command(each, given.faults, given.moments, root, agents)
        ]
    print("{} faults lost something.".format(len(all_wrong)) if all_wrong else "Nothing finished was lost.")
    sys.exit(bool(all_wrong))
