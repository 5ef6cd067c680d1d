"""Mutation testing: what share of small faults in the code that computes makes a test fail.

pip install cosmic-ray, which makes the faults, then from the checkout on the modern stack:

    python -m scripts.mutation [--sample 60] [--seed 0] [GROUP ...]

Groups of modules, with the tests that are to notice, are those of scripts/mutation.json. Of each group so many places
are drawn, and of each place one of the faults that can be made there. A fault counts as noticed when a test fails, or
takes ten times as long. Those of which mutation.json says why they change nothing are not counted. Exit status 1: fewer
than 90 % of a group were noticed.

A fault is never written to a file: each is compiled in a process of its own, forked from one that has imported
everything but this package and its tests.
"""

import argparse
import collections
import contextlib
import difflib
import importlib
import importlib.machinery
import importlib.util
import json
import os
import random
import resource
import signal
import sys
import tempfile
import time
import warnings
from pathlib import Path

import pytest
import tqdm
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

CHECKOUT = Path(__file__).resolve().parent.parent
PACKAGE = "understanding_rl_vision"
SETTINGS = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
LEAST_SHARE = 0.9
PATIENCE, LEAST_SECONDS = 10, 20
MOST_MEMORY = 12 << 30
# Initialising MPI does not go together with forking.
OWN = (PACKAGE, "tests", "scripts", "mpi4py", "__main__", "conftest")

# module: path within the package; code: of the module with the fault; was, now: its line before and with it.
Mutant = collections.namedtuple("Mutant", "module code line was now")


def _changed(before, after):
    """The number of the first line that differs, from 1, and the differing lines before and after."""
    matcher = difflib.SequenceMatcher(None, before.splitlines(), after.splitlines(), autojunk=False)
    _, start, end, new_start, new_end = next(code for code in matcher.get_opcodes() if code[0] != "equal")
    was, now = before.splitlines()[start:end], after.splitlines()[new_start:new_end]
    return start + 1, " ".join(map(str.strip, was)), " ".join(map(str.strip, now))


def _compiles(code):
    try:
        compile(code, "mutant", "exec")
    except SyntaxError:
        return False
    return True


def places(module, code):
    """The places of a module where a fault can be made: (module, code, [(operator's name, occurrence), ...]) each."""
    nodes, found = list(ast_nodes(get_ast(code))), collections.defaultdict(list)
    for name in operator_names():
        if get_operator(name).arguments():
            continue
        positions = [position for node in nodes for position in get_operator(name)().mutation_positions(node)]
        for occurrence, position in enumerate(positions):
            found[position, name.split("_")[0]].append((name, occurrence))
    return [(module, code, faults) for _, faults in sorted(found.items())]


def mutant(place, draws):
    """A Mutant of a place, or None where none compiles."""
    module, code, faults = place
    for name, occurrence in draws.sample(faults, len(faults)):
        mutated = mutate_code(code, get_operator(name)(), occurrence)
        if mutated is not None and mutated != code and _compiles(mutated):
            made = Mutant(module, mutated, *_changed(code, mutated))
            # The star among a function's parameters, which cosmic-ray takes for a multiplication, is none.
            return None if made.now.replace("/, ", "*, ") == made.was else made
    return None


class _Finder:
    """Imports a module of the package from other code than its file's."""

    def __init__(self, module, code):
        self._path = CHECKOUT / PACKAGE / module
        self._name = ".".join((PACKAGE,) + Path(module).with_suffix("").parts)
        self._code = code

    def find_spec(self, name, path=None, target=None):
        if name != self._name:
            return None
        loader = importlib.machinery.SourceFileLoader(name, str(self._path))
        loader.get_code = lambda _: compile(self._code, str(self._path), "exec")
        return importlib.util.spec_from_file_location(name, str(self._path), loader=loader)


def _run_tests(tests, mutant, folder, report):
    """What the child does: pytest's exit status. report: of a pipe's end that takes the names of what was imported."""
    os.setsid()
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    if mutant:
        sys.meta_path.insert(0, _Finder(mutant.module, mutant.code))
    options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--basetemp", folder + "/tests"]
    status = pytest.main(options + tests)
    if report is not None:
        with os.fdopen(report, "w") as file:
            json.dump([name for name in sys.modules if name.split(".")[0] not in OWN], file)
    return int(status)


