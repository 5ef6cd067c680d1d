import json
import os
import re

import numpy as np
import PIL.Image
import pytest

from tests.helpers.browser import loaded_images, needs_browser
from tests.helpers.interfaces import tiny_data
from tests.synthesize.tiny import pictures
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.pages.formats import format_value
from understanding_rl_vision.progress import Progress
from understanding_rl_vision.rl_clarity import synthesize
from understanding_rl_vision.rl_util.pickles import load_joblib, save_joblib
from understanding_rl_vision.synthesize import page, synthesizing
from understanding_rl_vision.synthesize.options import complete_options
from understanding_rl_vision.synthesize.subject import Subject
from understanding_rl_vision.tensorflow1 import tf

SMALL = dict(filters=2, latents=3, batch_size=8, epochs=2, held_out=0.1, num_samples=2, steps=2, quiet=True)


def assert_complete(folder):
    """The page shows pictures that are there, and the JSON names them; returns the JSON's content."""
    page = (folder / "states.html").read_text(encoding="utf-8")
    shown = set(re.findall(r'<img src="([^"]+)"', page))
    found = {
        os.path.relpath(os.path.join(path, name), str(folder)).replace(os.sep, "/")
        for path, _, names in os.walk(str(folder))
        for name in names
        if name.endswith(".png")
    }
    assert shown == found and shown
    data = json.loads((folder / "states.json").read_text(encoding="utf-8"))
    for entry in data["targets"]:
        assert len(entry["states"]) == 2
        for state in entry["states"]:
            assert {state["state"], state["attribution"], state["nearest"]["picture"]} <= shown
    return data


@pytest.fixture(scope="module")
def tiny_model(tmp_path_factory):
    """The paths of a frozen model that sees two grey frames at once, and of stacked colour frames for it."""
    folder = tmp_path_factory.mktemp("model")
    (folder / "model.pb").write_bytes(tiny_data(channels=2)["model_bytes"])
    stacked = np.concatenate([pictures(30, seed=1), pictures(30)], axis=-1)
    save_joblib({"observations": stacked}, str(folder / "frames.jd"))
    return str(folder / "model.pb"), str(folder / "frames.jd")


def run_tiny(tiny_model, folder, **options):
    names = {"policy_logits_name": "logits", "value_function_name": "value", "frames_path": tiny_model[1]}
    return synthesize(tiny_model[0], str(folder), **dict(dict(SMALL, **names), **options))


