"""`generate` with other options and other data than the usual ones, and what it refuses."""

import copy
import json

import numpy as np
import pytest

from tests.helpers.folders import files_below
from tests.helpers.interfaces import (
    FEW,
    OBSERVATIONS,
    SIZE,
    STEPS,
    assert_complete,
    frames_of,
    image,
    large_json,
    props_of,
    tiny_data,
)
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.pages.scripts import script_name
from understanding_rl_vision.run.generating import generate


@pytest.fixture(scope="module")
def data():
    return tiny_data()


def test_frames_beyond_one_sheet(data, tmp_path):
    """More frames than a sheet holds, in passes that do not end where sheets do."""
    long = tiny_data(steps=530)
    options = {"layer_kwargs": {"discard_first_n": 1}, "batch_size": 100, "attr_single_channels": False}
    generate(tmp_path, **dict(long, **FEW, **options))
    props = assert_complete(tmp_path, OBSERVATIONS)
    assert "attribution/2a_0_v_pos_all-1.png" in files_below(tmp_path)
    frames = frames_of(tmp_path, "trajectories/0.png", props["layout"]["trajectories"], 530)
    np.testing.assert_array_equal(frames, long["trajectories"]["observations"][0])
    # Scrubs show a column of each frame.
    layout = props["layout"]["attribution"]["2a"]
    frames = frames_of(tmp_path, "attribution/2a_1_v_abs_prin.png", layout, 530)
    strip = image(tmp_path, "attribution_scrub/2a_1_v_abs_prin.png")
    np.testing.assert_array_equal(strip, np.concatenate(list(frames[:, :, 3:4]), axis=1))


@pytest.mark.parametrize(
    "options",
    [
        {"attr_single_channels": False, "attr_policy": True},
        {"attr_max_paths": 2, "attr_policy": True},
        {"attr_exact": True, "nmf_attr_opts": {}, "attr_integrate_steps": 3},
        {"attr_rule": "right"},
        {"input_layer_include": True, "input_layer_name": "pixels", "layer_kwargs": {"name_contains_one_of": "2a"}},
        {"observations_subdir": "seen", "attribution_subdir": "deep/er", "vis_subdiv_mults": [0.5, 1]},
        {"action_group_fns": [lambda combo: "1" in combo or "2" in combo], "attr_policy": True},
        {"batch_size": 3, "trajectory_bookmarks": 0, "scrub_range": (0, 1)},
    ],
    ids=lambda options: ",".join(options),
)
def test_other_options_give_complete_data(data, tmp_path, options):
    given = copy.deepcopy(options)
    generate(tmp_path, **dict(data, **dict(FEW, **options)))
    props = assert_complete(tmp_path, OBSERVATIONS)
    assert set(given) == set(options)
    if "input_layer_name" in options:
        assert props["layers"] == ["pixels", "2a"] and props["input_layer"] == "pixels"
    rule = "right" if "attr_max_paths" in options else options.get("attr_rule", "adaptive")
    points = options.get("attr_integrate_steps", {"right": 10, "adaptive": 20}[rule])
    assert props["integration"] == {"rule": rule, "points": points}
    if "action_group_fns" in options:
        assert props["action_groups"] == [[1, 2]] and props["action_combos"] == [["0"], ["1"], ["2"], ["3"]]
    if options.get("attr_single_channels") is False:
        assert {c for one in props["attributions"] for c in one["metadata"]["channel"]} == {"prin", "all"}
    if "trajectory_bookmarks" in options:
        assert props["bookmarks"] == {"high": [], "low": []}


def test_json_and_javascript_beside_the_page_are_those_within(data, tmp_path):
    within, beside = str(tmp_path / "within"), str(tmp_path / "beside")
    generate(within, inline_large_json=True, **dict(data, **FEW))
    generate(beside, inline_js=False, **dict(data, **FEW))
    inlined = assert_complete(within, OBSERVATIONS)
    props = assert_complete(beside, OBSERVATIONS, beside_page={"interface.js"})
    assert props["json_preloaded"] == {} and inlined["json_preloaded"]
    for name, value in inlined["json_preloaded"].items():
        subdir, name = name.split("/")
        assert large_json(beside, props, subdir, script_name(name)) == value
    others = inlined["provenance"]["options"]
    assert others.pop("inline_large_json") is True
    assert props["provenance"]["options"] == dict(others, inline_js=False)
    for page in (props, inlined):
        del page["json_preloaded"], page["provenance"]
    assert props == json.loads(json.dumps(inlined).replace(".json", ".js"))


def test_full_size_frames_are_shown(data, tmp_path):
    full = {
        name: images.repeat(3, axis=-3).repeat(3, axis=-2)
        for name, images in (
            ("observations", data["observations"]),
            ("trajectories", data["trajectories"]["observations"]),
        )
    }
    trajectories = dict(data["trajectories"], observations_full=full["trajectories"])
    generate(tmp_path, observations_full=full["observations"], **dict(data, trajectories=trajectories, **FEW))
    props = assert_complete(tmp_path, OBSERVATIONS)
    assert (props["layout"]["trajectories"]["width"], props["layout"]["attribution"]["1a"]["width"]) == (24, 4)
    np.testing.assert_array_equal(image(tmp_path, "observations/2.png"), full["observations"][2])
    frames = frames_of(tmp_path, "trajectories/0.png", props["layout"]["trajectories"], STEPS)
    np.testing.assert_array_equal(frames, full["trajectories"][0])


