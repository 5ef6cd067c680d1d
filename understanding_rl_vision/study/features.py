"""The features of a StudyAgent's layer: pictures of them for raters, and what a machine says of them."""

import os

import numpy as np
import PIL.Image

from understanding_rl_vision.agents.games import policy_of
from understanding_rl_vision.envs import known_options
from understanding_rl_vision.errors import InputError, quoted
from understanding_rl_vision.files import replacing
from understanding_rl_vision.json_files import read_json, to_json
from understanding_rl_vision.pictures.png import encode_picture
from understanding_rl_vision.pictures.readable import UnitFloats, as_unit_floats, readable
from understanding_rl_vision.play.looking import play_with_objects
from understanding_rl_vision.rl_util.batches import batch_slices
from understanding_rl_vision.rl_util.colours import rescale_opacity
from understanding_rl_vision.rl_util.compute import get_acts
from understanding_rl_vision.rl_util.layers import most_telling_layer
from understanding_rl_vision.run.attribution.outputs import VALUE, raw_attributions, reduced
from understanding_rl_vision.run.features import fit_layer
from understanding_rl_vision.run.models import agent_layers, make_agent
from understanding_rl_vision.run.nmf_output import ATTR_OPTS, OF_VALUE
from understanding_rl_vision.study.options import TRAINED
from understanding_rl_vision.study.selectivity import best_kinds, object_cells, selectivity

FILE = "features.json"
# Patches along each side of the dataset examples, and observations beside which attribution is shown.
EXAMPLES, SHOWN = 5, 4
# Attribution is looked for in so many observations.
MOST_OBSERVATIONS = 512
# Pixels of one picture of an observation.
SIDE = 128
# Colours of attribution for and against the value, and how dark the observation below it is.
FOR, AGAINST, DIMMED = np.array([0.2, 0.6, 1.0]), np.array([1.0, 0.5, 0.1]), 0.35


def layer_node(agent, layer):
    """The name shown and the node of a layer of an Agent: the one named, else the article's, else the middle one."""
    layers = agent_layers(agent, {})
    if layer is not None and layer not in layers:
        raise InputError("layer={} given; one of {} is accepted.".format(quoted(layer), ", ".join(layers)))
    name = layer or most_telling_layer(list(layers))
    return name, layers[name]


def observed_checkpoint(checkpoint, observed_levels):
    """The checkpoint with the levels in which its features are looked at: ANY or TRAINED (`study.options`).

    In few levels the same places recur, which would tell raters how many there were.
    """
    known = known_options(checkpoint.args["env_kind"], checkpoint.args["env_name"])
    every = {name: 0 for name in ("num_levels", "start_level") if name in known and checkpoint.args.get(name)}
    return checkpoint if observed_levels == TRAINED else checkpoint._replace(args=dict(checkpoint.args, **every))


def describe_features(name, checkpoint, folder, options, progress):
    """Write the pictures of an agent's features and what is known of them to a folder, unless they are there.

    Returns a list with a dictionary for each feature: number (from 1), examples and attribution (files of pictures),
    kind and auc (see `selectivity.best_kinds`; None in a game without objects).
    """
    path = os.path.join(folder, FILE)
    if os.path.exists(path):
        return read_json(path, "the features")["features"]
    policy = policy_of(checkpoint)
    if not policy.has_value:
        raise InputError("Agent {} has no value function, which features are fitted on.".format(name))
    agent = make_agent(policy.freeze(), *policy.node_names)
    layer, node = layer_node(agent, options["layer"])
    seen = observed_checkpoint(checkpoint, options["observed_levels"])
    played, _ = play_with_objects(seen, policy, options["observations_kwargs"], progress, needed=False)
    observations = UnitFloats(played["observations"])
    images = readable(played["observations"])
    nmf, fitted = fit_layer(
        agent,
        OF_VALUE,
        layer,
        node,
        observations,
        UnitFloats(images),
        options["nmf_features"],
        batch_size=options["batch_size"],
        progress=progress,
    )
    if fitted.note:
        progress.say("Agent {}, layer {}: {}".format(name, layer, fitted.note))
    os.makedirs(folder, exist_ok=True)
    best = [None] * nmf.features
    if "objects" in played:
        best = _measured(agent, node, fitted.directions, observations, played["objects"], options)
    strips = _attribution_strips(agent, node, fitted.directions, observations, images, options)
    features = []
    for feature in range(nmf.features):
        examples, _ = nmf.vis_dataset_thumbnail(feature, num_mult=EXAMPLES, expand_mult=4)
        pictures = {
            "examples": _on_grey(rescale_opacity(examples, max_scale=1, keep_zeros=True)),
            "attribution": strips[feature],
        }
        files = {kind: "feature-{}-{}.png".format(feature + 1, kind) for kind in pictures}
        for kind, picture in pictures.items():
            with replacing(os.path.join(folder, files[kind])) as file:
                file.write(encode_picture(picture))
        kind, auc = best[feature] or (None, None)
        features.append(dict(files, number=feature + 1, kind=kind, auc=auc))
    with replacing(path) as file:
        file.write(to_json({"layer": layer, "features": features}, indent=1).encode("utf-8"))
    return features


