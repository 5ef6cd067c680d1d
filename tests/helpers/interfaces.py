"""What an interface consists of, and a small agent to make one of."""

import json
import os
import re

import numpy as np
import PIL.Image

from tests.helpers.folders import files_below
from tests.helpers.frozen import frozen_bytes
from understanding_rl_vision.pages.scripts import decode_script
from understanding_rl_vision.tensorflow1 import tf

# Those of `tiny_data`.
SIZE, ACTIONS, OBSERVATIONS, TRAJECTORIES, STEPS = 8, 4, 24, 2, 7

# Options that make an interface quick to write.
FEW = {"nmf_features": 3, "vis_subdiv_mults": [1], "vis_expand_mults": [2], "vis_expand_mult_default": 2}

# The same for an agent that plays; 16 observations are as few as a thumbnail takes.
QUICK = dict(
    FEW,
    observations_kwargs={"num_envs": 4, "num_obs": 4, "obs_every": 8},
    layer_kwargs={"name_contains_one_of": "4a"},
)


def _tiny_model(channels, layers, seed, value, live, last):
    """Two convolutions on images of 8 x 8 with drawn weights, a policy of 4 actions and maybe a value function."""
    random = np.random.RandomState(seed)

    def weights(*shape):
        return tf.constant(random.randn(*shape) / np.sqrt(np.prod(shape[:-1])), tf.float32)

    def build(images):
        first = tf.nn.conv2d(images, weights(3, 3, channels, 6), [1, 2, 2, 1], "SAME")
        first = tf.nn.relu(first, name=layers[0])
        second = tf.nn.conv2d(first, weights(3, 3, 6, last), [1, 1, 1, 1], "SAME") + 0.3 * weights(last)
        if live < last:
            second -= np.repeat(np.float32([0, 100]), [live, last - live])
        second = tf.nn.relu(second, name=layers[1])
        latent = tf.reshape(second, (-1, 4 * 4 * last))
        tf.add(tf.matmul(latent, weights(16 * last, ACTIONS)), weights(ACTIONS), name="logits")
        if value == "learned":
            tf.reduce_sum(latent * weights(1, 16 * last), axis=1, name="value")
        elif value == "constant":
            tf.reduce_sum(latent * 0 + 1 / 256, axis=1, name="value")
        elif value == "apart":
            tf.fill([tf.shape(images)[0]], 0.5, name="value")

    return frozen_bytes((SIZE, SIZE, channels), ["logits", "value"] if value else ["logits"], build)


def tiny_data(
    channels=3,
    steps=STEPS,
    layers=("pi/1a/Relu", "pi/2a/Relu"),
    trajectories=TRAJECTORIES,
    seed=0,
    value="learned",
    live=8,
    channels_of_last=8,
):
    """Data arguments of `generate`.

    seed: of the weights; value: 'learned', 'constant' (0.5), 'apart', the same without a gradient, or None; live: how
    many channels of the second layer are ever active; channels_of_last: how many that has.
    """
    random = np.random.RandomState(1)
    firsts = np.zeros((trajectories, steps), bool)
    firsts[:, [0, 4]] = True
    return {
        "model_bytes": _tiny_model(channels, layers, seed, value, live, channels_of_last),
        "observations": random.randint(256, size=(OBSERVATIONS, SIZE, SIZE, channels)).astype(np.uint8),
        "trajectories": {
            "observations": random.randint(256, size=(trajectories, steps, SIZE, SIZE, channels)).astype(np.uint8),
            "actions": random.randint(ACTIONS, size=(trajectories, steps)),
            "rewards": random.randn(trajectories, steps),
            "firsts": firsts,
        },
        "policy_logits_name": "logits",
        "value_function_name": "value" if value else None,
    }


def props_of(folder):
    """The props in the page of a folder."""
    with open(os.path.join(str(folder), "interface.html"), encoding="utf-8") as file:
        (text,) = re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', file.read(), re.DOTALL)
    return json.loads(text)


def large_json(folder, props, subdir, name):
    """A JSON that the props name, from the page or from the file beside it."""
    name = props["subdirs"][subdir] + name
    if name in props["json_preloaded"]:
        return props["json_preloaded"][name]
    with open(os.path.join(str(folder), name), "rb") as file:
        told, content = decode_script(file.read())
    assert told == name
    return content


