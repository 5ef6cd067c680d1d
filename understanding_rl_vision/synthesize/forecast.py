"""What state synthesis will take."""

import numpy as np

from understanding_rl_vision.forecasts import GRAPHS, Stage
from understanding_rl_vision.play.speed import STEP_SECONDS
from understanding_rl_vision.synthesize.saliency import saliency_weights
from understanding_rl_vision.threads import thread_limit
from understanding_rl_vision.timing import timed

# Seconds of one processor (benchmarks/README.md), of a frame: to be weighed; to be learned from once by a generator
# with so many filters; and of a step for a state.
WEIGHING, LEARNING, FILTERS, STATE_STEP = 1 / 270, 1 / 123, 32, 96 / 100 / 200
# Pictures that are weighed to see how fast the machine is.
WEIGHED = 64
REDUCE = "Give fewer frames (num_frames), filters or num_samples"


def tell_synthesis(forecast, agent, settings, targets, folder):
    """Tell what state synthesis will take; see `Forecast.tell`.

    agent: a PictureAgent; settings: complete options; targets: how many.
    """
    height, width, channels = agent.model.image_shape
    # Of grey frames there are pictures in colour.
    shape = height, width, channels if channels % 3 == 0 else 3 * channels
    slower = 1
    stages = synthesis_stages(shape, settings, targets, slower)
    if forecast.worth_measuring(sum(stage.seconds for stage in stages)):
        pictures = np.zeros((WEIGHED,) + shape, np.uint8)
        saliency_weights(agent, pictures)
        slower = timed(saliency_weights, agent, pictures)[0] / WEIGHED / (WEIGHING / thread_limit())
        stages = synthesis_stages(shape, settings, targets, slower)
    forecast.tell(stages, folder, REDUCE)


def synthesis_stages(shape, settings, targets, slower):
    """The Stages. shape: of a picture; slower: than the machine of the figures above; others: see `tell_synthesis`."""
    frames, (height, width, channels) = settings["num_frames"], shape
    pictures = frames * height * width * channels
    # Of each pixel a weight; training has all of both at hand, in batches as fractions.
    weights = frames * height * width * 4
    learning = frames * settings["epochs"] * LEARNING * (settings["filters"] / FILTERS) ** 2
    states = targets * settings["num_samples"]
    # Four stages of convolutions of 4 x 4, each of twice as many filters, and back; of them the last and the best.
    parameters = 2 * 16 * settings["filters"] ** 2 * (2 + 8 + 32) * 4
    processor = slower / thread_limit()
    playing = 0 if settings["frames_path"] or settings["resume"] else frames * STEP_SECONDS * slower
    return [
        Stage("playing", playing, GRAPHS + 2 * pictures, pictures),
        Stage("weighing pixels", frames * WEIGHING * processor, GRAPHS + 2 * pictures + 2 * weights),
        Stage("training, at most", learning * processor, 2 * GRAPHS + 2 * pictures + weights, 4 * parameters),
        Stage(
            "states",
            states * settings["steps"] * STATE_STEP / thread_limit(),
            2 * GRAPHS + 2 * pictures,
            states * 10**5,
        ),
    ]
