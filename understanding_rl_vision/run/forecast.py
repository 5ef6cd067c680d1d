"""What `run` and `find` will take: some of it done on this machine, timed, and multiplied."""

import collections
import itertools
import os

import numpy as np

from understanding_rl_vision.forecasts import Stage
from understanding_rl_vision.large_arrays import LARGE
from understanding_rl_vision.pages.output_folder import size_in_bytes
from understanding_rl_vision.pictures.image_writer import ImageWriter
from understanding_rl_vision.pictures.png import encode_picture
from understanding_rl_vision.pictures.readable import readable
from understanding_rl_vision.play.speed import (
    EPISODE_STEPS,
    STEP_SECONDS,
    Played,
    timed_observations,
    timed_trajectories,
)
from understanding_rl_vision.rl_util.compute import get_acts
from understanding_rl_vision.rl_util.nmf import LayerNMF
from understanding_rl_vision.run.actions import action_groups, complete_combos, default_action_group_fns
from understanding_rl_vision.run.attribution.outputs import agent_outputs
from understanding_rl_vision.run.attribution.records import attributed, records
from understanding_rl_vision.run.features import feature_images, fit_layer, picture_pixels
from understanding_rl_vision.run.models import agent_layers, make_agent
from understanding_rl_vision.run.nmf_output import read_nmf_output
from understanding_rl_vision.run.page_forecast import (
    PageSize,
    PageSpeed,
    guessed_seconds,
    guessed_speed,
    page_stages,
)
from understanding_rl_vision.run.stages import PageWork
from understanding_rl_vision.temporary import temporary_folder
from understanding_rl_vision.timing import timed

# Frames that are worked on to see how long it takes: so many of one output, of several fewer. With the first ones what
# is needed once is made.
FRAMES, LEAST_FRAMES, FIRST_FRAMES = 32, 16, 2
# The size that people see frames at.
FULL_SIZE = 512, 512
# episodes: how many are searched; shown: how many of them are shown at most.
Searching = collections.namedtuple("Searching", "episodes shown")

REDUCE = "Give fewer or shorter trajectories (trajectories_kwargs), fewer observations (observations_kwargs) or layers"


