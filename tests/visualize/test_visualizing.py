"""visualize: its page and pictures for a small agent, and what it refuses."""

import base64
import json
import os
import re

import numpy as np
import pytest

from tests.helpers.browser import loaded_images, needs_browser
from tests.helpers.folders import files_below
from tests.helpers.interfaces import FEW, image, props_of, tiny_data
from understanding_rl_vision.command_line import main
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.pages.card import read_card
from understanding_rl_vision.pages.formats import format_number
from understanding_rl_vision.pages.gallery import Item
from understanding_rl_vision.rl_clarity import generate, visualize
from understanding_rl_vision.rl_util import FrozenModel, LayerNMF, jitter, objectives, rescale_opacity
from understanding_rl_vision.rl_util.feature_visualisation import maximise, mean_scores
from understanding_rl_vision.visualize.__main__ import make_parser
from understanding_rl_vision.visualize.features import IN_PLAY, REACHED, stride, weaker_than_play

SMALL = {"steps": 3, "vis_expand_mult": 2, "vis_thumbnail_expand_mult": 2, "quiet": True}


@pytest.fixture(scope="module")
def data():
    return tiny_data()


@pytest.fixture(scope="module")
def agent(data):
    """The arguments that stand for a model with its observations."""
    model = FrozenModel.from_bytes(data["model_bytes"])
    return {"checkpoint_or_model": model, "observations": data["observations"], "value_function_name": "value"}


def page_of(folder):
    with open(os.path.join(str(folder), "features.html"), encoding="utf-8") as file:
        return file.read()


def pictures(page):
    return re.findall(r'<img src="([^"]+)"', page)


@pytest.fixture(scope="module")
def channels(agent, tmp_path_factory):
    """The page of both layers' channels, the first twice, with caricatures."""
    folder = tmp_path_factory.mktemp("channels")
    path = visualize(output_dir=folder, layer=["1a", "pi/2a/Relu"], caricatures=[5, 0], **SMALL, **agent)
    assert path == str(folder / "features.html")
    return folder


def test_images_of_three_grey_frames_are_grey(agent, tmp_path):
    for name, given in (("grey", {"frame_channels": 1}), ("colour", {})):
        visualize(output_dir=tmp_path / name, layer="1a", features=[2], **given, **SMALL, **agent)
    grey, colour = (
        image(tmp_path / name, next(file for file in pictures(page_of(tmp_path / name)) if "gradient" in file))
        for name in ("grey", "colour")
    )
    # The newest frame in all channels, lowered in green and blue, or raised in blue, where something has moved.
    np.testing.assert_array_equal(grey[..., 0], colour[..., 2])
    assert np.all(grey[..., 1] <= grey[..., 0]) and np.any(colour[..., 1] > colour[..., 0])


def test_each_channel_has_its_three_pictures(channels):
    page = page_of(channels)
    assert re.findall(r"<h2[^>]*>(.*?)</h2>", page) == [
        "Layer 1a",
        "Layer 1a: caricatures",
        "Layer 2a",
        "Layer 2a: caricatures",
    ]
    assert files_below(channels) == set(pictures(page)) | {"features.html"}
    captions = re.findall("<figcaption>(.*?)</figcaption>", page)
    assert len(captions) == len(pictures(page)) == (6 + 8) * 3 + 2 * 2 * 2
    assert captions[:3] == ["By gradient", "Dataset examples", "Spatially aware"]
    assert page.count("Channel ") >= 14 and ">Channel 0<" in page and ">Observation 5<" in page


@needs_browser
def test_a_browser_shows_every_picture(channels):
    assert loaded_images(channels / "features.html") == "{} images, broken: .".format(len(pictures(page_of(channels))))


