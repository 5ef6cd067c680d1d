"""What features are directions of, and layers and agents of which there are none."""

import json

import numpy as np
import pytest

from tests.helpers.interfaces import (
    ACTIONS,
    FEW,
    OBSERVATIONS,
    STEPS,
    TRAJECTORIES,
    assert_complete,
    frames_of,
    image,
    large_json,
    tiny_data,
)
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.progress import Progress
from understanding_rl_vision.rl_util import FrozenModel, LayerNMF, get_attr
from understanding_rl_vision.rl_util.distinct_hues import DISTINCT, rgb_of
from understanding_rl_vision.run.attribution.images import attribution_images
from understanding_rl_vision.run.directions import read_directions
from understanding_rl_vision.run.generating import generate

ONE_OF = np.eye(ACTIONS, dtype=np.float32)
COMBOS = [[], ["RIGHT"], ["RIGHT", "UP"], ["A"]]
ZERO = "No features: all activations of the layer are zero on the 24 observations."
NO_VALUE = (
    "No features: the value's attribution to the layer is zero on the 24 observations, though the layer is active."
)


class Said(Progress):
    """A Progress that keeps what is said."""

    def __init__(self):
        super().__init__(quiet=True)
        self.sentences = []

    def say(self, text):
        self.sentences.append(text)


def made(folder, data=None, **options):
    """The props of a complete page, whose JSON is the standard's, and what was said."""
    said = Said()
    generate(str(folder), progress=said, **dict(data or tiny_data(), **dict(FEW, **options)))
    text = (folder / "interface.html").read_text(encoding="utf-8")
    for word in ("NaN", "Infinity"):
        assert word not in text.split('type="application/json"')[1].split("</script>")[0]
    return assert_complete(folder, OBSERVATIONS), said.sentences


def outputs_of(props):
    """What there is attribution of, as texts."""
    metadata = [entry["metadata"] for entry in props["attributions"]]
    return {"{} {}".format(*output) for one in metadata for output in zip(one["type"], one["data"])}


def residuals(folder, props, layer, output):
    """Totals (trajectories, T) of the residual of an output, by its number among the outputs."""
    entries = [entry for entry in props["attribution_totals"] if entry["layer"] == layer]
    return np.array([large_json(folder, props, "attribution_totals", one["residuals"][output]) for one in entries])


def fitted(data, node, **options):
    model = FrozenModel.from_bytes(data["model_bytes"])
    observations = data["observations"] / np.float32(255)
    return LayerNMF(model, node, observations, features=FEW["nmf_features"], **options)


@pytest.mark.parametrize(
    "given, type_, data, options, exact",
    [
        ("value", "v", None, {"attr_layer_name": "value"}, False),
        ("action:2", "action", 2, {"attr_layer_name": "logits", "act_dir": ONE_OF[2]}, True),
        ("action:RIGHT+UP", "action", 2, {"attr_layer_name": "logits", "act_dir": ONE_OF[2]}, False),
        ("activations", "activations", None, {}, False),
    ],
)
def test_features_are_directions_of_the_output_asked_for(tmp_path, given, type_, data, options, exact):
    agent, act_dir = tiny_data(), options.get("act_dir")
    props, said = made(tmp_path, agent, nmf_output=given, action_combos=COMBOS, attr_exact=exact)
    assert props["nmf_output"] == {"type": type_, "data": data} and said == []
    assert props["feature_counts"] == {"1a": 3, "2a": 3} and props["feature_notes"] == {}
    kept = json.loads((tmp_path / "directions.json").read_text())
    for name in ("1a", "2a"):
        node, directions = read_directions(tmp_path, name)
        attr_opts = {"integrate_steps": 10, "exact": exact, "act_dir": act_dir}
        chosen = {key: value for key, value in options.items() if key != "act_dir"}
        expected = fitted(agent, node, attr_opts=attr_opts, **chosen).channel_dirs
        np.testing.assert_allclose(directions, expected, rtol=1e-3, atol=1e-4)
        assert kept[name]["nmf_output"] == ("action:2" if data else given) and kept[name]["note"] is None


def test_without_the_option_features_are_the_values(tmp_path):
    made(tmp_path / "default")
    made(tmp_path / "value", nmf_output="value")
    for name in ("1a", "2a"):
        _, expected = read_directions(tmp_path / "value", name)
        np.testing.assert_array_equal(read_directions(tmp_path / "default", name)[1], expected)


@pytest.mark.parametrize(
    "given, said",
    [
        ("logits", "nmf_output='logits' given; 'value', 'activations', or 'action:' with"),
        (3, "nmf_output=3 given"),
        ("action:4", "action=4 given; a whole number from 0 to 3"),
        ("action:LEFT", "nmf_output='action:LEFT' given; actions have the numbers 0 to 3 and the keys 'RIGHT', "),
    ],
)
def test_outputs_that_there_are_not_are_named(tmp_path, given, said):
    with pytest.raises(InputError, match=said):
        generate(tmp_path, nmf_output=given, action_combos=COMBOS, **dict(tiny_data(), **FEW))
    with pytest.raises(InputError, match="'value' given, but the agent has no value function"):
        generate(tmp_path, nmf_output="value", **dict(tiny_data(value=None), **FEW))
    assert not (tmp_path / "interface.html").exists()


