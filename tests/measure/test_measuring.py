"""measure: its files for a small agent, of a run's features or of its own, and what it refuses."""

import csv
import json

import numpy as np
import pytest

from tests.helpers.interfaces import QUICK, assert_complete
from tests.helpers.untrained import SMALL, write_checkpoint
from understanding_rl_vision.command_line import main
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.flags import flags_of
from understanding_rl_vision.measure.__main__ import make_parser
from understanding_rl_vision.measure.measuring import measure
from understanding_rl_vision.measure.report import as_table
from understanding_rl_vision.rl_util.nmf import Directions
from understanding_rl_vision.run.directions import Layer, read_directions, write_directions
from understanding_rl_vision.run.labels import read_feature_labels
from understanding_rl_vision.run.measurement import FILE
from understanding_rl_vision.run.nmf_output import OF_VALUE
from understanding_rl_vision.run.running import run

LAYER, CHANNELS = "Relu_1", 64
PLAY = {"num_envs": 4, "num_obs": 4, "obs_every": 4}


@pytest.fixture(scope="module")
def agent(tmp_path_factory):
    pytest.importorskip("procgen")
    return write_checkpoint(tmp_path_factory.mktemp("agent") / "leaper.jd", **SMALL)


@pytest.fixture(scope="module")
def measured(agent, tmp_path_factory):
    """The folder of the command, and what the function returns for the same."""
    folder = tmp_path_factory.mktemp("measured")
    options = {"nmf_features": 3, "observations_kwargs": PLAY}
    argv = [agent, str(folder), "--layer", LAYER, "--quiet"] + flags_of(options)
    assert main(measure, make_parser(), argv) == 0
    return folder, measure(agent, tmp_path_factory.mktemp("again"), layer=LAYER, quiet=True, **options)


def test_files_hold_what_is_returned(measured):
    folder, returned = measured
    layers = json.loads((folder / FILE).read_text())
    assert layers == returned and list(layers) == [LAYER]
    layer = layers[LAYER]
    assert layer["observations"] == 16 and 4 <= layer["episodes"] <= 16
    assert {"agent", "road", "water"} <= set(layer["kinds"])
    assert np.shape(layer["features"]["ratio"]) == (3, len(layer["kinds"]))
    assert np.shape(layer["channels"]["low"]) == (CHANNELS, len(layer["kinds"]))
    sparsity = layer["sparsity"]
    assert (sparsity["pairs"], sparsity["observations"]) == (10, 16)
    assert 0 < sparsity["low"] <= sparsity["share"] <= sparsity["high"] <= 1
    with open(str(folder / "measurement.csv"), newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == (3 + CHANNELS) * len(layer["kinds"])
    road = next(row for row in rows if (row["what"], row["number"], row["object"]) == ("feature", "2", "road"))
    assert float(road["ratio"]) == pytest.approx(layer["features"]["ratio"][1][layer["kinds"].index("road")], rel=1e-5)
    page = (folder / "measurement.html").read_text(encoding="utf-8")
    assert page.count("<img") == 2 and "Feature 3" in page and "leaper (procgen)" in page
    assert "The 10 largest pairs of position and feature hold" in page
    assert {path.name for path in folder.glob("*.png")} == {
        "measurement_Relu_1_features.png",
        "measurement_Relu_1_channels.png",
    }
    assert read_feature_labels(str(folder / "feature_labels.json"), [LAYER], 3) == {LAYER: layer["names"]}


def test_features_of_a_run_are_measured_into_its_folder(agent, tmp_path):
    dirs = np.eye(CHANNELS)[[5, 9]]
    write_directions(str(tmp_path), [Layer(LAYER, "ppo2_model/pi/Relu_1", Directions(dirs, 2), None)], OF_VALUE)
    found = measure(agent, layer=[LAYER], run_dir=tmp_path, quiet=True, observations_kwargs=PLAY)[LAYER]
    assert json.loads((tmp_path / FILE).read_text()) == {LAYER: found}
    for row, channel in enumerate([5, 9]):
        same = [
            pytest.approx(value, rel=1e-5) if value is not None else None
            for value in found["channels"]["ratio"][channel]
        ]
        assert found["features"]["ratio"][row] == same


def test_run_measures_the_features_of_its_page(agent, tmp_path):
    options = dict(
        QUICK, layer_kwargs={"name_contains_one_of": LAYER}, load_kwargs={"temp_files": True, "full_resolution": False}
    )
    run(agent, tmp_path, quiet=True, trajectories_kwargs={"num_envs": 1, "num_steps": 2}, **options)
    props = assert_complete(tmp_path, 16)
    layer = json.loads((tmp_path / FILE).read_text())[LAYER]
    _, directions = read_directions(tmp_path, LAYER)
    assert len(layer["features"]["ratio"]) == len(directions)
    shown = props["responses"][LAYER]
    assert shown["kinds"] == layer["kinds"] and shown["names"] == layer["names"]
    flat = [value for row in layer["features"]["ratio"] for value in row if value is not None]
    shown = [value for row in shown["features"]["ratio"] for value in row if value is not None]
    np.testing.assert_allclose(shown, flat, rtol=1e-5)


def test_the_table_says_what_to_give_to_edit():
    layer = {
        "kinds": ["coin", "wall"],
        "features": {"ratio": [[112.3, 1.0], [0.5, None]]},
        "names": {"0": "coin"},
        "sparsity": {"pairs": 10, "share": 0.871, "low": 0.86, "high": 0.88, "observations": 512},
        "best": [
            {"kind": "coin", "feature": 0, "feature_ratio": 112.3, "channel": 7, "channel_ratio": 130.0},
            {"kind": "wall", "feature": 0, "feature_ratio": 1.0, "channel": None, "channel_ratio": None},
        ],
    }
    lines = as_table({"2b": layer}).splitlines()
    assert lines[2] == "| 1 | 110 | 1 | coin |" and lines[3] == "| 2 | 0.5 | – |  |"
    assert "  coin: features 1 (112 times as active), or the direction of channel 7 (130 times)" in lines
    assert any("hold 87 % (86 % to 88 %) of the value's attribution" in line for line in lines)
    assert not any("wall:" in line for line in lines)


@pytest.mark.parametrize(
    "layer, options, said",
    [
        ("5a", {}, "layer='5a' given; one or some of Relu, Relu_1, Relu_2 are accepted"),
        ([], {}, "one or some of"),
        (LAYER, {"nmf_features": 65}, "at most 64"),
        (LAYER, {"run_dir": "nowhere"}, "folder that a run wrote"),
        (LAYER, {"env_kwargs": {"use_generated_assets": True}}, "does not tell which objects"),
        (LAYER, {"observations_kwargs": {"num_env": 1}}, "num_env"),
    ],
)
def test_what_cannot_be_measured_is_said_before_anything_is_played(agent, tmp_path, layer, options, said):
    with pytest.raises(InputError, match=said):
        measure(agent, tmp_path / "out", layer=layer, quiet=True, **options)
    assert not (tmp_path / "out" / FILE).exists()


def test_a_run_of_another_agent_is_refused(agent, tmp_path):
    write_directions(str(tmp_path), [Layer(LAYER, "Relu_1", Directions(np.eye(8), 8), None)], OF_VALUE)
    with pytest.raises(InputError, match="8 channels, that of the checkpoint 64"):
        measure(agent, layer=LAYER, run_dir=tmp_path, quiet=True)