def test_pictures_are_of_the_features_they_stand_by(agent, channels):
    observations = agent["observations"].astype(np.float32) / 255
    nmf = LayerNMF(agent["checkpoint_or_model"], "pi/2a/Relu", observations, features=None)
    expected = rescale_opacity(nmf.vis_dataset(3, subdiv_mult=1, expand_mult=2)[0])
    shown = image(channels, "images/2a_channel3_neuron_spatial.png")
    np.testing.assert_allclose(shown, expected * 255, atol=1)
    made = nmf.vis_traditional(3, steps=0)
    assert image(channels, "images/2a_channel3_neuron_gradient.png").shape == made.shape[1:]
    reference = image(channels, "images/1a_caricature5_reference.png")
    np.testing.assert_array_equal(reference, agent["observations"][5])


def test_directions_are_counted_from_one_and_kept(agent, tmp_path):
    visualize(output_dir=tmp_path, layer="2a", nmf="activations", nmf_features=3, features=[3, 1], **SMALL, **agent)
    page = page_of(tmp_path)
    assert re.findall("<h3>(.*?)</h3>", page) == ["Direction 3", "Direction 1"]
    kept = json.loads((tmp_path / "directions.json").read_text())["2a"]
    assert kept["node"] == "pi/2a/Relu" and np.shape(kept["directions"]) == (3, 8)
    strongest = int(np.argmax(kept["directions"][2]))
    assert re.findall(r"<p>Channels (\d+) \(", page)[0] == str(strongest)
    # The first pair of numbers are those of direction 3.
    observations = agent["observations"].astype(np.float32) / 255
    nmf = LayerNMF(agent["checkpoint_or_model"], "pi/2a/Relu", observations, features=None)
    in_play = (nmf.acts_reduced @ np.array(kept["directions"][2])).max()
    shown = re.findall("<dt>strongest in play</dt><dd>(.*?)</dd>", page)[0]
    assert shown == format_number(in_play)


@pytest.fixture(scope="module")
def run_of_one_file(data, tmp_path_factory):
    """The folder of an interface in one file, whose feature 2 of layer 2a has a name."""
    folder = tmp_path_factory.mktemp("run")
    labels = tmp_path_factory.mktemp("labels") / "labels.json"
    labels.write_text('{"2a": {"1": "coin"}}')
    generate(folder, single_file=True, feature_labels=labels, **FEW, **data)
    return folder


def test_features_of_a_run_are_shown_by_their_names_and_in_its_interface(run_of_one_file, agent):
    folder = run_of_one_file
    before, directions = props_of(folder), (folder / "directions.json").read_text()
    visualize(output_dir=folder, layer="2a", nmf="run", features=[2, 1], **SMALL, **agent)
    page = page_of(folder)
    assert re.findall("<h3>(.*?)</h3>", page) == [
        '<a href="interface.html#layer=2a&amp;feature=2~2a">Direction 2: coin</a>',
        '<a href="interface.html#layer=2a&amp;feature=1~2a">Direction 1</a>',
    ]
    assert "Directions of the run whose interface is beside this page." in page
    channels = np.argsort(json.loads(directions)["2a"]["directions"][1])
    assert re.findall(r"<p>Channels (\d+) \(", page)[0] == str(channels[-1])
    files = {str(number - 1): "images/2a_direction{}_neuron_gradient.png".format(number) for number in (2, 1)}
    after = props_of(folder)
    assert after.pop("visualized") == {"page": "features.html", "gradients": {"2a": files}}
    for name in files.values():
        content = base64.b64decode(after["files"].pop(name).partition("data:image/png;base64,")[2])
        assert content == (folder / name).read_bytes()
    assert after == before and (folder / "directions.json").read_text() == directions
    # What is made again takes the place of what there was.
    visualize(output_dir=folder, layer="2a", nmf="run", features=[3], **SMALL, **agent)
    assert list(props_of(folder)["visualized"]["gradients"]["2a"]) == ["2"]


