"""Models that look at the same frames, and how they differ."""

import numpy as np
import pytest

from tests.helpers.interfaces import (
    FEW,
    OBSERVATIONS,
    STEPS,
    assert_complete,
    frames_of,
    tiny_data,
    total,
)
from understanding_rl_vision import rl_util
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.rl_util.distinct_hues import feature_hues
from understanding_rl_vision.rl_util.joint_attribution import ADAPTIVE
from understanding_rl_vision.rl_util.nmf import Directions
from understanding_rl_vision.run.attribution.images import attribution_images, normalisation
from understanding_rl_vision.run.attribution.outputs import VALUE, Agent, Output, raw_attributions, reduced
from understanding_rl_vision.run.directions import read_directions
from understanding_rl_vision.run.generating import generate
from understanding_rl_vision.run.models import PageModel
from understanding_rl_vision.run.same_frames import shared_layers, why_whole

LOGIT = Output("action", 2, "action_2")
SETTINGS = {"integrate_steps": 20, "exact": False, "rule": ADAPTIVE, "batch_size": 64}
COMBOS = [[], ["RIGHT"], ["RIGHT", "UP"], ["A"]]
OTHER = 5


def looking(data, name="edited"):
    """What `generate` is given of a model that looks at the first's frames."""
    keys = ("model_bytes", "policy_logits_name", "value_function_name")
    return dict({key: data[key] for key in keys}, name=name, trajectories=None)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Folder and props of an interface of a tiny model and of one with other weights that looks at its frames."""
    folder = tmp_path_factory.mktemp("made")
    options = dict(FEW, attr_policy=True, input_layer_include=True, action_combos=COMBOS, numpy_precision=9)
    generate(folder, model_name="original", compared=[looking(tiny_data(seed=OTHER))], **dict(tiny_data(), **options))
    return folder, assert_complete(folder, OBSERVATIONS)


def agent_of(seed=0):
    model = rl_util.FrozenModel.from_bytes(tiny_data(seed=seed)["model_bytes"])
    return Agent(model, "logits", "value", 4)


def observations(trajectory):
    return tiny_data()["trajectories"]["observations"][trajectory] / np.float32(255)


def test_a_model_that_looks_has_no_frames_of_its_own_and_the_difference_comes_last(made):
    _, props = made
    assert props["models"] == [
        {"name": "original", "trajectories": [0, 1]},
        {"name": "edited", "trajectories": [2, 3], "looks": True},
        {"name": "edited \u2212 original", "trajectories": [4, 5], "looks": True, "minus": [1, 0]},
    ]
    assert props["frames_of"] == [0, 1, 0, 1, 0, 1]
    for key in ("actions", "rewards", "dones"):
        rows = props["trajectories"][key]
        assert rows[:2] == rows[2:4] == rows[4:]
    # What is surprising to each; where they differ most the page finds by itself.
    assert {trajectory // 2 for trajectory, _ in props["bookmarks"]["high"]} == {0, 1}
    assert [entry["trajectory"] for entry in props["attributions"] if entry["layer"] == "2a"] == list(range(6))
    assert props["opening"]["trajectory"] in (0, 1)


def test_values_and_logits_are_those_of_each_network_on_the_frames_that_the_first_played(made):
    numbers = made[1]["trajectories"]
    for trajectory in (0, 1):
        for key, node in (("values", "value"), ("policy_logits", "logits")):
            first, other = (
                rl_util.get_acts(agent_of(seed).model, node, observations(trajectory)) for seed in (0, OTHER)
            )
            for number, expected in ((trajectory, first), (2 + trajectory, other), (4 + trajectory, other - first)):
                np.testing.assert_allclose(numbers[key][number], expected, atol=1e-5)
        advantages = np.array(numbers["advantages"])
        np.testing.assert_allclose(advantages[4:], advantages[2:4] - advantages[:2], atol=1e-6)
        values = numbers["values"][3]
        expected = numbers["rewards"][1][5] + 0.999 * values[6] - values[5]
        np.testing.assert_allclose(advantages[3][5], expected, atol=1e-5)


def attributions(folder, layer, output, trajectory):
    """The Attributions of both models, with the first's directions, computed apart from the page."""
    node, directions = read_directions(str(folder), layer)
    raw = [
        raw_attributions(agent_of(seed), [output], node, observations(trajectory), **SETTINGS)[0] for seed in (0, OTHER)
    ]
    return [reduced(one, Directions(directions.astype(np.float32), len(directions))) for one in raw]