def test_stacked_grey_frames_are_shown_in_colour(tmp_path):
    generate(tmp_path, **dict(tiny_data(channels=4), **FEW, input_layer_include=True))
    assert_complete(tmp_path, OBSERVATIONS)
    for name in ("observations/0.png", "trajectories/0.png"):
        assert image(tmp_path, name).shape[-1] == 3


@pytest.mark.parametrize("given", [{}, {"frame_channels": 1}])
def test_three_grey_frames_are_no_colours(tmp_path, given):
    data = tiny_data(channels=3)
    grey = np.random.RandomState(2).randint(256, size=(2, STEPS + 2, SIZE, SIZE)).astype(np.uint8)
    # Nothing moves on the right side.
    grey[:, :, :, 4:] = grey[:, :1, :, 4:]
    if given:
        # Frames of other moments: that they are stacked does not show.
        stacked = [np.roll(grey, t, axis=1)[:, :STEPS] for t in (0, 2, 4)]
    else:
        stacked = [grey[:, t : t + STEPS] for t in range(3)]
    trajectories = dict(data["trajectories"], observations=np.stack(stacked, axis=-1))
    generate(tmp_path, **dict(data, **FEW, trajectories=trajectories, **given))
    props = assert_complete(tmp_path, OBSERVATIONS)
    frames = frames_of(tmp_path, "trajectories/1.png", props["layout"]["trajectories"], STEPS)
    np.testing.assert_array_equal(frames[:, :, 4:], np.repeat(stacked[2][1][:, :, 4:, None], 3, axis=-1))
    np.testing.assert_array_equal(frames[..., 0], stacked[2][1])
    shown = image(tmp_path, "observations/0.png").astype(int)
    assert np.all(shown[..., 0] == data["observations"][0, ..., 2]) and np.all(shown[..., 1] <= shown[..., 0])


def test_names_and_notes_are_baked_in(data, tmp_path):
    written = {
        "feature_labels": {"1a": {"2": "coin"}},
        "annotations": [{"trajectory": 1, "frame": STEPS - 1, "text": "It fails."}],
    }
    paths = {name: tmp_path / (name + ".json") for name in written}
    for name, path in paths.items():
        path.write_text(json.dumps(written[name]), encoding="utf-8")
    generate(tmp_path / "out", **dict(data, **FEW, **paths))
    props = props_of(tmp_path / "out")
    assert {name: props[name] for name in written} == written
    paths["feature_labels"].write_text('{"1a": {"3": "a fourth of three"}}', encoding="utf-8")
    with pytest.raises(InputError, match="from 0 to 2"):
        generate(tmp_path / "out", **dict(data, **FEW, **paths))
    assert props_of(tmp_path / "out") == props


def test_layers_in_folders_of_their_own_are_shown_under_names_of_files(tmp_path):
    generate(tmp_path, **dict(tiny_data(layers=("pi/eye/1a/Relu", "pi/brain/2a/Relu")), **FEW))
    assert props_of(tmp_path)["layers"] == ["eye-1a", "brain-2a"]
    assert_complete(str(tmp_path), OBSERVATIONS)


@pytest.mark.parametrize(
    "given, said",
    [
        ({"model_bytes": b"no model"}, "not a frozen model"),
        ({"policy_logits_name": "pi"}, "no node named 'pi'"),
        ({"value_function_name": "logits"}, r"value function \(N,\); 'logits' has .*'logits' \[None, 4\]"),
        ({"action_combos": [["A"]]}, "action_combos names 1 actions, but the policy has 4"),
        ({"layer_kwargs": {"name_contains_one_of": "7z"}}, "No layer is selected.*1a, 2a"),
        ({"nmf_features": 100}, "100 features are asked for, but there are 6 channels"),
        ({"observations": np.random.RandomState(0).rand(15, 8, 8, 3)}, "at least 16 observations, but there are 15"),
        ({"observations": np.zeros((24, 9, 8, 3))}, "9 x 8 x 3 each, but the model takes 8 x 8 x 3"),
        ({"observations": np.full((24, 8, 8, 3), 255.0)}, "observations hold float64 from 255 to 255"),
        ({"frame_channels": 2}, "frame_channels=2 given; accepted are 1, 3"),
        ({"trajectories": {}}, "trajectories lack"),
        ({"attr_polcy": True}, "attr_polcy.*attr_policy"),
    ],
    ids=lambda value: value if isinstance(value, str) else next(iter(value)),
)
def test_what_cannot_be_used_is_named_and_leaves_the_earlier_page(data, tmp_path, given, said):
    (tmp_path / "interface.html").write_text("of an earlier run")
    with pytest.raises(InputError, match=said):
        generate(tmp_path, **dict(data, **dict(FEW, **given)))
    assert (tmp_path / "interface.html").read_text() == "of an earlier run"