def test_coinrun_from_play_to_page_and_on_with_another_target(checkpoint_path, tmp_path):
    pytest.importorskip("procgen")

    def no_jump(outputs):
        return -tf.reduce_max(outputs.logits[:, 8:], axis=1)

    page = synthesize(
        str(checkpoint_path),
        str(tmp_path),
        target=["T-", "action:RIGHT", no_jump],
        num_frames=20,
        num_envs=4,
        env_kwargs={"distribution_mode": "easy"},
        **SMALL,
    )
    assert page == str(tmp_path / "states.html")
    data = assert_complete(tmp_path)
    assert [entry["target"] for entry in data["targets"]] == ["T-", "action:RIGHT", "no_jump"]
    assert data["actions"][7] == "7 RIGHT" and len(data["training"]["epochs"]) == 2
    asked = ("env_name", "distribution_mode", "paint_vel_info", "epsilon_greedy", "reward_scale")
    assert [data["env_options"][name] for name in asked] == ["coinrun", "easy", True, 0.1, 1]
    text = (tmp_path / "states.html").read_text(encoding="utf-8")
    assert "distribution_mode easy" in text
    # As in the interface: counted from 1, actions by arrows, shares in percent.
    assert "<h3>State 1</h3>" in text and "State 0" not in text and "<h3></h3>" not in text
    assert re.search(r"<dt>probability of [^<]*[←→↑↓↖↗↘↙][^<]*</dt><dd>\d+ %</dd>", text)
    assert re.search(r"<dt>pixels that differ from it</dt><dd>\d+ %</dd>", text)
    assert not re.search(r"<dd>-", text)
    state = data["targets"][1]["states"][0]
    assert state["objective"] == pytest.approx(state["outputs"]["logits"][7], rel=1e-3)
    with PIL.Image.open(str(tmp_path / state["nearest"]["picture"])) as image:
        frames = load_joblib(str(tmp_path / "frames.jd"))
        np.testing.assert_array_equal(np.array(image), frames[state["nearest"]["frame"]])
    # The trained generator serves for other targets; its options are remembered.
    options = {name: SMALL[name] for name in ("steps", "num_samples", "quiet")}
    synthesize(str(checkpoint_path), str(tmp_path), target="value-", resume=True, **options)
    assert json.loads((tmp_path / "states.json").read_text())["env_options"] == data["env_options"]
    with pytest.raises(InputError, match="env_kwargs={} given, but the frames of the generator .* with .*'easy'"):
        synthesize(str(checkpoint_path), str(tmp_path), resume=True, env_kwargs={}, **options)
    data = json.loads((tmp_path / "states.json").read_text(encoding="utf-8"))
    assert [entry["target"] for entry in data["targets"]] == ["value-"] and data["settings"]["filters"] == 2
    # A success is worth 1 to this agent: the page has its value as per cent of that, the JSON as it is.
    value = data["targets"][0]["states"][0]["outputs"]["value"]
    shown = (tmp_path / "states.html").read_text(encoding="utf-8")
    assert "<dt>value</dt><dd>{}</dd>".format(format_value(value, 1)) in shown
    # The command is the one that makes this page in an empty folder.
    assert "--filters 2" in shown and "--num-frames 20" in shown and "--resume" not in shown
    assert len(data["training"]["epochs"]) == 2


@pytest.fixture(scope="module")
def made(tiny_model, tmp_path_factory):
    """The output folder of the tiny model, whose logits are taken for Q-values."""
    folder = tmp_path_factory.mktemp("made")
    names = {"policy_logits_name": None, "q_values_name": "logits"}
    run_tiny(tiny_model, folder, target=["S-", "T+"], activation_maximization=True, **names)
    return folder


def test_a_frozen_model_of_q_values_that_sees_stacked_grey_frames(tiny_model, made):
    data = assert_complete(made)
    with PIL.Image.open(str(made / data["targets"][0]["states"][0]["state"])) as image:
        # Shown is the newest frame, in colour.
        assert image.size == (8, 8) and image.mode == "RGB" and np.ptp(np.array(image), axis=-1).max() > 0
    assert set(data["activation_maximization"][0]["found"]) == {
        "none",
        "total variation",
        "blur",
        "jitter",
        "all three",
    }
    for state in data["targets"][0]["states"]:
        assert set(state["outputs"]) == {"q_values", "value"}
        assert state["objective"] == pytest.approx(-sum(state["outputs"]["q_values"]), rel=1e-3, abs=1e-3)
    assert "<dt>Q of " in (made / "states.html").read_text(encoding="utf-8")
    with pytest.raises(InputError, match="There is a generator in"):
        run_tiny(tiny_model, made, target="T+")
    with pytest.raises(InputError, match="latents=4 given, but the generator .* was trained with 3"):
        run_tiny(tiny_model, made, target="T+", resume=True, latents=4)


@needs_browser
def test_a_browser_shows_every_picture(made):
    shown = (made / "states.html").read_text(encoding="utf-8").count("<img")
    assert loaded_images(made / "states.html") == "{} images, broken: .".format(shown)