def total(folder, props, layer, trajectory, type_, data=None):
    """Channels (T, K), residual (T,), baseline and gaps (T,) of an output."""
    (totals, gaps) = (
        next(entry for entry in props[key] if (entry["layer"], entry["trajectory"]) == (layer, trajectory))
        for key in ("attribution_totals", "integration_gaps")
    )
    assert totals["metadata"] == gaps["metadata"]
    i = list(zip(totals["metadata"]["type"], totals["metadata"]["data"])).index((type_, data))
    channels, residual = (
        np.array(large_json(folder, props, "attribution_totals", totals[key][i])) for key in ("channels", "residuals")
    )
    return channels, residual, gaps["baselines"][i], np.array(gaps["gaps"][i])


def image(folder, name):
    with PIL.Image.open(os.path.join(str(folder), name)) as file:
        # Pillow gives the indices of an image with a palette.
        return np.array(file.convert("RGBA") if file.mode == "P" else file)


def _sheets(layout, name, frames):
    """File name and size (width, height) of each sheet."""
    per_sheet = layout["columns"] * layout["rows"]
    for number, start in enumerate(range(0, frames, per_sheet)):
        rows = -(-min(per_sheet, frames - start) // layout["columns"])
        file = name if number == 0 else "{0}-{2}{1}".format(*os.path.splitext(name), number)
        yield file, (layout["columns"] * layout["width"], rows * layout["height"])


def frames_of(folder, name, layout, count):
    """Frames (count, h, w, C) of the sheets that begin with the file `name`."""
    frames = []
    for file, _ in _sheets(layout, name, count):
        pixels = image(folder, file)
        for top in range(0, pixels.shape[0], layout["height"]):
            for left in range(0, pixels.shape[1], layout["width"]):
                frames.append(pixels[top : top + layout["height"], left : left + layout["width"]])
    return np.stack(frames[:count])


def _expected_files(props, observations):
    """File name -> size (width, height) of all that the props name, with None for a size that they do not tell."""
    subdirs, layout = props["subdirs"], props["layout"]
    files = {subdirs["observations"] + "{}.png".format(i): None for i in range(observations)}

    def add_video(subdir, name, sheet_layout, frames):
        files.update(_sheets(sheet_layout, subdirs[subdir] + name, frames))
        files[subdirs[subdir + "_scrub"] + name] = None

    for i, actions in enumerate(props["trajectories"]["actions"]):
        if "frames_of" not in props or props["frames_of"][i] == i:
            add_video("trajectories", "{}.png".format(i), layout["trajectories"], len(actions))
    for entry in props["attributions"]:
        frames = len(props["trajectories"]["actions"][entry["trajectory"]])
        for name in entry["images"]:
            add_video("attribution", name, layout["attribution"][entry["layer"]], frames)
    for entry in props["features"]:
        files[subdirs["thumbnails"] + entry["layer"] + ".png"] = None
        files.update((subdirs["features"] + name, None) for name in entry["images"])
        files.update((subdirs["features_grids"] + name, None) for name in entry["overlay_grids"])
    for entry in props["attribution_totals"]:
        names = entry["channels"] + entry["residuals"]
        files.update((subdirs["attribution_totals"] + name, None) for name in names)
        sheets = layout["attribution"][entry["layer"]], len(props["trajectories"]["actions"][entry["trajectory"]])
        for name in entry.get("values", []):
            files.update(_sheets(sheets[0], subdirs["attribution_values"] + name, sheets[1]))
    return {name: size for name, size in files.items() if name not in props["json_preloaded"]}


def assert_complete(folder, observations, beside_page=()):
    """All files that the page's props name are there, of the sizes that they tell, and no others; returns the props."""
    props = props_of(folder)
    expected = _expected_files(props, observations)
    own = {"interface.html", "directions.json"} | ({"measurement.json"} if "responses" in props else set())
    assert files_below(folder) == set(expected) | own | set(beside_page)
    for name, size in expected.items():
        if name.endswith(".png"):
            with PIL.Image.open(os.path.join(str(folder), name)) as file:
                file.load()
                assert size is None or file.size == size, name
                assert max(file.size) <= 4096 or "_scrub/" in name
    return props
