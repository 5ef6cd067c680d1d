"""What a training will take."""

import numpy as np

from understanding_rl_vision.forecasts import GRAPHS, Stage
from understanding_rl_vision.play.speed import STEP_SECONDS
from understanding_rl_vision.timing import timed

# Learning from a frame once takes so many times as long as looking at it: the gradient takes twice as long.
LEARNING = 3
# Of a step of a game alone.
GAME_SECONDS = 1e-4
REDUCE = "Give fewer num_envs or num_steps"


def tell_training(forecast, learner, shape, settings, frames, folder):
    """Tell what a training will take; see `Forecast.tell`.

    learner: a Learner; shape: of its observations; settings: complete options; frames: how many are left to be played.
    """
    games = settings["num_envs"]
    seconds = games * STEP_SECONDS
    if forecast.worth_measuring(frames * (1 + LEARNING * settings["ppo_epochs"]) * STEP_SECONDS):
        seconds = games * frame_seconds(learner, shape, games)
    parameters = sum(array.nbytes for array in learner.params().values())
    stages = training_stages(shape, settings, frames, seconds / games, parameters, forecast.team.processes)
    forecast.tell(stages, folder, REDUCE)


def frame_seconds(learner, shape, games):
    """Seconds that a Learner looks at a frame, of so many games side by side, of observations of a shape."""
    observations = np.zeros((games,) + tuple(shape), np.uint8)
    learner.evaluate(observations)
    return timed(learner.evaluate, observations)[0] / games


def training_stages(shape, settings, frames, seconds, parameters, processes=1):
    """The Stages. seconds: that the network takes for a frame; parameters: bytes of them; others: as above.

    processes: each of which plays and learns so many frames.
    """
    per_update = settings["num_envs"] * settings["num_steps"]
    batch = per_update * int(np.prod(shape))
    learnt = -(-batch // settings["num_minibatches"])
    checkpoints = -(-frames // (per_update * settings["save_interval"])) if settings["save_all"] else 1
    # Parameters, and two means of the optimiser for each; one more while it is written.
    disk = parameters * 3 * (checkpoints + 1)
    return [
        Stage("playing", processes * frames * (seconds + GAME_SECONDS), GRAPHS + batch, disk, processes),
        Stage(
            "learning",
            processes * frames * settings["ppo_epochs"] * LEARNING * seconds,
            # The batch, and a minibatch as fractions with the gradients of the first layer's.
            GRAPHS + 2 * batch + 8 * learnt,
            shares=processes,
        ),
    ]
