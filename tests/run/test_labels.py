import json

import pytest

from understanding_rl_vision.errors import InputError
from understanding_rl_vision.run.labels import all_notes, read_annotations, read_feature_labels


@pytest.fixture
def written(tmp_path):
    def write(value):
        path = tmp_path / "written.json"
        path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
        return path

    return write


def labels(path):
    return read_feature_labels(path, ["2b", "3a"], 8)


def annotations(path):
    return read_annotations(path, ["2b"], lengths=[5, 10])


def test_names_and_notes_are_read_as_the_page_exports_them(written):
    names = {"2b": {"0": "coin", "7": "Säge"}, "3a": {}}
    assert labels(written(names)) == names
    notes = [
        {"trajectory": 1, "frame": 9, "text": "It jumps.", "layer": "2b"},
        {"trajectory": 0, "frame": 0, "text": ""},
    ]
    assert annotations(written(notes)) == notes


def test_stories_are_read_as_the_page_exports_them(written):
    notes = [{"trajectory": 1, "frame": 9, "text": "The [2].", "output": "a7", "feature": 1}]
    stories = [{"name": "Coin", "summary": "Brown.", "notes": notes}, {"name": "", "notes": []}]
    read = annotations(written({"stories": stories}))
    assert read == {"stories": [stories[0], dict(stories[1], summary="")]}
    assert all_notes(read) == notes and all_notes({"annotations": notes}) == notes and all_notes({}) == []
    for wrong in ({"name": 3, "notes": []}, {"name": ""}, {"name": "", "notes": [], "steps": []}, []):
        with pytest.raises(InputError, match="or {.stories"):
            annotations(written({"stories": [wrong]}))
    with pytest.raises(InputError, match="of the story 'Coin', note 1 needs"):
        annotations(written({"stories": [{"name": "Coin", "notes": [{"text": ""}]}]}))


@pytest.mark.parametrize(
    "value, said",
    [
        ("{", "not JSON"),
        ([], "of the form"),
        ({"2b": "coin"}, "of the form"),
        ({"9z": {}}, "there are 2b, 3a"),
        ({"2b": {"8": "coin"}}, "from 0 to 7"),
        ({"2b": {"coin": "0"}}, "from 0 to 7"),
        ({"2b": {"0": 5}}, "names are texts"),
    ],
)
def test_other_names_are_refused(written, value, said):
    with pytest.raises(InputError, match=said):
        labels(written(value))


@pytest.mark.parametrize(
    "note",
    [
        {"trajectory": 0, "frame": 0},
        {"trajectory": 2, "frame": 0, "text": ""},
        {"trajectory": 0, "frame": 0, "text": "", "output": 3},
        {"trajectory": 0, "frame": 0, "text": "", "feature": "red"},
        {"trajectory": 1, "frame": 10, "text": ""},
        {"trajectory": 0, "frame": 5, "text": ""},
        {"trajectory": 0, "frame": True, "text": ""},
        {"trajectory": 0, "frame": 1.5, "text": ""},
        {"trajectory": 0, "frame": 0, "text": "", "layer": "3a"},
    ],
)
def test_other_notes_are_refused(written, note):
    with pytest.raises(InputError, match="note 2 needs"):
        annotations(written([{"trajectory": 0, "frame": 0, "text": ""}, note]))
    with pytest.raises(InputError, match="are a list"):
        annotations(written(note))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match="nothing.json: No such file"):
        labels(tmp_path / "nothing.json")
