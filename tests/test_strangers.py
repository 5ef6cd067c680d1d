"""A stranger's files: each is read, or refused in a sentence, in bounded time and memory, and nothing of them runs.

The files, several hundred, are those of `tests.helpers.hostile_files`, each read by what the commands read it with.
"""

import json
import os
import signal

import pytest

from tests.helpers.folders import files_below
from tests.helpers.hostile_files import write_corpus
from tests.helpers.limits import more_memory_at_most
from tests.helpers.reading_files import READERS
from understanding_rl_vision.errors import LONGEST_MESSAGE, InputError
from understanding_rl_vision.rl_util.pickles import load_with_placeholders

# Of a processor: others may want the machine, too. What waits for ever uses none, and gets a multiple of that.
SECONDS, PATIENCE = 60, 10
MEMORY = 5 << 30
MEMORY_OF_AGENT_FILES = 1 << 30
ENDING = (signal.SIGALRM, signal.SIGPROF)
WRITING = ("evaluation", "summaries", "levels", "progress", "derived")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    folder = tmp_path_factory.mktemp("corpus")
    cases = {}
    for case in write_corpus(folder):
        cases.setdefault(case.kind, []).append(case)
    assert sum(map(len, cases.values())) >= 150 and set(cases) == set(READERS)
    yield cases
    assert not (folder / "ran").exists()


@pytest.fixture
def bounded(tmp_path, monkeypatch):
    """Less memory than hostile files ask for, an alarm for what hangs, and a folder in which nothing may appear."""
    monkeypatch.chdir(tmp_path)
    with more_memory_at_most(MEMORY):
        previous = {number: signal.signal(number, signal.default_int_handler) for number in ENDING}
        yield
        _give(0)
        for number, handler in previous.items():
            signal.signal(number, handler)
    assert not os.listdir(str(tmp_path))


def outcome(read, case):
    """None where a file was read, else the message; whatever else is raised is told with the case."""
    _give(SECONDS)
    try:
        with more_memory_at_most(MEMORY_OF_AGENT_FILES if case.kind == "agent file" else MEMORY):
            read(case.path)
    except InputError as error:
        return str(error)
    except BaseException as error:
        raise AssertionError("{}: {}".format(case.kind, case.name)) from error
    finally:
        _give(0)
    return None


def _give(seconds):
    """Let an exception come after so many seconds of processors, or PATIENCE times as many by the clock; 0: none."""
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.alarm(PATIENCE * seconds)


@pytest.mark.parametrize("kind", sorted(READERS))
def test_read_or_refused(corpus, bounded, kind):
    read = 0
    for case in corpus[kind]:
        before = files_below(case.path)
        message = outcome(READERS[kind], case)
        read += message is None
        assert message is None or 10 < len(message) <= LONGEST_MESSAGE
        if message is not None and kind not in WRITING:
            assert files_below(case.path) == before
        for name in files_below(case.path) - before:
            if name.endswith(".json"):
                with open(os.path.join(case.path, name), encoding="utf-8") as file:
                    json.load(file, parse_constant=pytest.fail)
    # Of levels, lines that are damaged are left out; of other kinds some files are harmless.
    assert read < len(corpus[kind]) or kind == "levels"


def test_shared_hostile_files(shared, bounded, tmp_path):
    folder = shared / "hostile"
    if not folder.is_dir():
        pytest.skip("no folder of hostile files")

    for path in sorted(folder.glob("*.jd")):
        _give(SECONDS)
        try:
            load_with_placeholders(str(path))
        except InputError as error:
            assert len(str(error)) <= LONGEST_MESSAGE
        _give(0)
