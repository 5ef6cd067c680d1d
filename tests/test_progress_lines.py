import json

import pytest

from understanding_rl_vision import progress_lines
from understanding_rl_vision.progress_lines import Lines, Log


@pytest.fixture
def clock():
    class Clock:
        now = 0.0

        def __call__(self):
            return self.now

    return Clock()


def test_a_log_has_a_line_a_minute_and_one_at_the_end(clock, capsys):
    log = Log(clock=clock)
    for _ in Lines(log, "playing", range(100)):
        clock.now += 1.5
    bar = Lines(log, "fitting", total=2000)
    clock.now += 5
    bar.update(2000)
    bar.close()
    assert capsys.readouterr().err == "playing: 40 of 100, 60 s\nplaying: 80 of 100, 120 s\n"
    with Lines(log, "training", total=9000, initial=1000) as bar:
        bar.set_postfix_str("mean return 3", refresh=False)
        bar.update(500)
        clock.now += progress_lines.WORTH_A_LINE
        bar.close()
    assert capsys.readouterr().err == "training: 1,500 of 9,000, 10 s, mean return 3\n"


def test_no_line_is_told_twice(clock, capsys):
    for _ in Lines(Log(clock=clock), "features", range(1)):
        clock.now += 81
    bar = Lines(Log(clock=clock), "features", range(1))
    with bar:
        clock.now += 81
        bar.update()
    assert capsys.readouterr().err == "features: 1 of 1, 81 s\n" * 2


def test_a_short_stage_has_no_line_for_people(clock, capsys):
    assert list(Lines(Log(clock=clock), "playing", iter("ab"))) == ["a", "b"]
    assert capsys.readouterr().err == ""


def test_programs_are_told_of_every_stage_at_its_start_each_second_and_at_its_end(clock, capsys):
    log = Log(for_programs=True, clock=clock)
    with Lines(log, "playing", total=4) as bar:
        for _ in range(4):
            clock.now += 0.6
            bar.update()
    told = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(line["done"], line["seconds"]) for line in told] == [(0, 0.0), (2, 1.2), (4, 2.4), (4, 2.4)]
    assert told[0] == {"stage": "playing", "done": 0, "total": 4, "seconds": 0.0}


def test_a_total_may_be_known_later_or_never(clock, capsys):
    bar = Lines(Log(for_programs=True, clock=clock), "downloading agent.jd")
    bar.total = 10
    bar.update(10)
    bar.close()
    totals = [json.loads(line)["total"] for line in capsys.readouterr().err.splitlines()]
    assert totals == [None, 10]


def test_a_stage_that_was_told_of_is_told_to_its_end(clock, capsys):
    log = Log(clock=clock)
    clock.now += progress_lines.APART
    with Lines(log, "fetching", total=3) as bar:
        bar.update()
        bar.update(2)
    assert capsys.readouterr().err == "fetching: 1 of 3, 0 s\nfetching: 3 of 3, 0 s\n"
