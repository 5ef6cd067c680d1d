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

SECONDS = 60
MEMORY = 5 << 30
MEMORY_OF_AGENT_FILES = 1 << 30
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
        previous = signal.signal(signal.SIGALRM, signal.default_int_handler)
        yield
        signal.alarm(0)
        signal.signal(signal.SIGALRM, previous)
    assert not os.listdir(str(tmp_path))


def outcome(read, case):
    """None where a file was read, else the message; whatever else is raised is told with the case."""
    signal.alarm(SECONDS)
    try:
        with more_memory_at_most(MEMORY_OF_AGENT_FILES if case.kind == "agent file" else MEMORY):
            read(case.path)
    except InputError as error:
        return str(error)
    except BaseException as error:
        raise AssertionError("{}: {}".format(case.kind, case.name)) from error
    finally:
        signal.alarm(0)
    return None


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
        signal.alarm(SECONDS)
        try:
            load_with_placeholders(str(path))
        except InputError as error:
            assert len(str(error)) <= LONGEST_MESSAGE
        signal.alarm(0)
