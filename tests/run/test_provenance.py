"""What a page tells of where it comes from. test_running.py makes a page again by the command that it tells."""

import json
import shlex

import numpy as np
import pytest

from tests.helpers.interfaces import FEW, props_of, tiny_data
from understanding_rl_vision.flags import flags_of
from understanding_rl_vision.run import provenance
from understanding_rl_vision.run.generating import generate
from understanding_rl_vision.run.options import LOAD_OPTIONS


@pytest.mark.parametrize(
    "given, name",
    [
        ("/home/me/secret/agent.jd", "agent.jd"),
        ("runs/agent.jd", "agent.jd"),
        ("openai:procgen/maze", "openai:procgen/maze"),
        ("https://me:word@host.org:81/runs/agent.jd?token=1#x", "https://host.org:81/runs/agent.jd"),
    ],
)
def test_names_of_checkpoints_tell_no_folders_and_no_passwords(given, name):
    assert provenance.public_name(given) == name


def test_options_are_those_that_differ_and_the_command_has_them_all():
    given = {
        "nmf_features": np.int64(4),
        "attr_policy": False,
        "seed": 3,
        "annotations": "/home/me/notes.json",
        "action_group_fns": [len],
        "layer_kwargs": {"op_is_one_of": ("relu",)},
        "env_kwargs": None,
        "feature_colors": "hues",
    }
    known = provenance.origin("run", "/a/x.jd", dict(given, load_kwargs={"resample": False}), LOAD_OPTIONS)
    differing = {
        "nmf_features": 4,
        "annotations": "notes.json",
        "action_group_fns": ["a function"],
        "layer_kwargs": {"op_is_one_of": ["relu"]},
        "feature_colors": "hues",
    }
    # An option of another command is none of this one's.
    assert known["options"] == dict(differing, resample=False)
    assert json.loads(json.dumps(known)) == known
    assert known["checkpoints"] == [{"name": "x.jd", "sha256": None}] and known["played"] is None
    words = shlex.split(known["command"])
    assert words[:4] == ["rl-clarity", "run", "x.jd", "OUTPUT_DIR"]
    assert words[4:6] == ["--nmf-features", "4"] and "--action-group-fns" not in words
    assert words[words.index("--layer-kwargs") + 1] == flags_of({"_": differing["layer_kwargs"]})[1]


def test_played_are_all_options_of_playing_with_their_defaults(tmp_path):
    path = tmp_path / "agent.jd"
    path.write_bytes(b"abc")
    known = provenance.origin("run", [str(path)], {"trajectories_kwargs": {"seed": 5}}, LOAD_OPTIONS)
    digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert known["checkpoints"] == [{"name": "agent.jd", "sha256": digest}]
    assert known["played"]["trajectories_kwargs"]["seed"] == 5
    assert known["played"]["trajectories_kwargs"]["num_steps"] == 512
    assert known["played"]["observations_kwargs"]["seed"] == 1


def test_versions_are_those_of_the_games_package_too(monkeypatch):
    installed = {"understanding-rl-vision": "0.1", "procgen-mirror": "0.10.7"}
    monkeypatch.setattr(provenance, "version_of", installed.get)
    assert provenance.versions({"env_kind": "procgen", "env_name": "maze"})["procgen-mirror"] == "0.10.7"
    for unknown in ({}, {"env_kind": "procgen", "env_name": "nosuch"}, {"env_kind": "atari", "env_name": "pong"}):
        assert set(provenance.versions(unknown)) == {"understanding-rl-vision", "python", "tensorflow", "numpy"}


def test_a_page_of_given_data_tells_what_it_knows_and_what_it_leaves_out(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    kwargs = {"layer_kwargs": {"name_contains_one_of": "2a"}, "input_layer_include": True}
    generate(tmp_path, attr_single_channels=False, **dict(tiny_data(value=None, live=1), **FEW), **kwargs)
    told = props_of(tmp_path)["provenance"]
    assert told["options"] == dict(json.loads(json.dumps(FEW)), attr_single_channels=False, **kwargs)
    assert (told["command"], told["checkpoints"], told["played"]) == (None, [], None)
    assert told["date"] == "1970-01-02"
    begins = [sentence.split(":")[0] for sentence in told["skipped"]]
    assert begins == [
        "Layers 1a",
        "Values and advantages",
        "Attribution of single actions",
        "Images of each feature alone",
        "Frames at the size that people see",
        "What features respond to",
        "Layer 2a",
    ]
