"""`generate` on a small agent: what the props name is there, and the numbers are what they are called."""

import copy
import os

import numpy as np
import pytest

from tests.helpers.folders import files_below
from tests.helpers.interfaces import (
    ACTIONS,
    FEW,
    OBSERVATIONS,
    SIZE,
    STEPS,
    assert_complete,
    frames_of,
    image,
    props_of,
    tiny_data,
    total,
)
from understanding_rl_vision import rl_util
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.rl_util.compute import get_acts_without
from understanding_rl_vision.run.attribution.images import attribution_images, normalisation
from understanding_rl_vision.run.directions import read_directions
from understanding_rl_vision.run.generating import generate

COMBOS = [[], ["RIGHT"], ["RIGHT", "UP"], ["A"]]


@pytest.fixture(scope="module")
def data():
    return tiny_data()


@pytest.fixture(scope="module")
def made(data, tmp_path_factory):
    """Folder and props of an interface of both layers, the input layer, and all outputs."""
    folder = str(tmp_path_factory.mktemp("made"))
    options = {"attr_policy": True, "input_layer_include": True, "action_combos": COMBOS, "numpy_precision": 8}
    page = generate(folder, env_name="maze", **dict(data, **FEW, **options))
    assert page == os.path.join(folder, "interface.html")
    return folder, props_of(folder)


def test_everything_that_the_props_name_is_there_and_nothing_else(made):
    props = assert_complete(made[0], OBSERVATIONS)
    assert props["layers"] == ["input", "1a", "2a"] and props["input_layer"] == "input"
    assert props["env_name"] == "maze"
    # The value, the action taken, actions and groups.
    outputs = 2 + ACTIONS + 2
    images = {layer: 0 for layer in props["layers"]}
    for entry in props["attributions"]:
        images[entry["layer"]] += len(entry["images"])
    # Two trajectories; abs, pos and neg of prin and all, and of three directions and the residual.
    assert images == {"input": 2 * outputs * 3 * 2, "1a": 2 * outputs * 3 * 6, "2a": 2 * outputs * 3 * 6}


def test_the_directions_are_kept_in_the_order_of_the_legend(made, data):
    folder = made[0]
    for name in ("1a", "2a"):
        node, directions = read_directions(folder, name)
        fitted = rl_util.LayerNMF(
            rl_util.FrozenModel.from_bytes(data["model_bytes"]),
            node,
            data["observations"] / np.float32(255),
            features=FEW["nmf_features"],
            attr_layer_name="value",
            attr_opts={"integrate_steps": 10, "exact": False},
        )
        np.testing.assert_allclose(directions, fitted.channel_dirs, rtol=1e-3, atol=1e-4)
    with pytest.raises(InputError, match="no layer 'conv9'; it has 1a, 2a"):
        read_directions(folder, "conv9")
    with pytest.raises(InputError, match="folder that a run wrote"):
        read_directions(os.path.join(folder, "features"), "1a")


def test_the_input_layer_has_neither_features_nor_totals(made):
    props = made[1]
    for key in ("features", "attribution_totals", "integration_gaps"):
        assert {entry["layer"] for entry in props[key]} == {"1a", "2a"}
    assert set(props["layer_gaps"]) == {"1a", "2a"}
    channels = {c for one in props["attributions"] if one["layer"] == "input" for c in one["metadata"]["channel"]}
    assert channels == {"prin", "all"}


def test_outputs_are_listed_with_their_groups(made):
    props = made[1]
    assert props["action_groups"] == [[1, 2], [0, 3]] and props["action_combos"] == COMBOS
    metadata = props["attribution_totals"][0]["metadata"]
    assert metadata["type"] == ["v", "action_taken"] + ["action"] * 4 + ["action_group"] * 2
    assert metadata["data"] == [None, None, 0, 1, 2, 3, [1, 2], [0, 3]]
    for entry in props["attributions"]:
        columns = [entry["metadata"][key] for key in ("type", "data", "direction", "channel")]
        assert {len(column) for column in columns} == {len(entry["images"])}
        for name, *row in zip(entry["images"], *columns):
            assert row[0] in name and name.endswith("_{}_{}.png".format(*row[2:]))


