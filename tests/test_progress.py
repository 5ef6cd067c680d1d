import json
import re
import sys

import pytest

from understanding_rl_vision import progress
from understanding_rl_vision.progress import Progress, progress_as_json
from understanding_rl_vision.progress_lines import Log


def test_items_pass_through_and_stages_are_timed():
    followed = Progress(quiet=True)
    assert list(followed.track(range(3), "playing")) == [0, 1, 2]
    assert list(followed.track(iter("ab"), "playing", total=2)) == ["a", "b"]
    assert list(followed.track([], "nothing")) == []
    assert set(followed.seconds) == {"playing", "nothing"} and min(followed.seconds.values()) >= 0


def test_a_stage_that_fails_is_timed_too():
    followed = Progress(quiet=True)
    with pytest.raises(KeyError):
        for _ in followed.track([1], "failing"):
            raise KeyError
    assert "failing" in followed.seconds


def test_the_summary_names_the_longest_stage_first():
    followed = Progress(quiet=True)
    followed.seconds = {"short": 1.2, "long": 30.0, "middle": 9.6}
    assert followed.summary() == "long 30 s, middle 10 s, short 1 s"


def test_the_summary_leaves_out_what_took_no_time():
    followed = Progress(quiet=True)
    followed.seconds = {"quick": 0.2, "long": 30.0, "quicker": 0.04}
    assert followed.summary() == "long 30 s"
    followed.seconds = {"quicker": 0.04, "quick": 0.2}
    assert followed.summary() == "quick 0 s"


def test_the_bar_carries_the_name_of_the_stage(capsys, monkeypatch):
    monkeypatch.setattr(progress, "_can_redraw", lambda stream: True)
    list(Progress().track(range(2), "attribution to 2b"))
    assert re.search("attribution to 2b.*2/2", capsys.readouterr().err)
    list(Progress(quiet=True).track(range(2), "attribution to 2b"))
    assert capsys.readouterr().err == ""


def test_a_log_has_no_bars_and_a_notebook_has(capsys, monkeypatch):
    # One to which a line was written just now.
    monkeypatch.setattr(progress, "_log", Log())
    list(Progress().track(range(2), "attribution to 2b"))
    Progress().say("It goes on.")
    assert capsys.readouterr().err == "It goes on.\n"
    stream = type("OutStream", (), {"__module__": "ipykernel.iostream", "isatty": lambda self: False})()
    assert progress._can_redraw(stream) and not progress._can_redraw(sys.stderr)


def test_a_program_reads_lines(capsys):
    with progress_as_json():
        list(Progress().track(range(2), "attribution to 2b"))
        Progress().say("It goes on.")
        list(Progress(quiet=True).track(range(2), "features of 2b"))
    told = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line.get("done", line.get("said")) for line in told] == [0, 2, "It goes on."]
