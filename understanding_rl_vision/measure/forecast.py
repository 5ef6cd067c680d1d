"""What a measurement will take."""

import numpy as np

from understanding_rl_vision.forecasts import Stage
from understanding_rl_vision.measure.sparsity import MOST_OBSERVATIONS
from understanding_rl_vision.play.speed import STEP_SECONDS, timed_observations
from understanding_rl_vision.rl_util.compute import get_acts
from understanding_rl_vision.run.page_forecast import PageSize, directions_stage, guessed_speed

REDUCE = "Give fewer observations (observations_kwargs) or layers"


def tell_measurement(forecast, agent, nodes, checkpoint, policy, play, options, folder):
    """Tell what a measurement of layers, nodes by name, will take; see `Forecast.tell`.

    play: how observations are played for, complete.
    """
    blank = np.zeros((1,) + agent.model.image_shape, np.float32)
    size = PageSize(
        trajectories=0,
        frames=0,
        observations=play["num_envs"] * play["num_obs"],
        frame_bytes=blank.size,
        shown_bytes=blank.size,
        shapes=[get_acts(agent.model, node, blank).shape[1:] for node in nodes.values()],
        outputs=1,
        features=options.get("nmf_features") or 1,
        pixels=0,
        chosen=0,
        single_channels=False,
        batch_size=options["batch_size"],
    )
    steps, seconds = play["num_obs"] * play["obs_every"], play["num_envs"] * STEP_SECONDS
    if forecast.worth_measuring(steps * seconds):
        seconds = timed_observations(checkpoint, policy, play["num_envs"])
    forecast.tell(measurement_stages(size, steps * seconds), folder, REDUCE)


def measurement_stages(size, playing):
    """The Stages. size: a PageSize without trajectories; playing: seconds of the play."""
    speed = guessed_speed(size)
    observed = 2 * size.observations * size.frame_bytes
    return [
        Stage("playing for observations", playing, observed, 0),
        directions_stage(size, speed),
        Stage("sparsity", min(MOST_OBSERVATIONS, size.observations) * speed.value, observed, 1 << 20),
    ]
