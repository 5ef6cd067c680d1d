"""What a study will take: the trainings, levels and features that are not there yet."""

import collections
import contextlib
import os

import numpy as np

from understanding_rl_vision.agents.checkpoints import read_checkpoint
from understanding_rl_vision.agents.fetching import fetch
from understanding_rl_vision.agents.games import policy_of
from understanding_rl_vision.envs import make_env
from understanding_rl_vision.evaluate import records
from understanding_rl_vision.evaluate.forecast import LEVEL_BYTES
from understanding_rl_vision.forecasts import GRAPHS, Stage
from understanding_rl_vision.play.looking import looked_options
from understanding_rl_vision.play.speed import EPISODE_STEPS, STEP_SECONDS, timed_observations
from understanding_rl_vision.rl_util.compute import get_acts
from understanding_rl_vision.run.models import make_agent
from understanding_rl_vision.run.page_forecast import PageSize, directions_stage, guessed_speed
from understanding_rl_vision.study.agents import frames_left, training_options
from understanding_rl_vision.study.features import FILE, MOST_OBSERVATIONS, layer_node
from understanding_rl_vision.study.generalising import SPLITS
from understanding_rl_vision.temporary import temporary_folder
from understanding_rl_vision.train import saving
from understanding_rl_vision.train.forecast import LEARNING, frame_seconds, training_stages
from understanding_rl_vision.train.options import complete_options, env_options, game
from understanding_rl_vision.train.ppo import Learner

# What is not there yet. trainings: how many, of so many frames in all; levels: to be played by so many players; looked:
# how many agents' features are to be looked at.
Left = collections.namedtuple("Left", "trainings frames levels players looked")

# Pixels of a feature's examples. Seconds to rank an activation for a kind of object, of which games have a few.
FEATURE_PIXELS, RANK_SECONDS, KINDS = 1 << 18, 2e-7, 4
REDUCE = (
    "Give fewer agents (runs), levels (num_levels) or observations (observations_kwargs), or shorter trainings "
    "(timesteps_per_proc of train_kwargs)"
)


def tell_study(forecast, listed, folder, options, progress):
    """Tell what is left of a study will take; see `Forecast.tell`.

    listed: StudyAgents; folder: of the study; options: of `study`, complete.
    """
    left = what_is_left(listed, folder, options)
    steps = left.frames * (1 + LEARNING) + left.levels * EPISODE_STEPS
    if not forecast.worth_measuring(steps * STEP_SECONDS + left.looked * 60):
        return
    training = None
    if left.trainings:
        checkpoint, seconds, training = _untrained(listed, options)
    else:
        checkpoint = read_checkpoint(fetch(listed[0].path or _trained_path(listed[0], folder), progress))
    policy = policy_of(checkpoint)
    play = looked_options(checkpoint, options["observations_kwargs"])
    counts = {options["num_envs"], play["num_envs"]}
    speeds = {count: timed_observations(checkpoint, policy, count) for count in counts}
    size = feature_size(make_agent(policy.freeze(), *policy.node_names), play, options)
    stages = study_stages(left, size, speeds[options["num_envs"]] / options["num_envs"], _looking(play, speeds))
    if training:
        told = training_stages(*training[:2], left.frames, seconds, training[2], forecast.team.processes)
        stages.insert(0, training_stage(left, told))
    forecast.tell(stages, folder, REDUCE)


def _looking(play, speeds):
    """Seconds of the play for an agent's observations."""
    return play["num_obs"] * play["obs_every"] * speeds[play["num_envs"]]


def _trained_path(agent, folder):
    return saving.find_checkpoints(os.path.join(folder, "agents", agent.name))[-1]


def what_is_left(listed, folder, options):
    """The Left of a study in a folder, which need not be there yet."""
    frames = [
        frames_left(os.path.join(folder, "agents", agent.name), training_options(agent, options))
        for agent in listed
        if agent.path is None
    ]
    levels = [
        max(0, options["num_levels"] - len(records.read_played(os.path.join(folder, "levels", agent.name, split))))
        for agent in listed
        for split in SPLITS
    ]
    looked = sum(not os.path.exists(os.path.join(folder, "features", agent.name, FILE)) for agent in listed)
    players = sum(any(pair) for pair in zip(levels[::2], levels[1::2]))
    return Left(sum(map(bool, frames)), sum(frames), sum(levels), players, looked)


def _untrained(listed, options):
    """Of the first agent that is to be trained: its Checkpoint before that, seconds of a frame, and how large it is.

    The last is the shape of its observations, its settings, and the bytes of its parameters.
    """
    agent = next(agent for agent in listed if agent.path is None)
    settings = complete_options(training_options(agent, options))
    with contextlib.closing(make_env(*game(settings), settings["num_envs"], seed=0, **env_options(settings))) as env:
        shape, actions = env.observation_shape, env.num_actions
    learner = Learner(shape, actions, settings, seed=settings["seed"])
    params = learner.params()
    with temporary_folder() as made:
        path = os.path.join(made, "checkpoint.jd")
        saving.write_checkpoint(path, params=params, args=settings, optimizer={}, training={})
        checkpoint = read_checkpoint(path)
    seconds = frame_seconds(learner, shape, settings["num_envs"])
    return checkpoint, seconds, (shape, settings, sum(array.nbytes for array in params.values()))


def feature_size(agent, play, options):
    """The PageSize of the features of an Agent's layer. play: how observations are played for, complete."""
    blank = np.zeros((1,) + agent.model.image_shape, np.float32)
    return PageSize(
        trajectories=0,
        frames=0,
        observations=play["num_envs"] * play["num_obs"],
        frame_bytes=blank.size,
        shown_bytes=blank.size,
        shapes=[get_acts(agent.model, layer_node(agent, options["layer"])[1], blank).shape[1:]],
        outputs=1,
        features=options["nmf_features"],
        pixels=FEATURE_PIXELS,
        chosen=1,
        single_channels=False,
        batch_size=options["batch_size"],
    )


def training_stage(left, stages):
    """The stages of all trainings as one: memory is free again after each."""
    return Stage(
        "training of {}, {:,} frames".format(left.trainings, left.frames),
        sum(stage.seconds for stage in stages),
        max(stage.memory for stage in stages),
        left.trainings * sum(stage.disk for stage in stages),
        min(stage.shares for stage in stages),
    )


def study_stages(left, size, step, looking):
    """The Stages after the trainings. size: a PageSize; step: seconds of a game's step; looking: of an agent's play."""
    speed = guessed_speed(size)
    directions = directions_stage(size, speed)
    (height, width, _), observed = size.shapes[0], 2 * size.observations * size.frame_bytes
    # Activations, and the strongest nearby.
    acts = size.observations * height * width * size.features
    seconds = acts * KINDS * RANK_SECONDS + min(MOST_OBSERVATIONS, size.observations) * speed.value
    return [
        Stage(
            "playing levels, {:,} of {}".format(left.levels, left.players),
            left.levels * EPISODE_STEPS * step,
            GRAPHS,
            left.levels * LEVEL_BYTES,
            max(1, left.levels),
        ),
        Stage("playing for observations of {}".format(left.looked), left.looked * looking, GRAPHS + observed),
        Stage(
            "features of {}".format(left.looked),
            left.looked * (directions.seconds + seconds),
            max(directions.memory, GRAPHS + observed + 4 * acts * 4),
            left.looked * directions.disk,
        ),
    ]
