"""The table and the notes of what was found."""

import csv

from understanding_rl_vision.find.report import notes, table


def test_table_and_notes_count_as_the_page_does(search):
    rows = list(csv.DictReader(table(search.found, {3: 0, 0: 1, 1: 2}).splitlines()))
    assert len(rows) == 8
    assert rows[0] == {
        "kind": "failure",
        "rank": "1",
        "score": "-4",
        "frame": "4",
        "trajectory": "1",
        "level": "13",
        "solved": "0",
        "cause": "buzzsaw",
        "steps": "4",
        "return": "0",
    }
    assert (rows[2]["level"], rows[2]["trajectory"]) == ("12", "")
    written = notes(search.leading, {3: 0, 0: 1, 1: 2})
    assert written[0] == {
        "trajectory": 0,
        "frame": 3,
        "text": "Failure 1 of 2 in level 13, failed by buzzsaw: lowest advantage -4",
    }
    assert written[-1]["text"] == "Spike 1 of 1 in level 11, solved: value spike +1.5"
    assert "unknown" not in notes({"failure": search.found["failure"]}, {0: 0, 2: 1, 3: 2})[2]["text"]


def test_without_values_notes_tell_the_return(without_values):
    written = notes(without_values.leading, {1: 0, 0: 1}, without_values.has_value)
    assert written[0]["text"] == "Failure 1 of 2 in level 11, failed: return -3"
