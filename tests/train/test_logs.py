import glob
import math

import numpy as np
import pytest

from understanding_rl_vision import progress
from understanding_rl_vision.tensorflow1 import tf
from understanding_rl_vision.train.logs import COLUMNS, NUM_RECENT, Episodes, Logs, explained_variance, read_progress


def row(update, **changes):
    values = dict(dict.fromkeys(COLUMNS, 0.25), update=update, frames=100 * update, episodes=update)
    return dict(values, **changes)


def write(folder, updates, start=0):
    logs = Logs(str(folder), start, 1000, 100 * start)
    for update in updates:
        logs.write(row(update))
    logs.close()


def test_rows_are_written_to_progress_csv_and_events(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(progress, "_can_redraw", lambda stream: True)
    write(tmp_path, [1, 2])
    rows = read_progress(str(tmp_path / "progress.csv"))
    assert tuple(rows[0]) == COLUMNS and [r["update"] for r in rows] == ["1", "2"] and rows[1]["entropy"] == "0.25"
    (events,) = glob.glob(str(tmp_path / "events*"))
    scalars = [
        (event.step, value.tag, value.simple_value)
        for event in tf.train.summary_iterator(events)
        for value in event.summary.value
    ]
    assert (200, "mean_return", 0.25) in scalars and not any(math.isnan(value) for _, _, value in scalars)
    line = capsys.readouterr().err
    assert "mean return 0.25, solved 25.0%" in line and "frames/s" in line and "<" in line


def test_rows_after_the_resumed_update_and_half_rows_are_dropped(tmp_path):
    path = tmp_path / "progress.csv"
    write(tmp_path, [1, 2, 3])
    path.write_text(path.read_text() + "4,400,0.2")
    write(tmp_path, [3, 4], start=2)
    assert [int(r["update"]) for r in read_progress(str(path))] == [1, 2, 3, 4]


def test_episodes_are_summed_up_over_the_recent_ones():
    episodes = Episodes()
    assert episodes.summary()["episodes"] == 0 and math.isnan(episodes.summary()["solved_rate"])
    episodes.extend([(100.0, 1, True)] * 7)
    episodes.extend([(10.0, 4, True), (0.0, 8, False)] * (NUM_RECENT // 2))
    assert episodes.summary() == {"mean_return": 5, "mean_length": 6, "solved_rate": 0.5, "episodes": NUM_RECENT + 7}


def test_the_rate_is_of_episodes_of_which_something_tells_whether_they_were_solved():
    episodes = Episodes([(5.0, 2, None)], 1)
    assert math.isnan(episodes.summary()["solved_rate"]) and episodes.summary()["mean_return"] == 5
    # Checkpoints of earlier versions hold pairs of return and length.
    assert Episodes([(1.0, 2), (0.0, 2), (0.0, 2), (0.0, 2)], 4).summary()["solved_rate"] == 0.25


def test_explained_variance():
    returns = np.array([1.0, 2.0, 3.0])
    assert explained_variance(returns, returns) == 1
    assert explained_variance(np.ones(3), returns) == 0
    assert explained_variance(-returns, returns) == pytest.approx(-3)
    assert math.isnan(explained_variance(returns, np.ones(3)))