def tell_run(forecast, agents, play, full_resolution, *, options, folder, searched=None, looking=False):
    """Tell what a page of these agents, pairs of Checkpoint and Policy, will take; see `Forecast.tell`.

    play: how trajectories and observations are played. options: of `generate`, complete. folder: where the page is
    written. searched: a Searching, where the trajectories are found in many episodes. looking: whether all agents but
    the first look at its frames.
    """
    checkpoint, policy = agents[0]
    agent = agent_of(policy)
    trajectories, observations = play["trajectories"], play["observations"]
    games = trajectories["num_envs"], observations["num_envs"]
    playing = 1 if looking else len(agents)
    steps, count = trajectories.get("num_steps", EPISODE_STEPS), games[0] * playing
    to_play = steps * playing
    if searched is not None:
        to_play, count = -(-searched.episodes // games[0]) * EPISODE_STEPS, min(searched.shown, searched.episodes)
    size = page_size(agent, options, count, steps, games[1] * observations["num_obs"], full_resolution)
    size = size._replace(columns=_columns(len(agents) - 1 if looking else 0))
    to_observe = observations["num_obs"] * observations["obs_every"]
    seconds = [games[0] * STEP_SECONDS, games[1] * STEP_SECONDS]
    speed = guessed_speed(size)
    if forecast.worth_measuring(guessed_seconds(size, to_play * games[0] + to_observe * games[1])):
        played = timed_trajectories(checkpoint, policy, games[0], full_resolution)
        seconds = [played.seconds, timed_observations(checkpoint, policy, games[1], full_resolution)]
        size, speed = timed_page(agent, size, options, played)
    # Of whole episodes those that are being played are on the disk, too.
    whole = games[0] if searched is not None or "episodes" in trajectories else None
    stages = playing_stages(size, to_play, to_observe, seconds, whole) + page_stages(size, speed)
    forecast.tell(stages, folder, REDUCE)


def tell_read(forecast, data, *, options, folder):
    """Tell what a page will take of what was played before: the data arguments of `generate`."""
    agent = make_agent(*(data[key] for key in ("model_bytes", "policy_logits_name", "value_function_name")))
    trajectories, observations = data["trajectories"]["observations"], data["observations"]
    full = data.get("observations_full") is not None
    looking = [model["trajectories"] is None for model in data.get("compared", ())]
    count = len(trajectories) * (1 + looking.count(False))
    size = page_size(agent, options, count, max(map(len, trajectories)), len(observations), full)
    size = size._replace(columns=_columns(looking.count(True)))
    speed = guessed_speed(size)
    if forecast.worth_measuring(guessed_seconds(size, 0)):
        seen = {"observations": np.asarray(observations[:FRAMES])[np.newaxis]}
        combos = data.get("action_combos") or [()] * agent.num_actions
        size, speed = timed_page(agent, size, options, Played(0, seen, combos))
    forecast.tell(page_stages(size, speed), folder, REDUCE)


def _columns(looking):
    """How many attributions of a frame: the first model's, and of each that looks its own and the difference."""
    return 1 + 2 * looking


def agent_of(policy):
    """The Agent of a Policy."""
    return make_agent(policy.freeze(), *policy.node_names)


def page_size(agent, options, trajectories, frames, observations, full_resolution=False):
    """The PageSize of an Agent's page, with outputs counted for actions without groups."""
    blank = np.zeros((1,) + agent.model.image_shape, np.float32)
    shapes = [
        get_acts(agent.model, node, blank).shape[1:] for node in agent_layers(agent, options["layer_kwargs"]).values()
    ]
    frame_bytes, seen = int(np.prod(agent.model.image_shape)), agent.model.image_shape[:2]
    mults = list(itertools.product(options["vis_subdiv_mults"], options["vis_expand_mults"]))
    return PageSize(
        trajectories=trajectories,
        frames=frames,
        observations=observations,
        frame_bytes=frame_bytes,
        shown_bytes=3 * FULL_SIZE[0] * FULL_SIZE[1] if full_resolution else frame_bytes,
        shapes=shapes,
        outputs=len(_outputs(agent, options, ())),
        features=options["nmf_features"],
        pixels=picture_pixels(FULL_SIZE if full_resolution else seen, seen, mults),
        chosen=sum(subdiv_mult**2 for subdiv_mult in options["vis_subdiv_mults"]),
        single_channels=options["attr_single_channels"],
        batch_size=options["batch_size"],
    )


def _outputs(agent, options, groups):
    has_value = agent.value_function_name is not None
    return agent_outputs(
        agent.num_actions, groups, options["attr_policy"], has_value=has_value, all_have_value=has_value
    )


def playing_stages(size, steps, to_observe, seconds, whole=None):
    """Stages of the play for a page. steps, to_observe: of all games; seconds: of a step of all games, of each play.

    whole: how many episodes are played at a time that trajectories are found among; None: all are played for the page.
    """
    both = size.frame_bytes + (size.shown_bytes if size.shown_bytes != size.frame_bytes else 0)
    coming = 0 if whole is None else (size.trajectories + whole) * size.frames * both
    pictures = size.trajectories * size.frames
    large = sum(pictures * one for one in {size.frame_bytes, size.shown_bytes} if pictures * one >= LARGE)
    played, seen = size.trajectories * size.frames * both, size.observations * both
    return [
        # Once in memory, or if large in a temporary file, as they come, and once in the file that is kept. Whole
        # episodes, whose length nobody knows before, come in a file of their own.
        Stage("playing trajectories", steps * seconds[0], min(played, LARGE), played + large + coming),
        Stage("playing for observations", to_observe * seconds[1], 2 * seen, seen),
    ]


def timed_page(agent, size, options, played):
    """The PageSize, with groups of actions counted, and the PageSpeed of frames that were played, a Played."""
    combos = complete_combos(options["action_combos"] or played.combos, agent.num_actions)
    fns = options["action_group_fns"]
    outputs = _outputs(agent, options, action_groups(combos, default_action_group_fns() if fns is None else fns))
    frames = played.trajectories["observations"]
    frames = frames.reshape((-1,) + frames.shape[2:])
    count = max(LEAST_FRAMES, FRAMES // len(outputs))
    frames = frames[:: max(1, len(frames) // count)][:count]
    features_of = read_nmf_output("nmf_output", options["nmf_output"], agent, combos)
    value = attribution = attribution_bytes = pixel = 0
    layers = agent_layers(agent, options["layer_kwargs"])
    for name, node in layers.items():
        for some in (frames[:FIRST_FRAMES], frames):
            seconds, (nmf, layer) = timed(_fit, agent, features_of, name, node, some, options)
        value += seconds / len(frames)
        if isinstance(nmf, LayerNMF) and nmf.features:
            # What is needed once is made with the first one.
            _picture(nmf, options)
            seconds, pixels = timed(_picture, nmf, options)
            pixel += seconds / pixels / len(layers)
        for some in (frames[:FIRST_FRAMES], frames):
            seconds, written = timed(_attribution, agent, outputs, layer, some, options, size)
        attribution += seconds / len(frames)
        attribution_bytes += written / len(frames)
    shown = played.trajectories.get("observations_full", played.trajectories["observations"])[0]
    frame, encoded = timed(lambda: [len(encode_picture(readable(one, options["frame_channels"]))) for one in shown])
    speed = PageSpeed(attribution, attribution_bytes, value, frame / len(shown), sum(encoded) / len(encoded), pixel)
    return size._replace(outputs=len(outputs)), speed


def _fit(agent, features_of, name, node, frames, options):
    images = frames.astype(np.float32) / 255
    opts = dict({"exact": options["attr_exact"]}, **options["nmf_attr_opts"])
    count, size = options["nmf_features"], options["batch_size"]
    return fit_layer(agent, features_of, name, node, images, images[..., -3:], count, attr_opts=opts, batch_size=size)


def _picture(nmf, options):
    """Make the middle one of a feature's pictures. Returns its pixels."""
    mults = ([sorted(options[name])[len(options[name]) // 2]] for name in ("vis_subdiv_mults", "vis_expand_mults"))
    ((*_, image, _),) = feature_images(nmf, 0, *mults)
    encode_picture((image * 255).astype(np.uint8))
    return image.shape[0] * image.shape[1]


# Folders of what is made of attribution.
WRITTEN = ("attribution", "attribution_scrub", "attribution_values")


def _attribution(agent, outputs, layer, frames, options, size):
    """Make the images of the attribution of frames; returns their bytes."""
    with temporary_folder() as folder:
        subdirs = {name: os.path.join(name, "") for name in WRITTEN}
        for name in subdirs:
            os.makedirs(os.path.join(folder, name))
        with ImageWriter(folder) as writer:
            work = PageWork(options, None, subdirs, writer, len(frames), None)
            zeros = [np.zeros(len(frames))] * len(outputs)
            found = attributed(layer, frames, np.zeros(len(frames), int), agent, outputs, options)
            records(layer, 0, found, zeros, work, lambda made: None)
        return size_in_bytes(folder)
