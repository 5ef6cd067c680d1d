"""Checkpoints of agents without value function, through every command."""

import csv
import json

import joblib
import numpy as np
import pytest

from tests.helpers.interfaces import QUICK, assert_complete
from tests.helpers.untrained import SMALL, write_checkpoint
from understanding_rl_vision.agents.architectures import POLICY_LOGITS_NAME
from understanding_rl_vision.agents.checkpoints import VALUE_PARAMS, read_checkpoint
from understanding_rl_vision.agents.policy import Policy
from understanding_rl_vision.edit.editing import edit
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.evaluate.evaluating import evaluate
from understanding_rl_vision.rl_clarity import find, load, run, synthesize, visualize
from understanding_rl_vision.rl_util import FrozenModel

PAGE = dict(QUICK, layer_kwargs={"name_contains_one_of": "pi/Relu_1"})
FEW = {"trajectories_kwargs": {"num_envs": 2, "num_steps": 5}, "observations_kwargs": QUICK["observations_kwargs"]}


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """A checkpoint without value function, in a folder of its own."""
    return write_checkpoint(tmp_path_factory.mktemp("agent") / "agent.jd", has_value=False, **SMALL)


@pytest.fixture(scope="module")
def needs_procgen():
    pytest.importorskip("procgen")


def test_the_policy_is_that_of_an_agent_with_a_value(path, tmp_path):
    content = joblib.load(path)
    assert not set(VALUE_PARAMS) & set(content["params"])
    content["params"].update({VALUE_PARAMS[0]: np.ones((512, 1), "f"), VALUE_PARAMS[1]: np.zeros(1, "f")})
    joblib.dump(content, str(tmp_path / "with.jd"))
    policies = [Policy(read_checkpoint(one), (64, 64, 3)) for one in (path, str(tmp_path / "with.jd"))]
    observations = np.random.RandomState(0).randint(256, size=(20, 64, 64, 3))
    (logits, none), (expected, values) = [policy.outputs(observations) for policy in policies]
    np.testing.assert_allclose(logits, expected, rtol=1e-5)
    assert none is None and values.shape == (20,)
    assert FrozenModel.from_bytes(policies[0].freeze()).output_names == [POLICY_LOGITS_NAME]


def test_half_a_value_function_is_none(path, tmp_path):
    content = joblib.load(path)
    content["params"][VALUE_PARAMS[0]] = np.ones((512, 1), "f")
    joblib.dump(content, str(tmp_path / "half.jd"))
    with pytest.raises(InputError, match="lacks 'ppo2_model/vf/b:0'"):
        Policy(read_checkpoint(str(tmp_path / "half.jd")), (64, 64, 3))


def test_the_interface_and_its_files(needs_procgen, path, tmp_path, capsys):
    page = run(path, str(tmp_path / "first"), **dict(PAGE, **FEW))
    said = capsys.readouterr().err
    assert "The agent has no value function: values and advantages are missing" in said
    props = assert_complete(tmp_path / "first", 16)
    assert page == str(tmp_path / "first" / "interface.html") and props["nmf_output"]["type"] == "activations"
    assert props["trajectories"]["values"] == [[None] * 5] * 2
    assert {type_ for one in props["attributions"] for type_ in one["metadata"]["type"]} == {"action_group"}
    # The derived files give the same page, with features of an action that is named by its keys.
    data = load(path, resample=False)
    assert data["value_function_name"] is None
    options = dict(PAGE, load_kwargs={"resample": False}, nmf_output="action:RIGHT", quiet=True)
    options.pop("observations_kwargs")
    run(path, str(tmp_path / "again"), **options)
    again = assert_complete(tmp_path / "again", 16)
    assert again["nmf_output"] == {"type": "action", "data": 7} and again["trajectories"] == props["trajectories"]
    with pytest.raises(InputError, match="nmf_output='value' given, but the agent has no value function"):
        run(path, str(tmp_path / "again"), **dict(options, nmf_output="value"))


def test_whole_episodes(needs_procgen, path, tmp_path):
    trajectories = {"num_envs": 2, "episodes": "failed", "max_steps": 2000}
    run(
        path,
        str(tmp_path),
        quiet=True,
        load_kwargs={"temp_files": True, "full_resolution": False},
        trajectories_kwargs=trajectories,
        **PAGE,
    )
    props = assert_complete(tmp_path, 16)
    assert [one["solved"] for one in props["episodes"]] == [False] * len(props["episodes"])
    assert all(value is None for row in props["trajectories"]["values"] for value in row)


def test_failures_are_found_by_their_return(needs_procgen, path, tmp_path, capsys):
    find(path, str(tmp_path), num_levels=6, num_envs=3, top=2, **PAGE)
    assert "The agent has no value function: only failure is looked for." in capsys.readouterr().err
    props = assert_complete(tmp_path, 16, beside_page={"finds.csv", "finds.notes.json"})
    with open(str(tmp_path / "finds.csv")) as file:
        rows = list(csv.DictReader(file))
    assert {row["kind"] for row in rows} == {"failure"} and all(row["score"] == row["return"] for row in rows)
    assert all(row["frame"] == row["steps"] for row in rows)
    assert all(": return " in note["text"] for note in props["annotations"])
    with pytest.raises(InputError, match="kinds=.'spike'. given, but the agent has no value function; 'failure' can"):
        find(path, str(tmp_path), num_levels=6, kinds="spike", quiet=True, **PAGE)


def test_features_are_visualised(needs_procgen, path, tmp_path):
    options = {"steps": 0, "nmf_features": 2, "quiet": True, "observations_kwargs": QUICK["observations_kwargs"]}
    with pytest.raises(InputError, match="nmf='value' given, but the agent has no value function"):
        visualize(path, str(tmp_path), layer="Relu_1", nmf="value", **options)
    visualize(path, str(tmp_path), layer="Relu_1", nmf="action:RIGHT", **options)
    text = (tmp_path / "features.html").read_text(encoding="utf-8")
    assert "factorisation of the attribution of action RIGHT to the layer" in text
    assert json.loads((tmp_path / "directions.json").read_text())["Relu_1"]["nmf_output"] == "action:7"


def test_states_are_synthesised(needs_procgen, path, tmp_path):
    small = dict(filters=2, latents=3, batch_size=8, epochs=1, held_out=0.1, num_samples=2, steps=2, num_frames=20)
    with pytest.raises(InputError, match="target='value-' given, but the agent has no value function"):
        synthesize(path, str(tmp_path / "value"), target="value-", quiet=True, **small)
    synthesize(path, str(tmp_path / "page"), target="T-", num_envs=2, quiet=True, **small)
    data = json.loads((tmp_path / "page" / "states.json").read_text(encoding="utf-8"))
    state = data["targets"][0]["states"][0]
    assert state["attribution_of"] == "the largest logit" and set(state["outputs"]) == {"logits"}


def test_levels_are_counted(needs_procgen, path, tmp_path):
    summary = evaluate(path, output_dir=str(tmp_path), num_levels=4, num_envs=2, quiet=True)
    assert summary["complete"] and summary["models"][0]["levels"] == 4


def test_it_is_edited(path, tmp_path):
    edited = edit(path, str(tmp_path / "edited.jd"), layer="Relu", directions=np.eye(32)[3])
    was, now = read_checkpoint(path), read_checkpoint(edited)
    changed = [name for name, value in was.params.items() if not np.array_equal(value, now.params[name])]
    assert changed == ["ppo2_model/pi/c2/w:0"] and set(now.params) == set(was.params)
