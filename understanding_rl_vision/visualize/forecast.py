"""What feature visualisation will take."""

import numpy as np

from understanding_rl_vision.forecasts import GRAPHS, Stage
from understanding_rl_vision.play.speed import STEP_SECONDS, timed_observations
from understanding_rl_vision.rl_util.compute import get_acts
from understanding_rl_vision.run.page_forecast import PageSize, directions_stage, guessed_speed

# Going up the gradient looks once and back once, as integration does at each of its ten points.
POINTS = 10
# Of one feature: by gradient, examples, and where they are.
PICTURES, PICTURE_PIXELS = 3, 100_000
REDUCE = "Give fewer observations (observations_kwargs), features or layers"


def tell_visualisation(forecast, agent, nodes, options, folder, agents, play, full_resolution):
    """Tell what the page will take; see `Forecast.tell`.

    nodes: of the layers, by name; options: complete. Others: what a `tell` of `load` is called with.
    """
    ((checkpoint, policy),) = agents
    observations = play["observations"]
    games, steps = observations["num_envs"], observations["num_obs"] * observations["obs_every"]
    seconds = games * STEP_SECONDS
    if forecast.worth_measuring(steps * seconds):
        seconds = timed_observations(checkpoint, policy, games, full_resolution)
    size = visualised_size(agent, nodes, games * observations["num_obs"], options)
    forecast.tell(visualisation_stages(size, steps * seconds, options["steps"]), folder, REDUCE)


def tell_visualisation_of_read(forecast, agent, nodes, options, folder, observations):
    """The same where so many observations are there already."""
    size = visualised_size(agent, nodes, observations, options)
    forecast.tell(visualisation_stages(size, 0, options["steps"])[1:], folder, REDUCE)


def visualised_size(agent, nodes, observations, options):
    """The PageSize of the layers of an Agent."""
    blank = np.zeros((1,) + agent.model.image_shape, np.float32)
    return PageSize(
        trajectories=0,
        frames=0,
        observations=observations,
        frame_bytes=blank.size,
        shown_bytes=blank.size,
        shapes=[get_acts(agent.model, node, blank).shape[1:] for node in nodes.values()],
        outputs=1,
        features=options["nmf_features"],
        pixels=PICTURES * PICTURE_PIXELS,
        chosen=1,
        single_channels=False,
        batch_size=options["batch_size"],
    )


def visualisation_stages(size, playing, steps):
    """The Stages. size: a PageSize; playing: seconds of the play; steps: of gradient ascent."""
    speed = guessed_speed(size)
    observed = 2 * size.observations * size.frame_bytes
    return [
        Stage("playing for observations", playing, observed, 0),
        directions_stage(size, speed),
        Stage("images by gradient", steps * size.features * speed.value / POINTS, GRAPHS + observed, 0),
    ]