@pytest.mark.parametrize("output", [VALUE, LOGIT])
def test_the_difference_is_the_attribution_of_one_minus_that_of_the_other(made, output):
    folder, props = made
    for layer, trajectories in (("1a", [0]), ("2a", [0, 1])):
        for trajectory in trajectories:
            first, other = attributions(folder, layer, output, trajectory)
            expected = [getattr(other, name) - getattr(first, name) for name in ("channel_maps", "residual_map")]
            channels, residual, _, gaps = total(folder, props, layer, 4 + trajectory, output.type, output.data)
            np.testing.assert_allclose(channels, expected[0].sum(axis=(1, 2)), atol=1e-4)
            np.testing.assert_allclose(residual, expected[1].sum(axis=(1, 2)), atol=1e-4)
            of_other = total(folder, props, layer, 2 + trajectory, output.type, output.data)
            np.testing.assert_allclose(of_other[0], other.channel_maps.sum(axis=(1, 2)), atol=1e-4)
            of_first = total(folder, props, layer, trajectory, output.type, output.data)
            np.testing.assert_allclose(gaps, of_other[3] - of_first[3], atol=1e-5)
    scale = normalisation(expected[0].max(axis=(1, 2, 3)))
    layout, hues = props["layout"]["attribution"]["2a"], feature_hues(3, "distinct")
    for image in attribution_images(expected[0] / scale, expected[1] / scale, False, hues):
        name = "attribution/2a_5_{}_{}_{}.png".format(output.name, image.sign, image.name)
        shown = frames_of(folder, name, layout, STEPS)
        assert np.abs(shown[..., 3] - image.pixels[..., 3].astype(float)).max() < 2


def test_what_the_difference_adds_up_to_is_the_difference_of_the_outputs(made):
    folder, props = made
    for type_, data in (("v", None), ("action_group", [1, 2]), ("action_taken", None)):
        channels, residual, baseline, gaps = total(folder, props, "1a", 4, type_, data)
        shown = np.array(props["trajectories"]["values"][4])
        if type_ != "v":
            logits = np.array(props["trajectories"]["policy_logits"][4])
            taken = logits[np.arange(STEPS), props["trajectories"]["actions"][4]]
            shown = taken if data is None else logits[:, data].sum(axis=1)
        if type_ != "action_taken":
            np.testing.assert_allclose(channels.sum(axis=1) + residual + gaps + baseline, shown, atol=1e-4)
        # Of the action taken the output without the layer is another one at each frame.
        of_models = [total(folder, props, "1a", number, type_, data) for number in (0, 2)]
        np.testing.assert_allclose(baseline, of_models[1][2] - of_models[0][2], atol=1e-5)
    # How well attribution adds up is told of the models' own.
    assert props["layer_gaps"]["1a"] < 0.1


def test_gradients_of_pixels_are_subtracted_too(made):
    folder, props = made
    gradients = [rl_util.get_grad(agent_of(seed).model, "value", observations(1)) for seed in (0, OTHER)]
    expected = gradients[1] - gradients[0]
    expected = expected / normalisation(expected.max(axis=(1, 2, 3)))
    for image in attribution_images(expected, np.zeros(expected.shape[:3]), False):
        name = "attribution/input_5_v_{}_{}.png".format(image.sign, image.name)
        shown = frames_of(folder, name, props["layout"]["attribution"]["input"], STEPS)
        assert np.abs(shown[..., 3] - image.pixels[..., 3].astype(float)).max() < 2


