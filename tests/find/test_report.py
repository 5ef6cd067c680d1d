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
    written = notes(search, {3: 0, 0: 1, 1: 2, 2: 3})
    assert written[0] == {
        "trajectory": 0,
        "frame": 3,
        "before": "Failure 1 of 2, level 13: the value was 4; advantage −4",
        "after": "Failed by buzzsaw at this frame.",
    }
    assert written[2]["before"] == "Spike 1 of 1, level 11: the value rose by 1.5 for one frame, from 0.5 to 2"
    assert written[3]["trajectory"] == 3 and written[3]["after"] == "Failed 1 frame later."


def test_without_values_notes_tell_the_return(without_values):
    written = notes(without_values, {1: 0, 0: 1})
    assert written[0]["before"] == "Failure 1 of 2, level 11: return −3"
    assert written[0]["after"] == "Failed at this frame."
