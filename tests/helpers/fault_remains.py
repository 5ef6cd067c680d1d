"""What a command with a fault has left, judged."""

import os

import joblib

from tests.helpers.folders import files_below
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.rl_util.pickles import load_joblib
from understanding_rl_vision.train.logs import read_progress

STATUS = {"SIGINT": [130], "SIGTERM": [143], "SIGKILL": [-9], "full": [2], "disk": [2], "removed": [2]}
# What a training has made.
LEARNED = ("params", "optimizer", "history", "variables", "best")


def contents(folder, names=None):
    """File name -> bytes; or, of files that tell how long it took, what else they tell."""
    found = {}
    for name in files_below(folder) if names is None else names:
        path = os.path.join(folder, name)
        if name == "progress.csv":
            found[name] = [{key: row[key] for key in row if "second" not in key} for row in read_progress(path)]
        elif name in ("checkpoint.jd", "generator.jd"):
            content = load_joblib(path)
            found[name] = joblib.hash([content[key] for key in LEARNED if key in content])
        else:
            with open(path, "rb") as file:
                found[name] = file.read()
    return found


def said_in(folder):
    with open(os.path.join(folder, "said"), errors="replace") as file:
        return file.read()


def wrong_after_fault(command, folder, fault, status, earlier, expected):
    """What a fault must not leave: sentences."""
    found = []
    said = said_in(folder)
    # The last moments are after the page has taken its place.
    done = status == 0 and _has_all(command, folder, fault, expected)
    if status not in STATUS[fault] and not done:
        found.append("status {}: {}".format(status, said[-2000:]))
    if "Traceback" in said:
        found.append("a traceback: {}".format(said[-2000:]))
    allowed = {"out", "out.partial", "agent.jd", "tmp", "said"} | ({"out.lock"} if fault == "SIGKILL" else set())
    found += ["left {}".format(name) for name in os.listdir(folder) if name not in allowed | {"rl-clarity"}]
    if fault != "SIGKILL":
        found += ["left {}".format(name) for name in files_below(folder) if name.endswith((".tmp", ".lock"))]
        found += ["left tmp/{}".format(name) for name in os.listdir(os.path.join(folder, "tmp"))]
    if command.page and os.path.exists(os.path.join(folder, "out", "interface.html")):
        standing = contents(os.path.join(folder, "out"))
        if standing not in (earlier, expected) and (fault, standing) != ("removed", _without_readers_own(expected)):
            found.append("a page stands among files of another: {}".format(sorted(standing)))
    elif command.page and fault not in ("SIGKILL", "removed"):
        found.append("the earlier page is gone")
    return found


def _has_all(command, folder, fault, expected):
    """Whether a command that ended with 0 has left the files that it leaves without a fault."""
    try:
        standing = contents(os.path.join(folder, "out"), command.same)
    except (OSError, InputError):
        return False
    return standing in (expected, _without_readers_own(expected) if fault == "removed" else expected)


def _without_readers_own(expected):
    """Files but for the reader's own, which goes with a folder that is removed."""
    return {name: content for name, content in expected.items() if name != "mine.txt"}


def wrong_in_the_end(command, folder, fault, status, expected, beside):
    """What is not as without a fault, when the command was given again: sentences."""
    found = [] if status == 0 else ["given again, status {}: {}".format(status, said_in(folder)[-2000:])]
    try:
        standing = contents(os.path.join(folder, "out"), command.same)
    except (OSError, InputError) as error:
        return found + [str(error)]
    if fault == "removed":
        expected = _without_removed(expected, standing)
    if standing != expected:
        names = {name for name in {*standing, *expected} if standing.get(name) != expected.get(name)}
        found.append("other files than without a fault: {}".format(sorted(names)))
    if sorted(os.listdir(folder)) != beside:
        found.append("left {}".format(sorted(set(os.listdir(folder)) - set(beside))))
    found += ["left {}".format(name) for name in files_below(folder) if name.endswith((".tmp", ".lock"))]
    return found


def _without_removed(expected, standing):
    """Files but for what went with a folder that was removed: the reader's own, and the first rows of a table."""
    if "mine.txt" not in standing:
        expected = _without_readers_own(expected)
    if "progress.csv" in expected:
        kept = len(standing["progress.csv"])
        expected = dict(expected, **{"progress.csv": expected["progress.csv"][-kept:] if kept else []})
    return expected