def test_provenance_says_who_looked(made):
    sentences = made[1]["provenance"]["skipped"]
    assert "Play of edited: with same_observations the frames are those that original played." in sentences


def test_what_both_have_is_compared_and_where_channels_are_not_the_same_as_a_whole(tmp_path):
    other = tiny_data(seed=OTHER, layers=("pi/1b/Relu", "pi/2a/Relu"), value=None, channels_of_last=5)
    given = dict(tiny_data(), action_combos=COMBOS, nmf_output="action:2", **FEW)
    generate(tmp_path, model_name="original", compared=[looking(other)], **given)
    props = assert_complete(tmp_path, OBSERVATIONS)
    assert props["layers"] == ["2a"] and props["feature_counts"] == {"2a": 0}
    assert "original has 8 channels in it, edited has 5" in props["feature_notes"]["2a"]
    assert any("1a" in sentence for sentence in props["provenance"]["skipped"])
    # Without a value function in both it is the policy that is compared.
    assert props["trajectories"]["values"][4] == [None] * STEPS
    found = {one["trajectory"]: one["metadata"]["data"] for one in props["attribution_totals"]}
    assert (found[0], found[2], found[4]) == ([None, 2, [1, 2], [0, 3]], [2, [1, 2], [0, 3]], [2, [1, 2], [0, 3]])
    agents = [
        Agent(rl_util.FrozenModel.from_bytes(data["model_bytes"]), "logits", None, 4) for data in (tiny_data(), other)
    ]
    raw = [raw_attributions(agent, [LOGIT], "pi/2a/Relu", observations(0), **SETTINGS)[0] for agent in agents]
    channels, residual, _, _ = total(tmp_path, props, "2a", 4, "action", 2)
    assert channels.shape == (STEPS, 0)
    np.testing.assert_allclose(residual, (raw[1].sum(axis=-1) - raw[0].sum(axis=-1)).sum(axis=(1, 2)), atol=1e-4)


def test_features_are_shared_unless_they_do_not_correspond(made):
    models = [
        PageModel(name, agent_of(seed), None, {"1a": "pi/1a/Relu"}, ()) for name, seed in (("a", 0), ("b", OTHER))
    ]
    assert why_whole(models, "1a", True) is None
    assert "shared_features=False" in why_whole(models, "1a", False)
    assert why_whole(models[:1], "1a", True) is None


def test_layers_are_shared_that_have_the_same_name_and_size():
    agent, nodes = agent_of(), {"1a": "pi/1a/Relu", "2a": "pi/2a/Relu"}
    assert shared_layers([("a", agent, nodes), ("b", agent, {"2a": "pi/2a/Relu"})], False) == ["2a"]
    models = [("a", agent, nodes), ("b", agent, {"1b": "pi/1a/Relu"})]
    said = r"no layer of the same name and size: a has 1a \(4 x 4\), 2a \(4 x 4\); b has 1b .*input_layer_include=True"
    with pytest.raises(InputError, match=said):
        shared_layers(models, False)
    assert shared_layers(models, True) == []


@pytest.mark.parametrize(
    "change, options, said",
    [
        (lambda: looking(tiny_data(channels=6)), {}, "same image shape: original has .*3.*edited has .*6"),
        (lambda: dict(looking(tiny_data()), policy_logits_name="value"), {}, "logits must have the shape"),
        (None, {"shared_features": False}, "shared_features=False given with one model"),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path, change, options, said):
    compared = [change()] if change else []
    with pytest.raises(InputError, match=said):
        generate(tmp_path, model_name="original", compared=compared, **dict(tiny_data(), **dict(FEW, **options)))
    assert not (tmp_path / "interface.html").exists()