def test_pages_tell_others_what_they_are(run_of_one_file, channels):
    card = read_card((run_of_one_file / "interface.html").read_text("utf-8"))
    assert card[:1] + card[2:5] == (
        "interface",
        "2024-10-04",
        "",
        {"layers": "1a, 2a", "trajectories": 2, "frames": 14},
    )
    assert [re.match("data:image/(png|webp);base64,", picture) is not None for picture in card.pictures] == [True] * 2
    card = read_card(page_of(channels))
    assert card.kind == "features" and card.facts == {"layers": "1a, 2a"}
    assert card.pictures == tuple(pictures(page_of(channels))[:6:3])


def test_features_of_a_run_that_is_not_there_or_of_another_agent(agent, tmp_path):
    with pytest.raises(InputError, match="Give the folder that a run wrote its interface to"):
        visualize(output_dir=tmp_path, layer="2a", nmf="run", **SMALL, **agent)
    (tmp_path / "directions.json").write_text('{"2a": {"node": "n", "directions": [[1, 2]]}}')
    with pytest.raises(InputError, match="its layer 2a has 2 channels, that of the checkpoint 8"):
        visualize(output_dir=tmp_path, layer="2a", nmf="run", **SMALL, **agent)
    assert not (tmp_path / "features.html").exists()


def test_options_reach_the_images(agent, tmp_path):
    """Each option alone changes what gradient makes."""

    def made(**options):
        visualize(output_dir=tmp_path, layer="1a", features=[0], **dict(SMALL, **options), **agent)
        name = "images/1a_channel0_{}_gradient.png".format(options.get("objective", "neuron"))
        return image(tmp_path, name).astype(int)

    first = made(steps=8)
    for options in (
        {"seed": 1},
        {"objective": "channel"},
        {"jitter": 0},
        {"scale": [2]},
        {"rotate": [180]},
        {"l2_coeff": 10, "l2_layer": "2a"},
        {"tv_coeff": 1},
    ):
        assert np.abs(made(steps=8, **options) - first).max() > 1, options


def test_what_images_reach_is_told_as_it_was_maximised(agent, tmp_path):
    """By default they are shifted by the layer's stride, which is told beside what play reaches."""
    model, node = agent["checkpoint_or_model"], "pi/2a/Relu"
    assert [stride(model, name) for name in ("pi/1a/Relu", node)] == [2, 2]
    visualize(output_dir=tmp_path, layer="2a", features=[3, 1], **dict(SMALL, steps=24), **agent)
    page = page_of(tmp_path)
    directions = np.eye(8, dtype=np.float32)[[3, 1]]
    objective = objectives.neuron(node, directions)
    made = maximise(
        model, objectives.weighted_sum([(1, objective)]), np.array([3, 1]), transforms=[jitter(2)], steps=24
    )
    reached = mean_scores(model, objective, made, transforms=[jitter(2)])
    told = re.findall("<dt>reached by gradient</dt><dd>(.*?)</dd>", page)
    assert told == [format_number(number) for number in reached]
    in_play = re.findall("<dt>strongest in play</dt><dd>(.*?)</dd>", page)
    weaker = sum(float(one) < float(other) for one, other in zip(told, in_play))
    said = re.findall(r"(\d) of 2 reach less than the strongest in play", page)
    assert said == ([str(weaker)] if weaker else [])
    items = [Item("", [], {REACHED: number, IN_PLAY: 2.0}) for number in (1.0, 3.0, 1.5)]
    assert weaker_than_play(items).startswith(" 2 of 3 reach less") and weaker_than_play(items[1:2]) == ""
    assert weaker_than_play([Item("", [], {IN_PLAY: 2.0})]) == ""


def test_without_steps_there_are_examples_only(agent, tmp_path):
    options = dict(SMALL, steps=0)
    visualize(output_dir=tmp_path, layer="1a", nmf="attributions", nmf_features=2, **options, **agent)
    page = page_of(tmp_path)
    assert "By gradient" not in page and len(pictures(page)) == 2 * 2