@pytest.mark.parametrize("options", [{}, {"attr_max_paths": 3}, {"attr_single_channels": False}, {"attr_policy": True}])
def test_a_dead_layer_says_why_it_has_no_features(tmp_path, options):
    """And the layer before it, on which the value does not depend any more."""
    props, said = made(tmp_path, tiny_data(live=0), **options)
    assert props["feature_counts"] == {"1a": 0, "2a": 0} and props["features"] == []
    assert props["feature_notes"]["2a"] == ZERO and props["feature_notes"]["1a"].startswith(NO_VALUE)
    assert [sentence.split(": ", 1)[0] for sentence in said] == ["Layer 1a", "Layer 2a"]
    assert said[1] == "Layer 2a: " + ZERO
    # The value is zero, so there is no share of it that integration could miss.
    assert props["layer_gaps"] == {}
    for layer in ("1a", "2a"):
        assert not residuals(tmp_path, props, layer, 0).any()
        with pytest.raises(InputError, match="'{}' of the run in .* has no features. No features: ".format(layer)):
            read_directions(tmp_path, layer)
    blank = frames_of(tmp_path, "attribution/2a_0_v_abs_all.png", props["layout"]["attribution"]["2a"], STEPS)
    assert not blank[..., 3].any()


@pytest.mark.parametrize("value", ["constant", "apart"])
def test_attribution_that_no_feature_is_of_is_shown_as_a_whole(tmp_path, value):
    data = tiny_data(value=value)
    props, _ = made(tmp_path, data, attr_policy=True, attr_rule="right", numpy_precision=8)
    assert all(note.startswith(NO_VALUE) for note in props["feature_notes"].values())
    channels = {name for entry in props["attributions"] for name in entry["metadata"]["channel"]}
    assert channels == {"all"} and props["trajectories"]["values"] == [[0.5] * STEPS] * TRAJECTORIES
    observations = data["trajectories"]["observations"][0] / np.float32(255)
    expected = get_attr(
        FrozenModel.from_bytes(data["model_bytes"]),
        "logits",
        "pi/1a/Relu",
        observations,
        act_dir=ONE_OF[1],
        integrate_steps=10,
        exact=False,
    ).sum(axis=-1)
    # The value first, then the action taken, then the actions.
    found = residuals(tmp_path, props, "1a", 3)[0]
    np.testing.assert_allclose(found, expected.sum(axis=(1, 2)), atol=1e-5)
    scaled = expected / np.median(expected.max(axis=(1, 2)))
    for one in attribution_images(np.zeros(scaled.shape + (0,)), scaled, False):
        name = "attribution/1a_0_action_1_{}_{}.png".format(one.sign, one.name)
        frames = frames_of(tmp_path, name, props["layout"]["attribution"]["1a"], STEPS)
        assert np.abs(frames[..., 3] - one.pixels[..., 3].astype(float)).max() < 1.5 and frames[..., 3].max() > 100


def test_a_value_that_depends_on_nothing_has_no_attribution(tmp_path):
    props, _ = made(tmp_path, tiny_data(value="apart"), input_layer_include=True, attr_max_paths=2)
    assert outputs_of(props) == {"v None"} and not residuals(tmp_path, props, "2a", 0).any()
    (baseline,) = {entry["baselines"][0] for entry in props["integration_gaps"]}
    assert baseline == 0.5 and props["layer_gaps"] == {}
    blank = frames_of(tmp_path, "attribution/input_0_v_abs_all.png", props["layout"]["attribution"]["input"], STEPS)
    assert not blank[..., 3].any()


@pytest.mark.parametrize("nmf_output", ["activations", "action:1"])
def test_features_of_another_output_than_a_constant_value(tmp_path, nmf_output):
    props, said = made(tmp_path, tiny_data(value="constant"), nmf_output=nmf_output)
    assert props["feature_counts"] == {"1a": 3, "2a": 3} and said == []


@pytest.mark.parametrize("nmf_output", ["value", "activations", "action:0"])
def test_there_are_as_many_features_as_channels_take_part(tmp_path, nmf_output):
    props, said = made(tmp_path, tiny_data(live=2), nmf_output=nmf_output, attr_policy=True)
    assert props["feature_counts"] == {"1a": 3, "2a": 2} and list(props["feature_notes"]) == ["2a"]
    note = props["feature_notes"]["2a"]
    assert note.startswith("2 features instead of 3: ") and "in which 2 of 8 channels take part on the 24" in note
    assert len(said) == 1 and [one["number"] for one in props["features"] if one["layer"] == "2a"] == [0, 1]
    channels = {name for one in props["attributions"] if one["layer"] == "2a" for name in one["metadata"]["channel"]}
    assert channels == {"prin", "all", 0, 1, "res"}
    # The second feature has the colour that the legend gives it, the second of three.
    frames = image(tmp_path, "attribution/2a_0_action_1_abs_1.png").reshape(-1, 4)
    seen = frames[(frames[:, 3] > 0) & (frames[:, 3] < 255)]
    colour = props["colors"]["features"][1]
    hue = rgb_of(colour) / np.linalg.norm(rgb_of(colour))
    assert len(seen) > 10 and np.abs(seen[:, :3] - 255 * hue).max() < 2 and colour == DISTINCT[2]