def test_values_logits_and_advantages_are_the_models(made, data):
    model = rl_util.FrozenModel.from_bytes(data["model_bytes"])
    numbers = made[1]["trajectories"]
    observations = data["trajectories"]["observations"][1] / np.float32(255)
    np.testing.assert_allclose(numbers["values"][1], rl_util.get_acts(model, "value", observations), atol=1e-5)
    np.testing.assert_allclose(numbers["policy_logits"][1], rl_util.get_acts(model, "logits", observations), atol=1e-5)
    assert numbers["dones"] == [[0, 0, 0, 1, 0, 0, 0]] * 2
    values, rewards = numbers["values"][1], numbers["rewards"][1]
    np.testing.assert_allclose(numbers["advantages"][1][3], rewards[3] - values[3], atol=1e-5)
    expected = rewards[5] + 0.999 * values[6] - values[5]
    np.testing.assert_allclose(numbers["advantages"][1][5], expected, atol=1e-5)


@pytest.mark.parametrize("type_, output", [("v", None), ("action", 2), ("action_group", [1, 2])])
def test_channels_residual_gap_and_baseline_sum_to_the_output(made, data, type_, output):
    folder, props = made
    numbers = props["trajectories"]
    for layer in ("1a", "2a"):
        for trajectory in (0, 1):
            channels, residual, baseline, gaps = total(folder, props, layer, trajectory, type_, output)
            assert channels.shape == (STEPS, 3) and residual.shape == gaps.shape == (STEPS,)
            shown = np.array(numbers["policy_logits"][trajectory])[:, np.atleast_1d(output or 0)].sum(axis=1)
            shown = numbers["values"][trajectory] if type_ == "v" else shown
            np.testing.assert_allclose(channels.sum(axis=1) + residual + gaps + baseline, shown, atol=1e-4)


def test_the_baseline_is_the_output_with_the_layer_zeroed(made, data):
    model = rl_util.FrozenModel.from_bytes(data["model_bytes"])
    observations = data["trajectories"]["observations"][0][:1] / np.float32(255)
    expected = get_acts_without(model, "logits", "pi/1a/Relu", observations)[0, 3]
    assert total(*made, "1a", 0, "action", 3)[2] == pytest.approx(expected, abs=1e-6)


def test_the_gap_of_a_layer_is_relative_to_what_it_explains(made):
    folder, props = made
    gaps = np.array([total(folder, props, "1a", i, "v")[3] for i in (0, 1)])
    baselines = np.array([[total(folder, props, "1a", i, "v")[2]] for i in (0, 1)])
    explained = np.array(props["trajectories"]["values"]) - baselines
    assert props["layer_gaps"]["1a"] == pytest.approx(np.abs(gaps).sum() / np.abs(explained).sum(), rel=1e-4)
    # Above the last layer everything is linear.
    assert props["layer_gaps"]["2a"] < 1e-4 < props["layer_gaps"]["1a"] < 0.1
    assert (np.abs(gaps) <= 0.105 * np.abs(explained)).all()


def test_totals_of_a_group_are_the_sums_of_its_logits(made):
    folder, props = made
    sums = {}
    for type_, output in (("action", 1), ("action", 2), ("action_group", [1, 2])):
        channels, residual, _, _ = total(folder, props, "1a", 0, type_, output)
        sums[str(output)] = channels.sum(axis=1) + residual
    np.testing.assert_allclose(sums["[1, 2]"], sums["1"] + sums["2"], atol=1e-4)


