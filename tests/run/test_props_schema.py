"""Pages hold what the front-end's types say, which svelte/src/core/props.schema.json is made of."""

import copy
import json

import jsonschema
import numpy as np
import pytest

from tests.helpers.interfaces import FEW, OBSERVATIONS, props_of, tiny_data
from understanding_rl_vision.envs.base import Seen
from understanding_rl_vision.play.objects import joined_objects
from understanding_rl_vision.run.generating import generate

# Of several models, of games that tell what they show, with images made by gradient, and what people wrote.
ONLY_SOME_PAGES = {
    "models",
    "frames_of",
    "responses",
    "visualized",
    "feature_labels",
    "annotations",
    "stories",
    "files",
    "json_packed",
}


@pytest.fixture(scope="module")
def schema(checkout):
    return json.loads((checkout / "svelte" / "src" / "core" / "props.schema.json").read_text(encoding="utf-8"))


def complaints(schema, kind, props):
    """What the schema has against data that are to be of a kind, such as 'Props'."""
    validator = jsonschema.Draft7Validator(dict(schema, **{"$ref": "#/definitions/" + kind}))
    return ["{}: {}".format(list(error.absolute_path), error.message[:200]) for error in validator.iter_errors(props)]


def made(folder, data, **options):
    generate(folder, **dict(data, **dict(FEW, **options)))
    return props_of(folder)


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    options = {"attr_policy": True, "input_layer_include": True}
    return made(tmp_path_factory.mktemp("plain"), tiny_data(), **options)


def assert_fits(schema, props, keys=()):
    assert complaints(schema, "Props", props) == []
    assert set(props) == set(schema["definitions"]["Props"]["properties"]) - ONLY_SOME_PAGES | set(keys)


def test_a_page(schema, plain):
    assert_fits(schema, plain)


def test_what_features_respond_to(schema, tmp_path):
    data = tiny_data()
    seen = [
        Seen(np.array(["coin", "wall"][: 1 + number % 2], object), np.full((1 + number % 2, 4), 0.25))
        for number in range(OBSERVATIONS)
    ]
    props = made(tmp_path, dict(data, objects=joined_objects(seen, range(OBSERVATIONS))))
    assert_fits(schema, props, {"responses"})
    for name, layer in props["responses"].items():
        assert layer["objects"] == [OBSERVATIONS, OBSERVATIONS // 2] and layer["observations"] == OBSERVATIONS
        assert np.shape(layer["features"]["ratio"]) == (props["feature_counts"][name], 2)


def test_what_does_not_fit_is_noticed(schema, plain):
    for path, value in [
        (["layers"], [1]),
        (["unknown"], 1),
        (["trajectories", "rewards", 0, 0], None),
        (["attributions", 0, "metadata", "direction", 0], "up"),
        (["integration_gaps", 0, "gap"], []),
        (["colors", "graphs"], {}),
    ]:
        broken = copy.deepcopy(plain)
        place = broken
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value
        assert len(complaints(schema, "Props", broken)) >= 1, path


def test_two_models_one_without_value_function(schema, tmp_path):
    first, second = tiny_data(), tiny_data(seed=1, value=None)
    compared = [dict(second, name="later")]
    del compared[0]["observations"]
    props = made(tmp_path, first, model_name="early", compared=compared)
    assert_fits(schema, props, ["models"])
    # What is not known is null.
    assert {value for row in props["trajectories"]["values"][2:] for value in row} == {None}


def test_without_value_function_and_with_writings(schema, tmp_path):
    texts = {"feature_labels": {"1a": {"0": "edges"}}, "annotations": [{"trajectory": 0, "frame": 3, "text": "a coin"}]}
    for name, content in texts.items():
        (tmp_path / name).write_text(json.dumps(content), encoding="utf-8")
    options = {name: str(tmp_path / name) for name in texts}
    assert_fits(schema, made(tmp_path / "page", tiny_data(value=None), **options), texts)


def test_with_stories(schema, tmp_path):
    notes = [{"trajectory": 1, "frame": 3, "text": "the [1]", "output": "v", "feature": 0, "layer": "1a"}]
    (tmp_path / "stories.json").write_text(json.dumps({"stories": [{"name": "Coin", "notes": notes}]}), "utf-8")
    props = made(tmp_path / "page", tiny_data(), annotations=str(tmp_path / "stories.json"))
    assert_fits(schema, props, ["stories"])
    assert props["stories"] == [{"name": "Coin", "summary": "", "notes": notes}]
    assert props["opening"] == {"layer": "1a", "trajectory": 1, "frame": 3}


def test_a_dead_layer(schema, tmp_path):
    props = made(tmp_path, tiny_data(live=0))
    assert props["feature_counts"]["2a"] == 0 and "2a" in props["feature_notes"]
    assert_fits(schema, props)


def test_whole_episodes_of_different_lengths(schema, tmp_path):
    data = tiny_data(steps=6)
    played = data["trajectories"]
    played["firsts"] = np.zeros((2, 6), bool)
    data["trajectories"] = {key: [rows[0], rows[1][:4]] for key, rows in played.items()}
    data["trajectories"]["episodes"] = [
        {"level": 3, "solved": True, "cause": None},
        {"level": 4, "solved": False, "cause": "time"},
    ]
    props = made(tmp_path, data)
    assert [episode["level"] for episode in props["episodes"]] == [3, 4]
    assert_fits(schema, props)


@pytest.mark.parametrize("folder", ["reference/interface", "article/bug_coin", "article/failure_down"])
def test_data_of_the_original_system(schema, shared, folder):
    props = json.loads((shared / folder / "props.json").read_text(encoding="utf-8"))
    assert complaints(schema, "GivenProps", props) == []