def test_an_agent_without_value_function_is_shown_by_its_policy(tmp_path):
    # With the other rule a group has points of its own.
    options = {"input_layer_include": True, "action_combos": COMBOS, "attr_rule": "right"}
    props, said = made(tmp_path, tiny_data(value=None), **options)
    assert said == [
        "The agent has no value function: values and advantages are missing, attribution is of groups of actions. "
        "Features are those of nmf_output='activations'."
    ]
    assert props["nmf_output"] == {"type": "activations", "data": None}
    assert props["layers"] == ["input", "1a", "2a"] and props["feature_counts"] == {"1a": 3, "2a": 3}
    assert props["layer_gaps"] == {} and outputs_of(props) == {"action_group [1, 2]", "action_group [0, 3]"}
    numbers = props["trajectories"]
    assert numbers["values"] == numbers["advantages"] == [[None] * STEPS] * TRAJECTORIES
    assert props["bookmarks"] == {"high": [], "low": []}
    assert np.isfinite(numbers["policy_logits"]).all()
    with_value = made(tmp_path / "with", nmf_output="activations", attr_policy=True, **options)[0]
    np.testing.assert_allclose(with_value["trajectories"]["policy_logits"], numbers["policy_logits"])
    # Groups alone have the attribution that they have among their logits.
    for group in (0, 1):
        alone = residuals(tmp_path, props, "1a", group)
        np.testing.assert_allclose(
            residuals(tmp_path / "with", with_value, "1a", 2 + ACTIONS + group), alone, atol=1e-4
        )


def test_without_value_function_and_groups_there_are_logits(tmp_path):
    every = {"action {}".format(action) for action in range(ACTIONS)}
    assert outputs_of(made(tmp_path, tiny_data(value=None), action_group_fns=[])[0]) == every


def test_the_logit_that_features_are_of_has_attribution(tmp_path):
    options = {"nmf_output": "action:3", "action_combos": COMBOS}
    assert outputs_of(made(tmp_path / "with", **options)[0]) == {"v None", "action 3"}
    found = outputs_of(made(tmp_path / "without", tiny_data(value=None), **options)[0])
    assert found == {"action 3", "action_group [1, 2]", "action_group [0, 3]"}


@pytest.mark.parametrize("first, second", [("learned", None), (None, "learned")])
def test_models_of_which_one_has_no_value_function(tmp_path, first, second):
    data, other = tiny_data(value=first), tiny_data(value=second, seed=1)
    keys = ("model_bytes", "trajectories", "policy_logits_name", "value_function_name")
    data.update(model_name="one", compared=[dict({key: other[key] for key in keys}, name="two")])
    props, said = made(tmp_path, data)
    without = "two" if first else "one"
    assert said[0].startswith("{} has no value function: values and advantages are missing".format(without))
    assert "attribution is also of groups" in said[0] and ("Features are" in said[0]) == (first is None)
    assert props["nmf_output"]["type"] == ("v" if first else "activations")
    for model, value in enumerate((first, second)):
        for trajectory in props["models"][model]["trajectories"]:
            row = props["trajectories"]["values"][trajectory]
            assert (row == [None] * STEPS) == (value is None)
            outputs = [one for one in props["integration_gaps"] if one["trajectory"] == trajectory]
            assert all((one["metadata"]["type"][0] == "v") == (value is not None) for one in outputs)
    assert set(props["layer_gaps"]) == {"1a", "2a"}
    marked = {trajectory for marks in props["bookmarks"].values() for trajectory, _ in marks}
    assert marked and marked <= set(props["models"][0 if first else 1]["trajectories"])


def test_features_are_the_first_models_though_the_second_would_have_more(tmp_path):
    data, other = tiny_data(live=0), tiny_data(seed=1)
    keys = ("model_bytes", "trajectories", "policy_logits_name", "value_function_name")
    data.update(model_name="one", compared=[dict({key: other[key] for key in keys}, name="two")])
    props, _ = made(tmp_path, data)
    assert props["feature_counts"] == {"1a": 0, "2a": 0}
    # The second's attribution is there, and all of it is residual.
    of_first, of_second = np.split(residuals(tmp_path, props, "2a", 0), 2)
    assert not of_first.any() and of_second.all()
    assert set(props["layer_gaps"]) == {"1a", "2a"}
