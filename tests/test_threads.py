import pytest

from understanding_rl_vision.threads import thread_limit


@pytest.mark.parametrize("given, threads", [("1", 1), ("3", 3), ("100", 4), ("", 4), ("many", 4), ("0", 4)])
def test_a_process_keeps_no_more_threads_busy_than_it_may(monkeypatch, given, threads):
    monkeypatch.setenv("OMP_NUM_THREADS", given)
    monkeypatch.setattr("os.sched_getaffinity", lambda process: {0, 1, 2, 3}, raising=False)
    assert thread_limit() == threads
