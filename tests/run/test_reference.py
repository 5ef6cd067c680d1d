"""The files of the original system, opened without any environment package, give what it made of them."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from tests.helpers.interfaces import assert_complete, frames_of, image

# As the README of the reference says.
SETTINGS = {
    "--layer-kwargs": {"name_contains_one_of": ["2b", "3a"]},
    "--vis-subdiv-mults": [0.5, 1],
    "--vis-expand-mults": [2, 4],
    "--feature-colors": "hues",
}
ENVIRONMENT_PACKAGES = ("procgen", "gym3", "gym", "atari_py", "ale_py", "coinrun")
OBSERVATIONS, STEPS = 256, 96


@pytest.fixture(scope="module")
def reference(shared):
    return shared / "reference" / "interface"


@pytest.fixture(scope="module")
def original(reference):
    return json.loads((reference / "props.json").read_text())


@pytest.fixture(scope="module")
def interface(shared, checkout, tmp_path_factory):
    """Folder and props of the interface that the command line makes of the original system's files."""
    folder = tmp_path_factory.mktemp("reference")
    blocked = folder / "blocked"
    blocked.mkdir()
    for package in ENVIRONMENT_PACKAGES:
        (blocked / (package + ".py")).write_text("raise ImportError('blocked')")
    command = [sys.executable, "-m", "understanding_rl_vision.run"]
    command += [str(shared / "reference" / "coinrun.jd"), str(folder / "page"), "--quiet"]
    # The original system has no short way.
    command += [
        "--load-kwargs",
        '{"resample": false}',
        "--attr-exact",
        "true",
        "--attr-rule",
        "right",
        "--inline-large-json",
        "true",
    ]
    command += [text for name, value in SETTINGS.items() for text in (name, json.dumps(value))]
    path = os.pathsep.join([str(blocked), str(checkout)])
    subprocess.run(command, check=True, env=dict(os.environ, PYTHONPATH=path))
    return folder / "page", assert_complete(folder / "page", OBSERVATIONS)


SAME = [
    "input_layer",
    "layers",
    "features",
    "attributions",
    "attribution_policy",
    "attribution_single_channels",
    "attribution_totals",
    "colors",
    "action_combos",
    "action_groups",
    "bookmarks",
    "vis_defaults",
    "formatting",
]


@pytest.mark.parametrize("key", SAME)
def test_props_are_the_same(interface, original, key):
    found = interface[1][key]
    if key in ("attributions", "attribution_totals"):
        # The original system does not tell what has full brightness, nor what stands at a place.
        found = [{name: entry[name] for name in original[key][0]} for entry in found]
    assert found == original[key]


def test_files_are_where_the_originals_are(interface, original):
    found = interface[1]["subdirs"]
    assert {name: found[name] for name in original["subdirs"]} == original["subdirs"]


def test_nothing_of_the_original_props_is_missing(interface, original):
    assert set(original) - set(interface[1]) == set()
    assert set(interface[1]["json_preloaded"]) == set(original["json_preloaded"])


@pytest.mark.parametrize("key", ["actions", "rewards", "dones", "policy_logits", "values", "advantages"])
def test_numbers_of_the_trajectories_are_the_same(interface, original, key):
    found, expected = (np.array(props["trajectories"][key], float) for props in (interface[1], original))
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5 * max(1, np.abs(expected).max()))


def test_totals_are_within_half_a_percent(interface, original):
    for name, expected in original["json_preloaded"].items():
        if name.startswith("attribution_totals/"):
            scale = np.abs(expected).max()
            found = interface[1]["json_preloaded"][name]
            np.testing.assert_allclose(found, expected, rtol=0, atol=0.005 * scale, err_msg=name)


def test_grids_show_the_same_observations(interface, original):
    same = [
        np.array(interface[1]["json_preloaded"][name]) == np.array(expected)
        for name, expected in original["json_preloaded"].items()
        if name.startswith("features_grids/")
    ]
    assert np.concatenate([part.ravel() for part in same]).mean() >= 0.99


def test_attribution_images_are_the_same(interface, reference):
    folder, props = interface
    for entry in props["attributions"]:
        layout = props["layout"]["attribution"][entry["layer"]]
        for name in entry["images"]:
            frames = frames_of(folder, "attribution/" + name, layout, STEPS)
            found = np.concatenate(list(frames), axis=1).astype(int)
            expected = image(reference, "attribution/" + name).astype(int)
            difference = np.abs(found - expected)
            assert difference[..., 3].max() <= 6 and difference[..., 3].mean() < 0.5, name
            # Where next to nothing is opaque, rounding decides on the colour.
            seen = np.minimum(found, expected)[..., 3] > 32
            assert not seen.any() or difference[seen][:, :3].mean() < 1, name


@pytest.mark.parametrize("subdir", ["attribution_scrub", "trajectories_scrub", "observations"])
def test_other_images_are_the_same(interface, reference, subdir):
    for name in sorted(os.listdir(str(reference / subdir))):
        found = image(interface[0], subdir + "/" + name).astype(int)
        expected = image(reference, subdir + "/" + name).astype(int)
        assert found.shape == expected.shape
        opaque = np.minimum(found, expected)[..., 3:] if subdir == "attribution_scrub" else 255
        assert (np.abs(found - expected) * (opaque > 32)).mean() < 0.5, name


def test_frames_of_the_trajectories_are_the_same(interface, reference):
    folder, props = interface
    for i in range(2):
        frames = frames_of(folder, "trajectories/{}.png".format(i), props["layout"]["trajectories"], STEPS)
        expected = image(reference, "trajectories/{}.png".format(i))
        np.testing.assert_array_equal(np.concatenate(list(frames), axis=1), expected)


@pytest.mark.parametrize("subdir", ["thumbnails", "features"])
def test_nearly_all_patches_of_the_features_are_the_same(interface, reference, subdir):
    same = []
    for name in sorted(os.listdir(str(reference / subdir))):
        found = image(interface[0], subdir + "/" + name).astype(int)
        expected = image(reference, subdir + "/" + name).astype(int)
        assert found.shape == expected.shape
        same.append((np.abs(found - expected).max(axis=-1) <= 2).ravel())
    assert np.concatenate(same).mean() >= 0.97
