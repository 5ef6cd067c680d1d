import re

import pytest

from understanding_rl_vision.progress import Progress


def test_items_pass_through_and_stages_are_timed():
    progress = Progress(quiet=True)
    assert list(progress.track(range(3), "playing")) == [0, 1, 2]
    assert list(progress.track(iter("ab"), "playing", total=2)) == ["a", "b"]
    assert list(progress.track([], "nothing")) == []
    assert set(progress.seconds) == {"playing", "nothing"} and min(progress.seconds.values()) >= 0


def test_a_stage_that_fails_is_timed_too():
    progress = Progress(quiet=True)
    with pytest.raises(KeyError):
        for _ in progress.track([1], "failing"):
            raise KeyError
    assert "failing" in progress.seconds


def test_the_summary_names_the_longest_stage_first():
    progress = Progress(quiet=True)
    progress.seconds = {"short": 1.2, "long": 30.0, "middle": 9.6}
    assert progress.summary() == "long 30 s, middle 10 s, short 1 s"


def test_the_summary_leaves_out_what_took_no_time():
    progress = Progress(quiet=True)
    progress.seconds = {"quick": 0.2, "long": 30.0, "quicker": 0.04}
    assert progress.summary() == "long 30 s"
    progress.seconds = {"quicker": 0.04, "quick": 0.2}
    assert progress.summary() == "quick 0 s"


def test_the_bar_carries_the_name_of_the_stage(capsys):
    list(Progress().track(range(2), "attribution to 2b"))
    assert re.search("attribution to 2b.*2/2", capsys.readouterr().err)
    list(Progress(quiet=True).track(range(2), "attribution to 2b"))
    assert capsys.readouterr().err == ""