@pytest.mark.parametrize(
    "options, said",
    [
        ({"layer": "9z"}, "Unknown layer '9z'; the model has 1a, 2a"),
        ({"layer": []}, r"layer=\[\] given; a name or a list of names is accepted: 1a, 2a"),
        ({"layer": "logits"}, "Unknown layer 'logits'"),
        ({"stepz": 3}, "Unknown option 'stepz' of visualize.*'steps'"),
        ({"steps": -1}, "steps=-1 given; a whole number"),
        ({"objective": "logit"}, "objective='logit' given; accepted are 'neuron', 'channel'"),
        ({"nmf": "actz"}, "nmf='actz' given"),
        ({"nmf": "activations", "nmf_features": 99}, "99 features are asked for"),
        ({"nmf": "value", "value_function_name": None}, "nmf='value' given, but .* value_function_name"),
        ({"nmf": "action:0"}, "nmf='action:0' given without policy_logits_name"),
        ({"features": 3}, "features=3 given; a list"),
        ({"frame_channels": 4}, "frame_channels=4 given; accepted are 1, 3"),
        ({"observations": np.full((24, 8, 8, 3), 2.0)}, "observations hold float64 from 2 to 2"),
        ({"features": [6]}, "There is no number 6; 0 to 5 are accepted"),
        ({"caricatures": [24]}, "There is no number 24; 0 to 23"),
        ({"jitter": 8}, "jitter=8 leaves nothing of images of 8 pixels"),
        ({"scale": [0]}, "an item of scale=0 given"),
        ({"l2_layer": "9z"}, "Unknown layer '9z'"),
        ({"vis_thumbnail_num_mult": 5}, "needs at least 25 observations, but there are 24"),
        ({"observations": None}, "observations must be an array"),
        ({"checkpoint_or_model": "coinrun.jd"}, "observations given with a checkpoint"),
        ({"checkpoint_or_model": 3}, "checkpoint_or_model=3 given; the path of a checkpoint, or a FrozenModel"),
        ({"env_kwargs": {"distribution_mode": "easy"}}, "env_kwargs given with a FrozenModel; it goes with a checkp"),
        ({"l2_layer": 7}, "l2_layer=7 given; a text"),
    ],
    ids=lambda value: "" if isinstance(value, str) else "-".join(value),
)
def test_what_cannot_be_used_is_named_and_leaves_the_earlier_page(agent, tmp_path, options, said):
    (tmp_path / "features.html").write_text("of an earlier call")
    with pytest.raises(InputError, match=said):
        visualize(**dict(dict(agent, output_dir=tmp_path, layer="1a", **SMALL), **options))
    assert files_below(tmp_path) == {"features.html"}


def test_the_command_plays_for_observations(checkpoint_path, tmp_path, capsys):
    pytest.importorskip("procgen")
    argv = [str(checkpoint_path), str(tmp_path), "--layer", "3a", "4a", "--features=[2]", "--steps=2", "--seed=7"]
    argv.append('--observations-kwargs={"num_envs": 4, "num_obs": 4, "obs_every": 2}')
    argv.append('--env-kwargs={"distribution_mode": "easy"}')
    assert main(visualize, make_parser(), argv) == 0
    assert capsys.readouterr().out.startswith((tmp_path / "features.html").resolve().as_uri())
    page = page_of(tmp_path)
    assert "Feature visualisation: coinrun" in page and len(pictures(page)) == 6
    assert re.search(
        "Played: coinrun .procgen., center_agent true, distribution_mode easy, .*paint_vel_info true", page
    )
    assert image(tmp_path, pictures(page)[0]).shape == (64, 64, 3)
    # What was played is not kept, not even beside the checkpoint.
    assert files_below(tmp_path) == set(pictures(page)) | {"features.html"}
    assert main(visualize, make_parser(), argv[:2] + ["--layer", "3a", "--stepz=2"]) == 2
    assert "'--stepz' of python -m understanding_rl_vision.visualize; did you mean '--steps'" in capsys.readouterr().err