def test_the_action_taken_is_at_each_frame_another_logit(made, data):
    folder, props = made
    for layer in ("1a", "2a"):
        for trajectory, actions in enumerate(data["trajectories"]["actions"]):
            of_actions = [total(folder, props, layer, trajectory, "action", action) for action in range(ACTIONS)]
            channels, residual, _, gaps = total(folder, props, layer, trajectory, "action_taken")
            for t, action in enumerate(actions):
                expected, rest, _, missing = of_actions[action]
                np.testing.assert_array_equal(channels[t], expected[t])
                assert (residual[t], gaps[t]) == (rest[t], missing[t])
    model = rl_util.FrozenModel.from_bytes(data["model_bytes"])
    observations = data["trajectories"]["observations"][1] / np.float32(255)
    taken = np.eye(ACTIONS)[data["trajectories"]["actions"][1]]
    each = [rl_util.get_grad(model, "logits", one[np.newaxis], act_dir=way) for one, way in zip(observations, taken)]
    gradient = np.concatenate(each) / normalisation(np.concatenate(each).max(axis=(1, 2, 3)))
    for expected in attribution_images(gradient, np.zeros(gradient.shape[:3]), False):
        name = "attribution/input_1_action_taken_{}_{}.png".format(expected.sign, expected.name)
        frames = frames_of(folder, name, props["layout"]["attribution"]["input"], STEPS)
        assert np.abs(frames[..., 3] - expected.pixels[..., 3].astype(float)).max() < 1.5


def test_images_show_the_normalised_attribution(made, data):
    folder, props = made
    layout = props["layout"]["attribution"]["input"]
    assert (layout["width"], layout["height"]) == (SIZE, SIZE)
    model = rl_util.FrozenModel.from_bytes(data["model_bytes"])
    observations = data["trajectories"]["observations"][0] / np.float32(255)
    gradient = rl_util.get_grad(model, "logits", observations, act_dir=np.eye(ACTIONS)[1])
    gradient = gradient / normalisation(gradient.max(axis=(1, 2, 3)))
    for expected in attribution_images(gradient, np.zeros(gradient.shape[:3]), False):
        name = "attribution/input_0_action_1_{}_{}.png".format(expected.sign, expected.name)
        frames = frames_of(folder, name, layout, STEPS)
        assert np.abs(frames[..., 3] - expected.pixels[..., 3].astype(float)).max() < 1.5


def test_frames_and_scrubs_are_the_observations(made, data):
    folder, props = made
    expected = data["trajectories"]["observations"][1]
    frames = frames_of(folder, "trajectories/1.png", props["layout"]["trajectories"], STEPS)
    np.testing.assert_array_equal(frames, expected)
    np.testing.assert_array_equal(image(folder, "trajectories_scrub/1.png"), expected[:, :, 5].transpose(1, 0, 2))
    np.testing.assert_array_equal(image(folder, "observations/5.png"), data["observations"][5])


def test_nothing_given_is_changed(data, tmp_path):
    before = copy.deepcopy(data)
    options = {"layer_kwargs": {"name_contains_one_of": ["2a"]}, "nmf_attr_opts": {"integrate_steps": 2}}
    given = copy.deepcopy(options)
    generate(tmp_path, **dict(data, **FEW, **options))
    assert options == given
    for name in ("observations", "model_bytes"):
        np.testing.assert_array_equal(data[name], before[name])
    for name, array in before["trajectories"].items():
        np.testing.assert_array_equal(data["trajectories"][name], array)


def test_the_same_data_give_the_same_files(data, made, tmp_path):
    options = {"attr_policy": True, "input_layer_include": True, "action_combos": COMBOS, "numpy_precision": 8}
    generate(tmp_path, env_name="maze", **dict(data, **FEW, **options))
    assert files_below(tmp_path) == files_below(made[0])
    for name in files_below(tmp_path):
        with open(os.path.join(made[0], name), "rb") as file:
            same = file.read() == (tmp_path / name).read_bytes()
        assert same, name


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_an_interrupted_call_leaves_the_earlier_page(data, tmp_path, monkeypatch, error):
    (tmp_path / "interface.html").write_text("of an earlier run")

    def interrupt(*args, **options):
        raise error

    monkeypatch.setattr("understanding_rl_vision.run.attribution.records.attribution_images", interrupt)
    with pytest.raises(error):
        generate(tmp_path, **dict(data, **FEW))
    assert files_below(tmp_path) == {"interface.html"}
