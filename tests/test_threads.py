import threading

import pytest

from understanding_rl_vision.threads import ahead, thread_limit


@pytest.mark.parametrize("given, threads", [("1", 1), ("3", 3), ("100", 4), ("", 4), ("many", 4), ("0", 4)])
def test_a_process_keeps_no_more_threads_busy_than_it_may(monkeypatch, given, threads):
    monkeypatch.setenv("OMP_NUM_THREADS", given)
    monkeypatch.setattr("os.sched_getaffinity", lambda process: {0, 1, 2, 3}, raising=False)
    assert thread_limit() == threads


@pytest.mark.parametrize("threads", ["1", "2"])
def test_ahead_gives_what_map_gives_and_raises_what_is_raised(monkeypatch, threads):
    monkeypatch.setenv("OMP_NUM_THREADS", threads)
    assert list(ahead(str, range(5))) == list("01234") and list(ahead(str, [])) == []
    found = ahead(lambda x: 1 // x, [1, 0, 1])
    assert next(found) == 1
    with pytest.raises(ZeroDivisionError):
        next(found)


def test_ahead_works_on_the_next_while_the_caller_has_the_last(monkeypatch):
    monkeypatch.setattr("understanding_rl_vision.threads.thread_limit", lambda: 2)
    begun = [threading.Event() for _ in range(3)]
    found = ahead(lambda i: begun[i].set(), range(3))
    next(found)
    assert begun[1].wait(10) and not begun[2].is_set()