def run_tests(tests, mutant=None, seconds=None, imported=None):
    """Whether the tests pass, of a child process. imported: a list to add the names of modules to."""
    end, report = os.pipe()
    with tempfile.TemporaryDirectory() as folder:
        child = os.fork()
        if not child:
            status = 70
            with contextlib.suppress(BaseException):
                status = _run_tests(tests, mutant, folder, None if imported is None else report)
            os._exit(status)
        os.close(report)
        with os.fdopen(end) as file:
            text = "" if imported is None else file.read()
        if text:
            imported.extend(json.loads(text))
        return _wait(child, seconds) == 0


def _wait(child, seconds):
    """The child's exit status; it and what it has started are ended after so many seconds."""
    limit = time.monotonic() + (seconds or 3600)
    status = None
    while status is None and time.monotonic() < limit:
        time.sleep(0.05)
        found, raw = os.waitpid(child, os.WNOHANG)
        status = raw if found else None
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    if status is None:
        os.waitpid(child, 0)
    return status


def import_all(names):
    """Import what can be imported of these modules, quietly."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in names:
            with contextlib.suppress(Exception):
                importlib.import_module(name)


def reason(mutant):
    """Why a mutant changes nothing, or None where nobody has said so."""
    known = {(one["module"], one["now"]): one["why"] for one in SETTINGS["equivalent"]}
    return known.get((mutant.module, mutant.now))


def _code(module):
    return (CHECKOUT / PACKAGE / module).read_text(encoding="utf-8")


def _seconds(module, tests):
    """How long the tests of a module take, which must pass in the way that mutants are tested."""
    begun = time.monotonic()
    if not run_tests(tests, Mutant(module, _code(module), 0, "", "")):
        sys.exit("Without any fault these fail: {}".format(" ".join(tests)))
    return time.monotonic() - begun


def test_group(name, sample, seed):
    """Print what became of a group's mutants; returns how many were noticed and how many there were."""
    tests = SETTINGS["groups"][name]
    draws = random.Random("{} {}".format(seed, name))
    everywhere = [place for module in sorted(tests) for place in places(module, _code(module))]
    drawn = draws.sample(everywhere, min(sample, len(everywhere)))
    # In the order drawn: what is interrupted has been a sample too.
    drawn = list(filter(None, (mutant(place, draws) for place in drawn)))
    imported = []
    run_tests(["--collect-only"] + sorted({test for own in tests.values() for test in own}), imported=imported)
    import_all(imported)
    limits, noticed, equivalent = {}, 0, 0
    for one in tqdm.tqdm(drawn, name):
        if reason(one):
            equivalent += 1
            continue
        own = tests[one.module]
        if tuple(own) not in limits:
            limits[tuple(own)] = max(LEAST_SECONDS, PATIENCE * _seconds(one.module, own))
        if run_tests(own, one, limits[tuple(own)]):
            tqdm.tqdm.write("{0.module}:{0.line}\n  - {0.was}\n  + {0.now}".format(one))
        else:
            noticed += 1
    count = len(drawn) - equivalent
    print(
        "{}: {} of {} noticed ({:.1%}), {} change nothing; drawn from {} places.".format(
            name, noticed, count, noticed / count, equivalent, len(everywhere)
        ),
        flush=True,
    )
    return noticed, count


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("groups", nargs="*", metavar="GROUP", help="default: all")
    parser.add_argument("--sample", type=int, default=60, help="places of each group")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    os.chdir(str(CHECKOUT))
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    found = {name: test_group(name, args.sample, args.seed) for name in args.groups or SETTINGS["groups"]}
    noticed, count = (sum(numbers) for numbers in zip(*found.values()))
    # Imported last: the children are to import the package themselves.
    from understanding_rl_vision.evaluate.statistics import wilson_interval

    low, high = wilson_interval(noticed, count)
    print("All: {} of {} noticed, {:.1%} ({:.1%} to {:.1%}).".format(noticed, count, noticed / count, low, high))
    return int(any(noticed < LEAST_SHARE * count for noticed, count in found.values()))


if __name__ == "__main__":
    sys.exit(main())