def _measured(agent, node, directions, observations, objects, options):
    """What `best_kinds` says of each direction."""
    parts = []
    for rows in batch_slices(len(observations), options["batch_size"]):
        acts = get_acts(agent.model, node, observations[rows])
        parts.append((acts @ directions.channel_dirs.T).astype(np.float32))
    acts = np.concatenate(parts)
    centres, far = object_cells(objects, len(observations), acts.shape[1:3])
    return best_kinds(selectivity(acts, centres, far), objects["kinds"])


def _attribution_strips(agent, node, directions, observations, images, options):
    """Of each feature a picture: observations in which it has most attribution, and below each that attribution."""
    chosen = np.unique(np.linspace(0, len(observations) - 1, MOST_OBSERVATIONS).astype(int))
    parts = []
    for rows in batch_slices(len(chosen), options["batch_size"]):
        batch = observations[chosen[rows]]
        (raw,) = raw_attributions(agent, [VALUE], node, batch, batch_size=options["batch_size"], **ATTR_OPTS)
        parts.append(reduced(raw, directions).channel_maps)
    maps = np.concatenate(parts)
    strips = []
    for feature in range(maps.shape[-1]):
        sizes = np.abs(maps[..., feature]).sum(axis=(1, 2))
        # Far from one another: of equal parts of the observations the strongest of each.
        parts = [part for part in np.array_split(np.arange(len(chosen)), SHOWN) if len(part)]
        shown = [part[np.argmax(sizes[part])] for part in parts]
        scale = max(np.abs(maps[shown, ..., feature]).max(), 1e-12)
        columns = [_observation_over_map(images[chosen[row]], maps[row, ..., feature] / scale) for row in shown]
        strips.append(np.concatenate(columns, axis=1))
    return strips


def _observation_over_map(image, attribution):
    """An observation, and below it the same in the dark with attribution from -1 to 1 over it: bytes (2 S, S, 3)."""
    size = (SIDE, SIDE)
    image = np.array(PIL.Image.fromarray(_bytes(as_unit_floats(image))).resize(size, PIL.Image.NEAREST)) / 255
    map_ = np.array(PIL.Image.fromarray(attribution.astype(np.float32)).resize(size, PIL.Image.NEAREST))[..., None]
    opacity = np.abs(map_)
    dark = DIMMED * image.mean(axis=-1, keepdims=True)
    coloured = (1 - opacity) * dark + opacity * np.where(map_ > 0, FOR, AGAINST)
    return _bytes(np.concatenate([image, coloured], axis=0))


def _on_grey(rgba):
    """An image (H, W, 4) over mid-grey, as bytes (H, W, 3)."""
    opacity = rgba[..., 3:]
    return _bytes(opacity * rgba[..., :3] + (1 - opacity) * 0.5)


def _bytes(image):
    return np.rint(np.clip(image, 0, 1) * 255).astype(np.uint8)