def test_goggles_of_three_generators(tmp_path, monkeypatch):
    """The generators of table 1 differ in their losses alone."""
    full, trained, seen = object(), {}, []

    def train_generator(agent, pictures, settings, path, content, progress):
        trained[os.path.basename(path)] = settings["saliency"], settings["eta"]
        return path, [], {}

    def scores(checkpoint, agent, generator, settings, progress, stage):
        seen.append(generator)
        return np.array([0.0, len(seen)])

    monkeypatch.setattr(synthesizing, "train_generator", train_generator)
    monkeypatch.setattr(synthesizing, "scores", scores)
    subject = Subject(None, None, None, "a game")
    measured = synthesizing._goggles(subject, None, full, str(tmp_path), complete_options({}), Progress(quiet=True))
    assert trained == {"generator-plain-VAE.jd": (False, 0), "generator-saliency-weights-alone.jd": (True, 0)}
    assert seen == [None] + [str(tmp_path / name) for name in trained] + [full]
    own, papers = page.goggles_section(measured, "a game").items[:2]
    names = ["own observations", "plain VAE", "saliency weights alone", "full loss"]
    assert own.numbers == dict(zip(names, ["0.5 ± 0.5", "1 ± 1", "1.5 ± 1.5", "2 ± 2"]))
    assert list(papers.numbers) == names


@pytest.mark.parametrize(
    "options, said",
    [
        ({"target": "T"}, "target='T' given"),
        ({"target": "action:9"}, "action=9 given"),
        ({"frames_path": None}, "game of a frozen model is not known"),
        ({"goggles": True}, "game of a frozen model is not known"),
        ({"value_function_name": "values"}, "no node 'values'"),
        ({"batch_size": 40}, "too few frames: 30"),
        ({"resume": True}, "no generator in"),
        ({"latent": 3}, "did you mean 'latents'"),
        ({"epochs": 0}, "epochs=0 given"),
        ({"frames_path": 3}, "frames_path=3 given"),
        ({"target": "T-", "layer": "pi/9z/Relu"}, "no node named 'pi/9z/Relu'"),
        ({"target": "T-", "layer": "logits"}, "The layer 'logits' has no height and width"),
        ({"args": {"cnn": "clear"}}, "args given with a frozen model; it goes with a checkpoint"),
        ({"env_kwargs": {"epsilon_greedy": 0.5}}, "env_kwargs has epsilon_greedy; here epsilon is an option"),
        ({"env_kwargs": 3}, "env_kwargs=3 given; a dictionary"),
        ({"num_levels": 3}, "'num_levels' of synthesize(); it belongs to env_kwargs"),
    ],
)
def test_what_cannot_be_used_leaves_no_page(tiny_model, tmp_path, options, said):
    folder = tmp_path / "out"
    with pytest.raises(InputError) as error:
        run_tiny(tiny_model, folder, **options)
    assert said in str(error.value)
    assert os.listdir(str(tmp_path)) == []


@pytest.mark.parametrize("file", ["frames.jd", "generator.jd"])
def test_what_a_training_goes_on_from_must_still_be_there(tiny_model, tmp_path, monkeypatch, file):
    monkeypatch.setattr(synthesizing, "warning", lambda _: (tmp_path / file).unlink())
    with pytest.raises(InputError, match=file + " was removed while states were made. Run again."):
        run_tiny(tiny_model, tmp_path, epochs=1)
    assert not (tmp_path / "states.html").exists()


@pytest.mark.parametrize(
    "frames, said",
    [
        (np.full((30, 8, 8, 3), np.nan, np.float32), "NaN"),
        (np.zeros((30, 8, 8, 4), np.uint8), "8 x 8 x 4 each"),
        ({"trajectories": np.zeros(3)}, "an array with 4 axes"),
    ],
)
def test_frames_that_are_none(tiny_model, tmp_path, frames, said):
    save_joblib(frames, str(tmp_path / "frames.jd"))
    with pytest.raises(InputError) as error:
        run_tiny((tiny_model[0], str(tmp_path / "frames.jd")), tmp_path / "out")
    assert said in str(error.value)


@pytest.mark.parametrize(
    "given, said", [((3, "out"), "3 given; the path, name or address"), (("model.pb", 3), "output_dir=3 given")]
)
def test_what_is_no_path(given, said):
    with pytest.raises(InputError, match=said):
        synthesize(*given, quiet=True)
